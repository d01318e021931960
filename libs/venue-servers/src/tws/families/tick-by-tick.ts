import { formatDecimal, type Price } from '@tradewind/vocabulary';

import { readContract } from '../contract.js';
import type { InstrumentListener } from '../market-events.js';
import { REQUEST, RESPONSE } from '../message-ids.js';
import { RequestRefused } from '../request-fields.js';
import type { MessageFamily, Session } from '../session.js';
import { secondsOf } from '../time-text.js';

const TYPE = { Last: 1, AllLast: 2, BidAsk: 3, MidPoint: 4 } as const;

const listenerOf = (session: Session, requestId: number, kind: keyof typeof TYPE): InstrumentListener => {
  const send = (at: Parameters<typeof secondsOf>[0], ...fields: readonly (string | number)[]): void =>
    session.publish(RESPONSE.tickByTick, requestId, TYPE[kind], secondsOf(at), ...fields);
  if (kind === 'BidAsk') {
    return {
      quote: ({ at, bidPrice, askPrice, bidQuantity, askQuantity }) =>
        send(at, ...[bidPrice, askPrice, bidQuantity, askQuantity].map(formatDecimal), 0),
    };
  }
  if (kind === 'MidPoint') return { quote: ({ at, bidPrice, askPrice }) => send(at, formatDecimal(((bidPrice + askPrice) / 2n) as Price)) };
  return {
    trade: (trade) => {
      // What wasn't reported to the tape is no last trade.
      if (kind === 'Last' && trade.unreported) return;
      const mask = (trade.pastLimit ? 1 : 0) + (trade.unreported ? 2 : 0);
      send(trade.at, formatDecimal(trade.price), formatDecimal(trade.quantity), mask, trade.exchange, trade.conditions);
    },
  };
};

const isKind = (text: string): text is keyof typeof TYPE => Object.hasOwn(TYPE, text);

export const tickByTickFamily: MessageFamily = [
  {
    id: REQUEST.tickByTick,
    versioned: false,
    numbered: true,
    handle: (session, fields, requestId) => {
      const contract = readContract(fields);
      const kind = fields.text('tickType');
      fields.integer('numberOfTicks');
      fields.flag('ignoreSize');
      if (!isKind(kind)) throw new RequestRefused(321, `Error validating request.-'cc' : cause - Invalid tick type ${kind}`);
      const instrument = session.instrumentOf(contract);
      if (!instrument.subscribed) throw new RequestRefused(10189, 'Failed to request tick-by-tick data.No market data permissions');
      if (session.countOf('tickByTick') >= session.host.limits.tickByTickMax) {
        throw new RequestRefused(10190, 'Max number of tick-by-tick requests has been reached.');
      }
      session.subscribe('tickByTick', requestId, instrument, listenerOf(session, requestId, kind));
    },
  },
  {
    id: REQUEST.cancelTickByTick,
    versioned: false,
    numbered: true,
    handle: (session, _fields, requestId) => {
      if (!session.cancel('tickByTick', requestId)) throw new RequestRefused(300, `Can't find EId with tickerId:${requestId}`);
    },
  },
];
