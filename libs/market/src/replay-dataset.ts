import { createHash } from 'node:crypto';

import { stepMessageId, type Symbol, symbolOf, type UnixNanos, utcDateOf } from '@tradewind/vocabulary';

import type { Bar } from './bar.js';
import { type CivilDate, civilDate, civilDateOf, dayNumberOf } from './calendar/civil-date.js';
import { easternInstant } from './calendar/eastern-time.js';
import { nyseCalendar } from './calendar/exchange-calendars.js';
import { type DailySeries, type DailySource, readDailySeries } from './daily-series.js';
import type { QualityFault, QualityFaultsFound, SymbolQuality } from './fault.js';
import { QUALITY_SCORE_MIN } from './quality/check.js';
import { type MarketStep, sequenceSteps } from './step-sequence.js';

export interface ReplayPlan {
  /** E.g. `demo`; part of what a saved replay is checked against. */
  readonly name: string;
  /** First session whose bars may be traded on. */
  readonly tradingFrom: CivilDate;
  /** Sessions before `tradingFrom` that are replayed to warm features up. */
  readonly warmUpSessions: number;
}

/** What is told of quality at a step, before it belongs to a run. */
export type StepFaults = Omit<QualityFaultsFound, 'id'>;

/** Everything a replay, a backtest and a training need of the same files. */
export interface ReplayDataset {
  readonly plan: ReplayPlan;
  /** SHA-256 of the plan and the texts, hex: equal digests mean equal steps. */
  readonly digest: string;
  readonly symbols: readonly Symbol[];
  readonly steps: readonly MarketStep[];
  readonly barCount: number;
  /** Sessions of the first and the last tradable step. Undefined without one. */
  readonly from: string | undefined;
  readonly to: string | undefined;
  /** Bars before `tradingFrom`, oldest first, by symbol: for training, with the warm-up bars; nothing later. */
  readonly training: Readonly<Record<string, readonly Bar[]>>;
  /** Faults by the step at which they are told; those before the first step are told with it. */
  readonly faults: ReadonlyMap<number, StepFaults>;
  readonly faultCount: number;
  /** Quality after the last row of each file. */
  readonly scores: readonly SymbolQuality[];
}

/** Where the two series of the demo come from. NDX before 2000 is training data; its last 260 sessions also warm features up. */
export const DEMO_PLAN: ReplayPlan = { name: 'demo', tradingFrom: civilDate('2000-01-03'), warmUpSessions: 260 };
export const DEMO_FILES = [
  { symbol: symbolOf('SPX'), packageName: 'vega-datasets', file: 'data/sp500-2000.csv' },
  { symbol: symbolOf('NDX'), packageName: 'dc', file: 'web/ndx.csv' },
] as const;

const midnight = (date: CivilDate): UnixNanos => easternInstant(dayNumberOf(date), 0);

/** The date that has `sessions` sessions from itself up to `before`, exclusive. */
const sessionsEarlier = (before: CivilDate, sessions: number): CivilDate => {
  let day = dayNumberOf(before);
  for (let left = sessions; left > 0;) {
    day -= 1;
    if (nyseCalendar.isSession(civilDateOf(day))) left -= 1;
  }
  return civilDateOf(day);
};

const stepNumberAt = (steps: readonly MarketStep[], at: UnixNanos): number => {
  let low = 0;
  let high = steps.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (steps[middle]!.at < at) low = middle + 1;
    else high = middle;
  }
  return low;
};

const scoreAt = (series: DailySeries, at: UnixNanos): number => series.scores.findLast((change) => change.at <= at)?.score ?? 1;

const lowQualityAt = (all: readonly DailySeries[], at: UnixNanos): readonly SymbolQuality[] =>
  all
    .map((series) => ({ symbol: series.symbol, score: scoreAt(series, at) }))
    .filter(({ score }) => score < QUALITY_SCORE_MIN)
    .sort((left, right) => (left.symbol < right.symbol ? -1 : 1));

