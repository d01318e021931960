import { toNumber } from '@tradewind/vocabulary';

import type { Breaker } from './breaker.js';
import { lossShare, reaches } from './equity-loss.js';

/** The text is older than other ways to end an episode, and recorded runs hold it. */
const END_REASON = 'the day or week of the loss is over';

export const weeklyLoss: Breaker = {
  rule: 'weekly-loss',
  action: 'CLOSE_ALL',
  reason: 'weekly loss limit reached; entries resume next week',
  endReason: END_REASON,
  becomes: () => 'REDUCING',
  isTripped: ({ state, profile }) => reaches(state.weekStartEquity, state.equity, profile.breakers.weeklyLoss.limit),
  isOver: ({ state, previous }) => state.week !== previous.week,
  measured: ({ state }) => lossShare(state.weekStartEquity, state.equity),
  limit: (profile) => toNumber(profile.breakers.weeklyLoss.limit),
};

export const dailyLoss: Breaker = {
  rule: 'daily-loss',
  action: 'REDUCE_HALF',
  reason: 'daily loss limit reached; entries resume next session',
  endReason: END_REASON,
  becomes: () => 'REDUCING',
  isTripped: ({ state, profile }) => reaches(state.dayStartEquity, state.equity, profile.breakers.dailyLoss.limit),
  isOver: ({ state, previous }) => state.session !== previous.session,
  measured: ({ state }) => lossShare(state.dayStartEquity, state.equity),
  limit: (profile) => toNumber(profile.breakers.dailyLoss.limit),
};
