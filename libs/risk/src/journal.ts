import type { TradingState } from './facts.js';
import { evolveRisk } from './risk-state.js';
import type { RiskEvent, RiskState } from './risk-state.js';

/** Writes down what happens during one message and keeps the state that follows from it. */
export interface Journal {
  readonly state: RiskState;
  readonly events: readonly RiskEvent[];
  record(event: RiskEvent): void;
}

export const openJournal = (initial: RiskState): Journal => {
  let state = initial;
  const events: RiskEvent[] = [];
  return {
    get state() {
      return state;
    },
    events,
    record: (event) => {
      state = evolveRisk(state, event);
      events.push(event);
    },
  };
};

export const tradingStateOf = (
  state: RiskState,
  status: TradingState['status'],
  actor: string,
  reason: string,
  since: TradingState['since'],
): TradingState => ({ accountId: state.accountId, status, actor, reason, since });
