import type { MarketStep } from '@tradewind/market';
import {
  floorToStep,
  type Instrument,
  type Money,
  quantityFromNumber,
  symbolOf,
  toNumber,
  type UnixNanos,
  utcDateOf,
} from '@tradewind/vocabulary';

import { type ScriptedMove, scriptedSteps } from './scripted-market.js';
import type { StressScenario } from './stress-run.js';

/** Share of the opening cash that a scenario invests, in equal parts. */
const INVESTED = 0.9;
/** 2024-01-02T21:00:00Z, a Tuesday. */
const SCRIPT_BEGINS = 1_704_229_200_000_000_000n as UnixNanos;
/** Quiet days before a scripted shock, so that estimates have a history. */
const QUIET_DAYS = 280;
const QUIET_MOVE = 0.006;

export interface Investment {
  readonly openingCash: Money;
  readonly instruments: Readonly<Record<string, Instrument>>;
}

const closesAt = (step: MarketStep): ReadonlyMap<string, number> =>
  new Map(step.bars.map(({ symbol, close }) => [symbol, toNumber(close)]));

/** Equal parts of everything that has a price when the positions are opened, in whole lots. */
const equalParts = (closes: ReadonlyMap<string, number>, { openingCash, instruments }: Investment): StressScenario['positions'] => {
  const held = [...closes].filter(([symbol]) => instruments[symbol] !== undefined);
  const part = (toNumber(openingCash) * INVESTED) / held.length;
  return Object.fromEntries(
    held.map(([symbol, close]) => [symbol, { quantity: floorToStep(quantityFromNumber(part / close), instruments[symbol]!.lotSize) }]),
  );
};

const opened = (name: string, steps: readonly MarketStep[], warmUpSteps: number, investment: Investment): StressScenario => ({
  name,
  steps,
  warmUpSteps,
  positions: equalParts(closesAt(steps[warmUpSteps]!), investment),
});

/**
 * Recorded days: equal parts are bought on the day after `from` and left to the market until `to` (both `YYYY-MM-DD`). Days before `from` are history. Undefined when the
 * steps have no day in between.
 */
export const recordedScenario = (
  name: string,
  steps: readonly MarketStep[],
  period: { readonly from: string; readonly to: string },
  investment: Investment,
): StressScenario | undefined => {
  const first = steps.findIndex(({ at }) => utcDateOf(at) >= period.from);
  const end = steps.findIndex(({ at }) => utcDateOf(at) > period.to);
  if (first === -1 || end === first) return undefined;
  const history = steps.slice(Math.max(0, first - QUIET_DAYS), end === -1 ? undefined : end);
  const renumbered = history.map((step, index) => ({ ...step, step: index, final: index === history.length - 1 }));
  return opened(name, renumbered, Math.min(first, QUIET_DAYS), investment);
};

const SYMBOLS = ['AAPL', 'XOM', 'JPM', 'PG'] as const;
const PRICES: Readonly<Record<string, number>> = { AAPL: 180, XOM: 100, JPM: 170, PG: 150 };

/** Small moves that alternate, each symbol in a rhythm of its own: a calm market that is not a straight line. */
const quiet = (day: number): Readonly<Record<string, ScriptedMove>> =>
  Object.fromEntries(
    SYMBOLS.map((symbol, index) => [symbol, { gap: 0, move: QUIET_MOVE * (((day >> index) & 1) === 0 ? 1 : -1 / (1 + QUIET_MOVE)) }]),
  );

const all = (move: ScriptedMove): Readonly<Record<string, ScriptedMove>> => Object.fromEntries(SYMBOLS.map((symbol) => [symbol, move]));

type Day = { readonly moves: Readonly<Record<string, ScriptedMove>>; readonly silent?: readonly string[] };

const scripted = (name: string, shock: readonly Day[], investment: Investment, calmAfter = 20): StressScenario => {
  const calm = Array.from({ length: QUIET_DAYS }, (_, day): Day => ({ moves: quiet(day) }));
  const after = Array.from({ length: calmAfter }, (_, day): Day => ({ moves: quiet(day) }));
  const steps = scriptedSteps({ name, firstAt: SCRIPT_BEGINS, prices: PRICES, days: [...calm, ...shock, ...after] });
  return opened(name, steps, QUIET_DAYS - 5, { ...investment, instruments: ofScript(investment.instruments) });
};

const ofScript = (instruments: Readonly<Record<string, Instrument>>): Readonly<Record<string, Instrument>> =>
  Object.fromEntries(SYMBOLS.flatMap((name) => (instruments[name] === undefined ? [] : [[symbolOf(name), instruments[name]]])));

/** The step on which the shock of a scripted scenario begins. */
export const SHOCK_STEP = QUIET_DAYS;

/** Everything opens 10% lower than it closed, and stays there. */
export const gapScenario = (investment: Investment): StressScenario =>
  scripted('gap', [{ moves: all({ gap: -0.1, move: 0 }) }], investment);

/** One symbol has no bar for three days, and opens 30% lower; the others go on. */
export const freezeScenario = (investment: Investment): StressScenario =>
  scripted(
    'freeze',
    [0, 1, 2]
      .map((day) => ({ moves: { ...quiet(day), AAPL: { gap: 0, move: 0 } }, silent: ['AAPL'] as readonly string[] }))
      .concat([{ moves: { ...quiet(3), AAPL: { gap: -0.3, move: 0 } }, silent: [] }]),
    investment,
  );

/** Five days on which every book is crossed and every score is below the minimum, while prices slide by 2% a day. */
export const crossedScenario = (investment: Investment): StressScenario => {
  const days = Array.from({ length: 5 }, (): Day => ({ moves: all({ gap: 0, move: -0.02 }) }));
  const made = scripted('crossed', days, investment);
  const isCrossed = (step: number): boolean => step >= SHOCK_STEP && step < SHOCK_STEP + days.length;
  const steps = made.steps.map((step) =>
    isCrossed(step.step) ? { ...step, lowQuality: step.bars.map(({ symbol }) => ({ symbol, score: 0.4 })) } : step,
  );
  return { ...made, steps };
};

/** A fall of 4% a day for five days: volatility and correlation jump together. */
export const slideScenario = (investment: Investment): StressScenario =>
  scripted(
    'slide',
    Array.from({ length: 5 }, () => ({ moves: all({ gap: 0, move: -0.04 }) })),
    investment,
  );
