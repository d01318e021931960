import type { Bar } from '@tradewind/market';
import type { ExecutionsReported } from '@tradewind/orders';
import type { SignalDecision } from '@tradewind/signals';
import { toNumber } from '@tradewind/vocabulary';
import type { StepHeader } from '@tradewind/vocabulary';

import type { ReturnHistory } from '../history.js';
import type { RiskProfile } from '../profile.js';
import type { ControlReadings, ControlState, Forecast } from './control-state.js';

const NANOS_PER_DAY = 86_400_000_000_000n;
const DAYS_KEPT_UNWATCHED = 30;

/** What of a step the controls look at. */
interface ControlledStep {
  readonly header: StepHeader;
  readonly decisions: readonly SignalDecision[];
  readonly executions: ExecutionsReported;
  readonly bars: readonly Bar[];
  readonly history: ReturnHistory;
  readonly latencyMs?: number;
}

/** A probability of one half says nothing. */
const forecastsOf = ({ header, decisions }: ControlledStep): readonly Forecast[] => {
  const seen = new Set<string>();
  const forecasts: Forecast[] = [];
  for (const { id, symbol, probabilityUp, referencePrice, horizonBars } of decisions) {
    if (seen.has(id) || probabilityUp === 0.5 || !(referencePrice > 0)) continue;
    seen.add(id);
    forecasts.push({ symbol, isUp: probabilityUp > 0.5, reference: referencePrice, dueStep: header.step + horizonBars });
  }
  return forecasts.sort((left, right) => (left.symbol < right.symbol ? -1 : left.symbol > right.symbol ? 1 : 0));
};

/** Outcomes that this step's closes show. A price that didn't move is no outcome. */
const outcomesOf = (state: ControlState, step: number, history: ReturnHistory): { readonly right: number; readonly total: number } => {
  let right = 0;
  let total = 0;
  for (const { symbol, isUp, reference, dueStep } of state.forecasts) {
    const close = dueStep <= step ? history.lastCloseOf(symbol) : undefined;
    if (close === undefined || close === reference) continue;
    total += 1;
    if (close > reference === isUp) right += 1;
  }
  return { right, total };
};

/** Instruments of the step with good data, of all of them; undefined for a step without any. */
const qualityOf = ({ bars, executions }: ControlledStep): number | undefined => {
  const low = new Set<string>(executions.lowQuality.map(({ symbol }) => symbol));
  const all = new Set<string>(low);
  for (const { symbol } of bars) all.add(symbol);
  return all.size === 0 ? undefined : (all.size - low.size) / all.size;
};

/** What a step tells the controls that are on; undefined when none is. */
export const controlReadings = (state: ControlState, step: ControlledStep, { controls }: RiskProfile): ControlReadings | undefined => {
  const { modelAccuracy, dataQuality, decisionLatency } = controls;
  if (modelAccuracy === 'off' && dataQuality === 'off' && decisionLatency === 'off') return undefined;
  const share = dataQuality === 'off' ? undefined : qualityOf(step);
  const ms = decisionLatency === 'off' ? undefined : step.latencyMs;
  return {
    day: Number(step.header.at / NANOS_PER_DAY),
    daysKept: modelAccuracy === 'off' ? DAYS_KEPT_UNWATCHED : modelAccuracy.days,
    made: modelAccuracy === 'off' ? [] : forecastsOf(step),
    ...(modelAccuracy === 'off' ? { right: 0, total: 0 } : outcomesOf(state, step.header.step, step.history)),
    ...(share === undefined || dataQuality === 'off' ? {} : { quality: { share, isGood: share >= toNumber(dataQuality.limit) } }),
    ...(ms === undefined || decisionLatency === 'off' ? {} : { latency: { ms, isGood: ms <= decisionLatency.limitMs } }),
  };
};
