import { choice, count, flag, group, optionOrOff, word } from './fields.js';
import type { ValueOf } from './fields.js';
import { BREAKERS, CONTROLS } from './monitor-settings.js';
import { ACCOUNT, BUCKETS, IMPACT, LIMITS, ORDER_FLOW, PORTFOLIO, SIZING, STRATEGIES, UNIVERSE } from './pre-trade-settings.js';

const SESSIONS_MAX = 2_520;

/** The whole format: each setting is required, none beside them is known. */
export const RISK_PROFILE = group(
  {
    name: word(/^[a-z0-9][a-z0-9-]{0,31}$/, 'lower-case letters, digits and -, at most 32', 'Name of the profile.'),
    mode: choice(['replay', 'paper', 'live'], 'What it is for. With live, nothing that protects may be off.'),
    limits: LIMITS,
    orders: ORDER_FLOW,
    sizing: SIZING,
    account: ACCOUNT,
    universe: UNIVERSE,
    portfolio: PORTFOLIO,
    buckets: BUCKETS,
    strategies: STRATEGIES,
    impact: IMPACT,
    breakers: BREAKERS,
    controls: CONTROLS,
    killSwitch: group({ closePositions: flag('A halt by command also closes everything with the next step.') }, 'The kill switch.'),
    autoResume: optionOrOff(
      group(
        { afterSessions: count(SESSIONS_MAX, 'Sessions after a breaker’s halt.') },
        'Resumes by itself, where no operator sits beside the run; refused in a live profile.',
      ),
    ),
  },
  'A risk profile.',
);

export type RiskProfile = ValueOf<typeof RISK_PROFILE>;
