import type { UnixNanos } from '@tradewind/vocabulary';

import type { Quote, Trade } from '../tick.js';

/** A trade or a quote; books can't be filled, they are snapshotted anew. */
export type LineTick = Trade | Quote;

/** One symbol's trades or quotes on their way to the reader. While a gap is open, live ticks are held until history has been asked. Plain data. */
export interface TickLine {
  /** Event time of the last tick delivered. */
  readonly until: UnixNanos | undefined;
  /** What was delivered at that very instant: nothing numbers the ticks of one instant, so they are told apart by what they say. */
  readonly atUntil: readonly LineTick[];
  /** Undefined while no gap is open; else the live ticks that wait, in stretches: before each of them something may be missing. Only the last may be empty. */
  readonly held: readonly (readonly LineTick[])[] | undefined;
}

export interface TickLineOutcome {
  readonly line: TickLine;
  readonly delivered: readonly LineTick[];
}

export const initialTickLine: TickLine = { until: undefined, atUntil: [], held: undefined };

const wordsOf = (tick: LineTick): string =>
  tick.kind === 'trade'
    ? `t ${tick.at} ${tick.price} ${tick.quantity} ${tick.venue}`
    : `q ${tick.at} ${tick.bidPrice} ${tick.bidQuantity} ${tick.askPrice} ${tick.askQuantity} ${tick.venue}`;

const deliver = (line: TickLine, ticks: readonly LineTick[]): TickLineOutcome => {
  let { until, atUntil } = line;
  for (const tick of ticks) {
    if (until === undefined || tick.at > until) [until, atUntil] = [tick.at, [tick]];
    else if (tick.at === until) atUntil = [...atUntil, tick];
  }
  return { line: { until, atUntil, held: line.held }, delivered: ticks };
};

/** Takes each of `known` away once: two equal trades of one instant are two trades. */
const without = (ticks: readonly LineTick[], known: readonly LineTick[]): readonly LineTick[] => {
  const left = known.map(wordsOf);
  return ticks.filter((tick) => {
    const index = left.indexOf(wordsOf(tick));
    if (index >= 0) left.splice(index, 1);
    return index < 0;
  });
};

/** Something may be missing from here on: live ticks wait until history has been asked for it. Before the first tick nothing can be. */
export const openTickGap = (line: TickLine): TickLine => {
  const held = line.held ?? [];
  return line.until === undefined || held.at(-1)?.length === 0 ? line : { ...line, held: [...held, []] };
};

/** How many live ticks wait. */
export const heldTicks = (line: TickLine): number => (line.held ?? []).reduce((count, stretch) => count + stretch.length, 0);

/** A live tick: delivered at once unless a gap is open. */
export const offerTick = (line: TickLine, tick: LineTick): TickLineOutcome =>
  line.held === undefined
    ? deliver(line, [tick])
    : { line: { ...line, held: [...line.held.slice(0, -1), [...line.held.at(-1)!, tick]] }, delivered: [] };

/** What history must be asked for, [from, until): from the last tick delivered to the first that is held, both in. */
export const missingTicks = (line: TickLine): { readonly from: UnixNanos; readonly until: UnixNanos } | undefined => {
  const first = line.held?.[0]?.[0];
  return first === undefined || line.until === undefined || first.at < line.until
    ? undefined
    : { from: line.until, until: (first.at + 1n) as UnixNanos };
};

/** History's answer, in order of time, then what waits for it; without what was delivered already or is held itself. Ends the first gap. */
export const fillTicks = (line: TickLine, past: readonly LineTick[]): TickLineOutcome => {
  const [held = [], ...later] = line.held ?? [];
  const first = held[0];
  const within = line.until === undefined ? past : past.filter(({ at }) => at >= line.until! && (first === undefined || at <= first.at));
  const heldAtFirst = held.filter(({ at }) => at === first?.at);
  const news = without(within, [...line.atUntil, ...heldAtFirst]);
  const rest = without(held, line.atUntil);
  return deliver({ ...line, held: later.length === 0 ? undefined : later }, [...news, ...rest]);
};
