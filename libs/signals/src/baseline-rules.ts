import { BASELINE_SET } from '@tradewind/features';

import { marketViewReader } from './market-view.js';
import { DEFAULT_SIGNAL_POLICY } from './policy.js';
import type { SignalRules } from './signals-step.js';

/** The rules over the baseline features with the default policy: what the services and the backtest run. */
export const BASELINE_SIGNAL_RULES: SignalRules = { read: marketViewReader(BASELINE_SET), policy: DEFAULT_SIGNAL_POLICY };
