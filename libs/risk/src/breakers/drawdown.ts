import { toNumber } from '@tradewind/vocabulary';

import type { TradingStatus } from '../facts.js';
import type { EpisodeLimit, RiskProfile } from '../profile.js';
import type { Breaker } from './breaker.js';
import { lossShare, reaches, recovered } from './equity-loss.js';

interface DrawdownRule extends Pick<Breaker, 'rule' | 'action' | 'reason' | 'endReason'> {
  readonly becomes: TradingStatus;
  readonly episode: (profile: RiskProfile) => EpisodeLimit;
}

/** Loss since the peak; over when enough was won back. */
const drawdown = ({ rule, action, reason, endReason, becomes, episode }: DrawdownRule): Breaker => ({
  rule,
  action,
  reason,
  endReason,
  becomes: () => becomes,
  isTripped: ({ state, profile }) => reaches(state.peakEquity, state.equity, episode(profile).limit),
  isOver: ({ state, profile }) => recovered(state.peakEquity, state.equity, episode(profile).rearm),
  measured: ({ state }) => lossShare(state.peakEquity, state.equity),
  limit: (profile) => toNumber(episode(profile).limit),
});

/** The only one of the losses that halts. */
export const drawdownClose = drawdown({
  rule: 'drawdown-close',
  action: 'CLOSE_ALL',
  reason: 'drawdown limit reached; resuming is manual',
  endReason: 'the drawdown is won back',
  becomes: 'HALTED',
  episode: (profile) => profile.breakers.drawdownClose,
});

export const drawdownReduce = drawdown({
  rule: 'drawdown-reduce',
  action: 'REDUCE_HALF',
  reason: 'drawdown limit reached; new sizes are halved until it is won back',
  endReason: 'the drawdown is won back',
  becomes: 'ACTIVE',
  episode: (profile) => profile.breakers.drawdownReduce,
});
