import { BASELINE_SET, type FeatureSets } from '@tradewind/features';

import { marketViewReader } from './market-view.js';
import { DEFAULT_SIGNAL_POLICY } from './policy.js';
import type { SignalRules } from './signals-step.js';

/** The rules over the baseline features with the default policy: what the backtest runs. */
export const BASELINE_SIGNAL_RULES: SignalRules = { read: marketViewReader(BASELINE_SET), policy: DEFAULT_SIGNAL_POLICY };

/** The same rules for vectors of the baseline set and of every set that extends it: what the services run. */
export const signalRulesFor = (sets: FeatureSets): SignalRules => ({
  read: marketViewReader(BASELINE_SET, (setHash) => sets.satisfies(setHash, BASELINE_SET.hash)),
  policy: DEFAULT_SIGNAL_POLICY,
});
