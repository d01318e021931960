import type { Symbol } from '@tradewind/vocabulary';

/** A direction that was told, and the step whose close will show whether it was right. */
export interface Forecast {
  readonly symbol: Symbol;
  readonly isUp: boolean;
  readonly reference: number;
  readonly dueStep: number;
}

/** Outcomes that became known on one UTC date. */
export interface AccuracyTally {
  readonly day: number;
  readonly right: number;
  readonly total: number;
}

/** How many steps in a row were below the limit, or at least as good: one of the two is 0. */
export interface Streak {
  readonly bad: number;
  readonly good: number;
}

/** What the system controls know: bounded, and empty while all are off. */
export interface ControlState {
  readonly forecasts: readonly Forecast[];
  /** The oldest first. */
  readonly tallies: readonly AccuracyTally[];
  readonly quality: Streak;
  readonly latency: Streak;
  /** Last readings, for people; −1 before the first. */
  readonly lastQuality: number;
  readonly lastLatencyMs: number;
}

/** What one step told the controls; journaled, so that a replay needs no clock. */
export interface ControlReadings {
  readonly made: readonly Forecast[];
  /** Outcomes that became known with the step. */
  readonly right: number;
  readonly total: number;
  /** UTC date as days since 1970, and how many days are kept. */
  readonly day: number;
  readonly daysKept: number;
  /** Share of instruments with good data, and whether that was enough; absent when it isn't watched. */
  readonly quality?: { readonly share: number; readonly isGood: boolean };
  readonly latency?: { readonly ms: number; readonly isGood: boolean };
}

/** With 500 instruments and a horizon of a week of daily bars. */
const FORECASTS_MAX = 4_096;

const NO_STREAK: Streak = { bad: 0, good: 0 };
export const NO_CONTROLS: ControlState = {
  forecasts: [],
  tallies: [],
  quality: NO_STREAK,
  latency: NO_STREAK,
  lastQuality: -1,
  lastLatencyMs: -1,
};

const extend = ({ bad, good }: Streak, isGood: boolean): Streak => (isGood ? { bad: 0, good: good + 1 } : { bad: bad + 1, good: 0 });

const addTally = (tallies: readonly AccuracyTally[], { day, right, total, daysKept }: ControlReadings): readonly AccuracyTally[] => {
  const kept = tallies.filter((tally) => tally.day > day - daysKept && tally.day <= day);
  if (total === 0) return kept.length === tallies.length ? tallies : kept;
  const last = kept.at(-1);
  if (last?.day !== day) return [...kept, { day, right, total }];
  return [...kept.slice(0, -1), { day, right: last.right + right, total: last.total + total }];
};

/** The state after a step's readings; forecasts that were due are known now. */
export const evolveControls = (state: ControlState, step: number, readings: ControlReadings): ControlState => {
  const { made, quality, latency } = readings;
  return {
    forecasts: [...state.forecasts.filter(({ dueStep }) => dueStep > step), ...made].slice(0, FORECASTS_MAX),
    tallies: addTally(state.tallies, readings),
    quality: quality === undefined ? state.quality : extend(state.quality, quality.isGood),
    latency: latency === undefined ? state.latency : extend(state.latency, latency.isGood),
    lastQuality: quality?.share ?? state.lastQuality,
    lastLatencyMs: latency?.ms ?? state.lastLatencyMs,
  };
};

/** A new run numbers its steps anew: what waited for steps of the old one never comes. */
export const forgetForecasts = (state: ControlState): ControlState => (state.forecasts.length === 0 ? state : { ...state, forecasts: [] });

/** Right directions of all that are known; undefined without any. */
export const accuracyOf = ({ tallies }: ControlState): { readonly share: number; readonly total: number } | undefined => {
  let right = 0;
  let total = 0;
  for (const tally of tallies) {
    right += tally.right;
    total += tally.total;
  }
  return total === 0 ? undefined : { share: right / total, total };
};
