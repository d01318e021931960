import type { TradingState } from './facts.js';
import { evolveRisk } from './risk-state.js';
import type { RiskEvent, RiskState } from './risk-state.js';

/**
 * Writes down what happens during one message and keeps the state that follows from it. A class, and not an object literal with a getter: each such
 * literal gets a hidden class of its own, which keeps what it saw alive until a full collection.
 */
export class Journal {
  readonly events: RiskEvent[] = [];

  constructor(public state: RiskState) {}

  record(event: RiskEvent): void {
    this.state = evolveRisk(this.state, event);
    this.events.push(event);
  }
}

export const tradingStateOf = (
  state: RiskState,
  status: TradingState['status'],
  actor: string,
  reason: string,
  since: TradingState['since'],
): TradingState => ({ accountId: state.accountId, status, actor, reason, since });
