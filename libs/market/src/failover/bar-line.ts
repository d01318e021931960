import type { UnixNanos } from '@tradewind/vocabulary';

import type { Bar } from '../bar.js';

/** Bars of one symbol that are remembered to tell a correction or a late bar from a double. */
const REMEMBERED = 64;

/**
 * One symbol's bars on their way from whichever source is active to the reader: each exactly once and in order, whatever the sources repeat. While a gap is
 * open, live bars are held until history has filled what lies before them. Plain data.
 */
export interface BarLine {
  /** Close of the last bar delivered, or the instant from which bars are wanted. */
  readonly until: UnixNanos;
  readonly remembered: readonly Bar[];
  /** Undefined while no gap is open; else the live bars that wait, in stretches: before each of them something may be missing. Only the last may be empty. */
  readonly held: readonly (readonly Bar[])[] | undefined;
}

export interface BarLineOutcome {
  readonly line: BarLine;
  /** In order. A bar whose id was delivered before is a correction by the same source. */
  readonly delivered: readonly Bar[];
}

export const initialBarLine = (from: UnixNanos): BarLine => ({ until: from, remembered: [], held: undefined });

const sameValues = (left: Bar, right: Bar): boolean =>
  left.open === right.open &&
  left.high === right.high &&
  left.low === right.low &&
  left.close === right.close &&
  left.volume === right.volume;

const deliver = (line: BarLine, bars: readonly Bar[]): BarLineOutcome => {
  let { until } = line;
  for (const { closeTime } of bars) if (closeTime > until) until = closeTime;
  const ids = new Set(bars.map(({ id }) => id));
  const remembered = [...line.remembered.filter(({ id }) => !ids.has(id)), ...bars].slice(-REMEMBERED);
  return { line: { ...line, until, remembered }, delivered: bars };
};

/** True when nothing can lie between what was delivered and the bar. */
const follows = (line: BarLine, bar: Bar): boolean => bar.openTime <= line.until;

const isNews = (line: BarLine, bar: Bar): boolean => {
  if (bar.closeTime > line.until) return true;
  const known = line.remembered.find(({ id }) => id === bar.id);
  if (known !== undefined) return known.source === bar.source && !sameValues(known, bar);
  // A bar that comes late, but after the oldest one that is remembered, was never delivered.
  const [oldest] = line.remembered;
  return oldest !== undefined && bar.closeTime > oldest.closeTime;
};

/** Something may be missing from here on: live bars wait until history has been asked for it. */
export const openBarGap = (line: BarLine): BarLine => {
  const held = line.held ?? [];
  return held.at(-1)?.length === 0 ? line : { ...line, held: [...held, []] };
};

/** How many live bars wait. */
export const heldBars = (line: BarLine): number => (line.held ?? []).reduce((count, stretch) => count + stretch.length, 0);

const sorted = (bars: readonly Bar[]): readonly Bar[] => bars.toSorted((left, right) => (left.closeTime < right.closeTime ? -1 : 1));

/** A live bar: delivered when no gap is open, or when it follows the last one without a hole. A double is dropped. */
export const offerBar = (line: BarLine, bar: Bar): BarLineOutcome => {
  if (line.held === undefined || bar.closeTime <= line.until) return isNews(line, bar) ? deliver(line, [bar]) : { line, delivered: [] };
  if (heldBars(line) === 0 && follows(line, bar)) return deliver({ ...line, held: undefined }, [bar]);
  if (line.held.some((stretch) => stretch.some(({ id }) => id === bar.id))) return { line, delivered: [] };
  return { line: { ...line, held: [...line.held.slice(0, -1), sorted([...line.held.at(-1)!, bar])] }, delivered: [] };
};

/** The bars that history must be asked for: those that close in [from, until); undefined when no live bar waits for them. */
export const missingBefore = (line: BarLine): { readonly from: UnixNanos; readonly until: UnixNanos } | undefined => {
  const first = line.held?.[0]?.[0];
  return first === undefined ? undefined : { from: (line.until + 1n) as UnixNanos, until: first.closeTime };
};

/** Lets the first stretch go, and every later one that then follows without a hole. */
const release = (line: BarLine): BarLineOutcome => {
  const [first = [], ...rest] = line.held ?? [];
  const released = deliver(
    { ...line, held: rest.length === 0 ? undefined : rest },
    first.filter(({ closeTime }) => closeTime > line.until),
  );
  const next = settle(released.line);
  return { line: next.line, delivered: [...released.delivered, ...next.delivered] };
};

const settle = (line: BarLine): BarLineOutcome => {
  const first = line.held?.[0]?.[0];
  return first === undefined || !follows(line, first) ? { line, delivered: [] } : release(line);
};

/** History's answer, in order of time: what is new of it is delivered. Held bars go once nothing is missing before them. */
export const fillBars = (line: BarLine, past: readonly Bar[]): BarLineOutcome => {
  const end = line.held?.[0]?.[0]?.closeTime;
  let last = line.until;
  const news = past.filter(({ closeTime }) => {
    if (closeTime <= last || (end !== undefined && closeTime >= end)) return false;
    last = closeTime;
    return true;
  });
  const filled = deliver(line, news);
  const settled = settle(filled.line);
  return { line: settled.line, delivered: [...filled.delivered, ...settled.delivered] };
};

/** Lets the bars go that wait for the first gap, whether or not something is missing before them. Later gaps stay open. */
export const releaseHeld = (line: BarLine): BarLineOutcome => (heldBars(line) === 0 ? { line, delivered: [] } : release(line));
