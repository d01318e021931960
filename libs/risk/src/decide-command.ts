import type { RiskCommand, TradingStateChanged, TradingStatus } from './facts.js';
import { Journal, tradingStateOf } from './journal.js';
import type { RiskProfile } from './profile.js';
import type { RiskEvent, RiskState } from './risk-state.js';

/** Why a command changed nothing. */
export type CommandRefusal = 'COMMAND_REPEATED' | 'UNKNOWN_ACCOUNT' | 'ACTOR_MISSING' | 'REASON_MISSING' | 'ALREADY_SO';

export interface CommandAnswer {
  readonly state: RiskState;
  readonly events: readonly RiskEvent[];
  readonly changed?: TradingStateChanged;
  readonly refusal?: CommandRefusal;
}

const refusalOf = (state: RiskState, command: RiskCommand, wanted: TradingStatus): CommandRefusal | undefined => {
  if (state.commandIds.includes(command.id)) return 'COMMAND_REPEATED';
  if (command.accountId !== state.accountId) return 'UNKNOWN_ACCOUNT';
  if (command.actor.trim() === '') return 'ACTOR_MISSING';
  if (command.reason.trim() === '') return 'REASON_MISSING';
  return state.trading.status === wanted ? 'ALREADY_SO' : undefined;
};

/**
 * A person's halt or resume, effective at once. Resuming measures drawdown from the equity of that moment. With `killSwitch.closePositions` a halt
 * also closes everything with the next step.
 */
export const decideCommand = (state: RiskState, command: RiskCommand, profile: RiskProfile): CommandAnswer => {
  const wanted: TradingStatus = command.type === 'Halt' ? 'HALTED' : 'ACTIVE';
  const refusal = refusalOf(state, command, wanted);
  if (refusal !== undefined) return { state, events: [], refusal };
  const journal = new Journal(state);
  const next = tradingStateOf(state, wanted, command.actor, command.reason, command.at);
  journal.record({
    type: 'TradingStatusChanged',
    id: `rc/${command.id}`,
    at: command.at,
    state: next,
    byBreaker: false,
    rebasesPeak: wanted === 'ACTIVE',
    commandId: command.id,
    flattens: wanted === 'HALTED' && profile.killSwitch.closePositions,
  });
  const changed: TradingStateChanged = {
    id: `ts/${state.accountId}/${command.id}`,
    at: command.at,
    previous: state.trading.status,
    state: next,
    causes: [command.id],
  };
  return { state: journal.state, events: journal.events, changed };
};