const faultsByStep = (all: readonly DailySeries[], steps: readonly MarketStep[]): ReadonlyMap<number, StepFaults> => {
  const grouped = new Map<number, QualityFault[]>();
  for (const fault of all.flatMap((series) => series.faults)) {
    const step = stepNumberAt(steps, fault.at);
    grouped.set(step, [...(grouped.get(step) ?? []), fault]);
  }
  return new Map(
    [...grouped]
      .sort(([left], [right]) => left - right)
      .map(([step, faults]) => {
        const at = steps[step]?.at ?? faults[0]!.at;
        const scores = all.map((series) => ({ symbol: series.symbol, score: scoreAt(series, at) }));
        return [step, { at, faults, scores }];
      }),
  );
};

const digestOf = (plan: ReplayPlan, sources: readonly DailySource[]): string =>
  createHash('sha256')
    .update(JSON.stringify([plan, sources.map(({ symbol, source, text }) => [symbol, source, text])]))
    .digest('hex');

const dateOf = (step: MarketStep | undefined): string | undefined => (step === undefined ? undefined : utcDateOf(step.at));

/** Builds a replay out of the texts of daily files. Same texts, same dataset. Throws DailyFileError when a file is no daily file. */
export const replayDataset = (plan: ReplayPlan, sources: readonly DailySource[]): ReplayDataset => {
  const all = sources.map((source) => readDailySeries(source, nyseCalendar));
  const tradingFrom = midnight(plan.tradingFrom);
  const replayFrom = midnight(sessionsEarlier(plan.tradingFrom, plan.warmUpSessions));
  const steps = sequenceSteps(
    all.map((series) => series.bars.filter((bar) => bar.closeTime >= replayFrom)),
    tradingFrom,
    (at) => lowQualityAt(all, at),
  );
  const tradable = steps.filter((step) => step.at >= tradingFrom);
  return {
    plan,
    digest: digestOf(plan, sources),
    symbols: all.map((series) => series.symbol).sort(),
    steps,
    barCount: steps.reduce((sum, step) => sum + step.bars.length, 0),
    from: dateOf(tradable[0]),
    to: dateOf(tradable.at(-1)),
    training: Object.fromEntries(all.map((series) => [series.symbol, series.bars.filter((bar) => bar.closeTime < tradingFrom)])),
    faults: faultsByStep(all, steps),
    faultCount: all.reduce((sum, series) => sum + series.faults.length, 0),
    scores: all.map((series) => ({ symbol: series.symbol, score: series.score })),
  };
};

interface RecordedReplay {
  readonly name: string;
  /** Tells two sets of data apart: everything that the steps are made from. */
  readonly digest: string;
  readonly tradingFrom: UnixNanos;
}

export interface BarsReplay extends RecordedReplay {
  /** By symbol or not, each in order of time. */
  readonly series: readonly (readonly Bar[])[];
}

export interface StepsReplay extends RecordedReplay {
  readonly steps: readonly MarketStep[];
  readonly faults: ReadonlyMap<number, StepFaults>;
}

/** A replay of steps that were put together elsewhere, e.g. of recorded ticks. Nothing in it is for training: it may be of any time. */
export const stepsDataset = ({ name, digest, tradingFrom, steps, faults }: StepsReplay): ReplayDataset => {
  const tradable = steps.filter((step) => step.at >= tradingFrom);
  return {
    plan: { name, tradingFrom: civilDate(utcDateOf(tradingFrom)), warmUpSessions: 0 },
    digest,
    symbols: [...new Set(steps.flatMap(({ bars }) => bars.map(({ symbol }) => symbol)))].sort(),
    steps,
    barCount: steps.reduce((sum, step) => sum + step.bars.length, 0),
    from: dateOf(tradable[0]),
    to: dateOf(tradable.at(-1)),
    training: {},
    faults,
    faultCount: [...faults.values()].reduce((sum, found) => sum + found.faults.length, 0),
    scores: [],
  };
};

/** A replay of bars that were checked when they were stored. */
export const barsReplayDataset = ({ series, ...replay }: BarsReplay): ReplayDataset =>
  stepsDataset({ ...replay, steps: sequenceSteps(series, replay.tradingFrom), faults: new Map() });

/** The faults that a run tells with a step. Undefined when there is nothing to tell. */
export const faultsFoundAt = (run: string, dataset: ReplayDataset, step: number): QualityFaultsFound | undefined => {
  const found = dataset.faults.get(step);
  return found === undefined ? undefined : { id: stepMessageId('market.faults', run, step, 0), ...found };
};
