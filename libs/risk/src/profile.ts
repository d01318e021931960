import type { RiskProfile } from './profile/schema.js';

export type { Ratio } from './profile/ratio.js';
export type { RiskProfile } from './profile/schema.js';

export type EpisodeLimit = RiskProfile['breakers']['drawdownReduce'];

export class RiskProfileError extends Error {
  override readonly name = 'RiskProfileError';
  readonly code = 'PROFILE_INVALID';
  constructor(readonly faults: readonly string[]) {
    super(`the risk profile has ${faults.length} fault(s):\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
  }
}
