import type { FailoverPolicy } from '@tradewind/market';
import type { UnixNanos } from '@tradewind/vocabulary';

import type { LiveRequest, MarketSource } from '../source.js';

export interface FailoverFeedOptions {
  /** In order of priority, the best first. The feed closes its sessions, never the sources. */
  readonly sources: readonly MarketSource[];
  readonly request: LiveRequest;
  readonly policy: FailoverPolicy;
  /** Close of the last bar that the reader has; what came since is filled first. */
  readonly from: UnixNanos;
  /** False when the market is shut: then silence is no fault. */
  readonly dataExpected: (at: UnixNanos) => boolean;
  /** Requests a minute to a source without live data, over all symbols in rotation. */
  readonly pollsPerMinute: number;
  /** How often the policy looks at the clock. */
  readonly watchMs: number;
  /** How long a source that could not be connected is left alone. */
  readonly reconnectMs: number;
  /** Between two questions for the same gap, and how many there are before it is told as lost. */
  readonly fillRetryMs: number;
  readonly fillTriesMax: number;
  /** Live bars wait no longer than this for history, however slowly it answers. */
  readonly fillPatienceMs: number;
  /** Live messages of one symbol that wait behind a gap at most. */
  readonly heldMax: number;
}
