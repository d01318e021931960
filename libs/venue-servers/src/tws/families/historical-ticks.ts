import { formatDecimal, type UnixNanos } from '@tradewind/vocabulary';

import { readContract } from '../contract.js';
import type { TwsInstrument } from '../instrument.js';
import { REQUEST, RESPONSE } from '../message-ids.js';
import { RequestRefused } from '../request-fields.js';
import type { MessageFamily } from '../session.js';
import { parseRequestTime, secondsOf } from '../time-text.js';

const TICKS_MAX = 1000;

/**
 * The ticks of a request: as many as asked from the start on, or the last before the end. TWS never cuts a second in two: it sends all ticks of the
 * last one, however many were asked for.
 */
const ticksOf = <T extends { readonly at: UnixNanos }>(
  ticks: readonly T[],
  start: UnixNanos | undefined,
  end: UnixNanos | undefined,
  count: number,
): readonly T[] => {
  const from = start === undefined ? 0 : ticks.findIndex(({ at }) => at >= start);
  if (from < 0) return [];
  if (start === undefined) {
    const until = ticks.filter(({ at }) => at < end!);
    const first = until[Math.max(0, until.length - count)];
    return first === undefined ? [] : until.filter(({ at }) => secondsOf(at) >= secondsOf(first.at));
  }
  const inRange = end === undefined ? ticks.slice(from) : ticks.slice(from).filter(({ at }) => at < end);
  const last = inRange[Math.min(count, inRange.length) - 1];
  return last === undefined ? [] : inRange.filter(({ at }) => secondsOf(at) <= secondsOf(last.at));
};

interface TicksRequest {
  readonly start: UnixNanos | undefined;
  readonly end: UnixNanos | undefined;
  readonly count: number;
  readonly kind: string;
}

const answerOf = (
  instrument: TwsInstrument,
  { start, end, count, kind }: TicksRequest,
): readonly [id: number, rows: readonly (readonly (string | number)[])[]] => {
  if (kind === 'TRADES') {
    const trades = ticksOf(instrument.trades(), start, end, count);
    return [
      RESPONSE.historicalTicksLast,
      trades.map((trade) => [
        secondsOf(trade.at),
        (trade.pastLimit ? 1 : 0) + (trade.unreported ? 2 : 0),
        formatDecimal(trade.price),
        formatDecimal(trade.quantity),
        trade.exchange,
        trade.conditions,
      ]),
    ];
  }
  const quotes = ticksOf(instrument.quotes(), start, end, count);
  if (kind === 'BID_ASK') {
    const text = (quote: (typeof quotes)[number]): readonly string[] =>
      [quote.bidPrice, quote.askPrice, quote.bidQuantity, quote.askQuantity].map(formatDecimal);
    return [RESPONSE.historicalTicksBidAsk, quotes.map((quote) => [secondsOf(quote.at), 0, ...text(quote)])];
  }
  if (kind === 'MIDPOINT') {
    const middle = (quote: (typeof quotes)[number]): string =>
      formatDecimal(((quote.bidPrice + quote.askPrice) / 2n) as typeof quote.bidPrice);
    return [RESPONSE.historicalTicks, quotes.map((quote) => [secondsOf(quote.at), 0, middle(quote), 0])];
  }
  throw new RequestRefused(321, `Error validating request.-'cd' : cause - Invalid What To Show ${kind}`);
};

export const historicalTicksFamily: MessageFamily = [
  {
    id: REQUEST.historicalTicks,
    versioned: false,
    numbered: true,
    handle: (session, fields, requestId) => {
      const contract = readContract(fields);
      fields.flag('includeExpired');
      const [startText, endText] = [fields.text('startDateTime'), fields.text('endDateTime')];
      const count = fields.integer('numberOfTicks');
      const kind = fields.text('whatToShow');
      const instrument = session.instrumentOf(contract);
      if (startText === '' && endText === '')
        throw new RequestRefused(321, "Error validating request.-'cd' : cause - Either start or end time must be given");
      if (count < 1 || count > TICKS_MAX)
        throw new RequestRefused(321, `Error validating request.-'cd' : cause - Number of ticks must be 1 to ${TICKS_MAX}`);
      const time = (text: string): UnixNanos | undefined =>
        text === '' ? undefined : parseRequestTime(text, instrument.contract.timeZoneId);
      const [id, rows] = answerOf(instrument, { start: time(startText), end: time(endText), count, kind });
      session.send(id, requestId, rows.length, ...rows.flat(), 1);
    },
  },
];
