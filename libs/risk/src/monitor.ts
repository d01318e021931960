import { toNumber } from '@tradewind/vocabulary';
import type { StepHeader } from '@tradewind/vocabulary';

import { BREAKERS, drawdownClose, hasTripped, measuredLoss } from './breakers.js';
import type { Breaker } from './breakers.js';
import type { BreakerAction, TradingStatus } from './facts.js';
import { tradingStateOf } from './journal.js';
import type { Journal } from './journal.js';
import type { RiskProfile } from './profile.js';
import type { RiskState } from './risk-state.js';

const SEVERITY: Readonly<Record<TradingStatus, number>> = { ACTIVE: 0, REDUCING: 1, HALTED: 2 };

const actorOf = (breaker: Breaker): string => `breaker:${breaker.rule}`;

interface Watch {
  readonly journal: Journal;
  readonly header: StepHeader;
  readonly profile: RiskProfile;
  readonly actions: BreakerAction[];
}

const actionId = ({ journal, header }: Watch, rule: string): string => `br/${journal.state.accountId}/${header.step}/${rule}`;

const changeStatus = (watch: Watch, status: TradingStatus, actor: string, reason: string, rebasesPeak: boolean): void => {
  const { journal, header } = watch;
  journal.record({
    type: 'TradingStatusChanged',
    id: `rs/${header.run}/${header.step}/${actor}/${status}`,
    at: header.at,
    state: tradingStateOf(journal.state, status, actor, reason, header.at),
    byBreaker: status !== 'ACTIVE',
    rebasesPeak,
    commandId: '',
    flattens: false,
  });
};

const rearm = (watch: Watch, breaker: Breaker): void => {
  const { journal, header, profile } = watch;
  journal.record({ type: 'BreakerRearmed', id: `ra/${header.run}/${header.step}/${breaker.rule}`, at: header.at, rule: breaker.rule });
  const { trading } = journal.state;
  if (trading.status !== 'REDUCING' || trading.actor !== actorOf(breaker)) return;
  watch.actions.push({
    id: `${actionId(watch, breaker.rule)}/resume`,
    at: header.at,
    rule: breaker.rule,
    action: 'RESUME',
    measured: measuredLoss(breaker, journal.state),
    limit: toNumber(breaker.limit(profile)),
  });
  changeStatus(watch, 'ACTIVE', actorOf(breaker), 'the day or week of the loss is over', false);
};

const fire = (watch: Watch, breaker: Breaker): void => {
  const { journal, header, profile } = watch;
  const action: BreakerAction = {
    id: actionId(watch, breaker.rule),
    at: header.at,
    rule: breaker.rule,
    action: breaker.action,
    measured: measuredLoss(breaker, journal.state),
    limit: toNumber(breaker.limit(profile)),
  };
  watch.actions.push(action);
  journal.record({
    type: 'BreakerFired',
    id: `bf/${header.run}/${header.step}/${breaker.rule}`,
    at: header.at,
    rule: breaker.rule,
    action,
  });
  if (SEVERITY[breaker.status] <= SEVERITY[journal.state.trading.status]) return;
  changeStatus(watch, breaker.status, actorOf(breaker), breaker.reason, false);
  if (breaker.status === 'HALTED') watch.actions.push({ ...action, id: `${action.id}/halt`, action: 'HALT' });
};

const resumeAfterHalt = (watch: Watch): void => {
  const { journal, header, profile } = watch;
  const { trading, haltedInSession, session } = journal.state;
  if (profile.autoResume === undefined || trading.status !== 'HALTED' || haltedInSession < 0) return;
  const waited = session - haltedInSession;
  const { afterSessions } = profile.autoResume;
  if (waited < afterSessions) return;
  watch.actions.push({
    id: actionId(watch, 'auto-resume'),
    at: header.at,
    rule: 'auto-resume',
    action: 'RESUME',
    measured: measuredLoss(drawdownClose, journal.state),
    limit: toNumber(drawdownClose.limit(profile)),
  });
  changeStatus(
    watch,
    'ACTIVE',
    `${profile.name}-profile`,
    `resumed ${afterSessions} sessions after the halt; drawdown is measured from today`,
    true,
  );
};

/**
 * Watches equity after it was observed: ends episodes, resumes where the profile says so, fires breakers. `previous` is the state before the step.
 * Returns what was done, severe first.
 */
export const watchEquity = (journal: Journal, previous: RiskState, header: StepHeader, profile: RiskProfile): readonly BreakerAction[] => {
  const watch: Watch = { journal, header, profile, actions: [] };
  for (const breaker of BREAKERS) {
    if (journal.state.fired[breaker.rule] && breaker.isOver(journal.state, previous, profile)) rearm(watch, breaker);
  }
  resumeAfterHalt(watch);
  for (const breaker of BREAKERS) {
    if (!journal.state.fired[breaker.rule] && hasTripped(breaker, journal.state, profile)) fire(watch, breaker);
  }
  return watch.actions;
};
