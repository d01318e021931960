import { borrowFreely } from './borrow/borrow-freely.js';
import type { BorrowPolicy } from './borrow/borrow-policy.js';
import type { CommissionPolicy } from './commission/commission-policy.js';
import { noCommission } from './commission/no-commission.js';
import type { HaltPolicy } from './halts/halt-policy.js';
import type { LatencyModel } from './latency/latency-model.js';
import { noLatency } from './latency/no-latency.js';
import type { ParticipationPolicy } from './participation/participation-policy.js';
import { unlimitedParticipation } from './participation/participation-policy.js';
import { cancelsProportional } from './queue/cancels-proportional.js';
import type { QueueModel } from './queue/queue-model.js';
import { noSlippage } from './slippage/no-slippage.js';
import type { SlippagePolicy } from './slippage/slippage-policy.js';

/** One model of each kind. */
export interface VenuePolicies {
  /** Of market-taking fills, on top of what walking the book costs. */
  readonly slippage: SlippagePolicy;
  readonly commission: CommissionPolicy;
  /** Of a bar's or a trade's volume. */
  readonly participation: ParticipationPolicy;
  readonly latency: LatencyModel;
  readonly queue: QueueModel;
  readonly halts: HaltPolicy;
  readonly borrow: BorrowPolicy;
}

/** What holds for a model that is left out. */
export const VENUE_POLICIES: VenuePolicies = {
  slippage: noSlippage,
  commission: noCommission,
  participation: unlimitedParticipation,
  latency: noLatency,
  queue: cancelsProportional,
  halts: 'HOLD',
  borrow: borrowFreely,
};
