import { absolute } from '@tradewind/vocabulary';
import type { Symbol, UnixNanos } from '@tradewind/vocabulary';

import { execute } from './fill-order.js';
import { clientOrderIdOf, openOrdersOf } from './ledger.js';
import type { Ledger } from './ledger.js';
import { positionOf } from './stage-state.js';
import type { OrdersState } from './stage-state.js';
import type { PaperVenue } from './venue.js';

export const SERIES_END_PURPOSE = 'series-end';

/** The symbol has had no bar for more sessions than the venue waits, while others traded. */
export const seriesEnded = (state: OrdersState, symbol: string, venue: PaperVenue): boolean => {
  const last = state.lastBars[symbol];
  return last !== undefined && state.session - last.session > venue.seriesEndSessions;
};

const settle = (ledger: Ledger, symbol: Symbol, at: UnixNanos, venue: PaperVenue, causes: readonly string[]): void => {
  for (const { order } of openOrdersOf(ledger.state, symbol)) ledger.say(order.intent.clientOrderId, { type: 'OrderExpired' }, causes);
  const held = positionOf(ledger.state, symbol);
  const last = ledger.state.lastBars[symbol];
  if (held === 0n || last === undefined) return;
  const clientOrderId = clientOrderIdOf(`${SERIES_END_PURPOSE}/${symbol}/${last.session}/${at}`);
  ledger.place(
    {
      clientOrderId,
      symbol,
      side: held > 0n ? 'SELL' : 'BUY',
      type: 'MARKET',
      timeInForce: 'GTC',
      quantity: absolute(held),
      purpose: SERIES_END_PURPOSE,
      verdictId: `venue/${SERIES_END_PURPOSE}`,
    },
    causes,
  );
  const order = ledger.order(clientOrderId)?.order;
  if (order !== undefined) execute(ledger, order, { quantity: absolute(held), price: last.close, reference: last.close }, venue, causes);
};

/**
 * A series that ended (a delisting, or data that stops) leaves a position no bar will ever fill. The paper venue then expires what works in it and
 * settles the position in cash at its last close, with the usual commission, under the purpose `series-end`, so that reports can show it.
 */
export const settleEndedSeries = (ledger: Ledger, at: UnixNanos, venue: PaperVenue, causes: readonly string[]): void => {
  const { state } = ledger;
  const ended: Symbol[] = [];
  for (const symbol of Object.keys(state.account.positions)) if (seriesEnded(state, symbol, venue)) ended.push(symbol as Symbol);
  for (const id of Object.keys(state.open)) {
    const { symbol } = state.open[id]!.order.intent;
    if (seriesEnded(state, symbol, venue)) ended.push(symbol);
  }
  if (ended.length === 0) return;
  for (const symbol of [...new Set(ended)].sort()) settle(ledger, symbol, at, venue, causes);
};
