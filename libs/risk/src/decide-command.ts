import { parseRiskProfile, riskProfileDigest, riskProfileText } from './profile-parse.js';
import type { ProfileChanged, RiskCommand, TradingStateChanged, TradingStatus } from './facts.js';
import { Journal, tradingStateOf } from './journal.js';
import { RiskProfileError } from './profile.js';
import type { RiskProfile } from './profile.js';
import { completeRisk } from './risk-state.js';
import type { RiskEvent, RiskState } from './risk-state.js';

/** Why a command changed nothing. */
export type CommandRefusal =
  | 'COMMAND_REPEATED'
  | 'UNKNOWN_ACCOUNT'
  | 'ACTOR_MISSING'
  | 'ACTOR_IS_NO_PERSON'
  | 'REASON_MISSING'
  | 'ALREADY_SO'
  | 'PROFILE_INVALID'
  | 'PROFILE_NOT_LIVE';

export interface CommandAnswer {
  readonly state: RiskState;
  readonly events: readonly RiskEvent[];
  readonly changed?: TradingStateChanged;
  readonly profile?: ProfileChanged;
  readonly refusal?: CommandRefusal;
  /** What is wrong with a profile, each fault with its path. */
  readonly faults?: readonly string[];
}

type StatusCommand = Extract<RiskCommand, { type: 'Halt' | 'Resume' }>;
type ReloadCommand = Extract<RiskCommand, { type: 'ReloadProfile' }>;

/** Breakers and dead-man's switches name themselves `<kind>` or `<kind>:<which>`. They may halt, and nothing else. */
const AUTOMATIC = /^(breaker|dead-man|tradewind)$|:|-profile$/;
const isPerson = (actor: string): boolean => !AUTOMATIC.test(actor.trim());

const refusalOf = (state: RiskState, command: RiskCommand): CommandRefusal | undefined => {
  if (state.commandIds.includes(command.id)) return 'COMMAND_REPEATED';
  if (command.accountId !== state.accountId) return 'UNKNOWN_ACCOUNT';
  if (command.actor.trim() === '') return 'ACTOR_MISSING';
  if (command.type !== 'Halt' && !isPerson(command.actor)) return 'ACTOR_IS_NO_PERSON';
  return command.reason.trim() === '' ? 'REASON_MISSING' : undefined;
};

const refused = (state: RiskState, refusal: CommandRefusal, faults?: readonly string[]): CommandAnswer => ({
  state,
  events: [],
  refusal,
  ...(faults === undefined ? {} : { faults }),
});

/** A halt said while a breaker's halt lasts is no repetition: from then on nothing but a person ends it. */
const isAlreadySo = (state: RiskState, wanted: TradingStatus): boolean =>
  state.trading.status === wanted && !(wanted === 'HALTED' && state.haltedInSession >= 0);

const changeStatus = (state: RiskState, command: StatusCommand, profile: RiskProfile): CommandAnswer => {
  const wanted: TradingStatus = command.type === 'Halt' ? 'HALTED' : 'ACTIVE';
  if (isAlreadySo(state, wanted)) return refused(state, 'ALREADY_SO');
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

const readProfile = (text: string): { readonly profile: RiskProfile } | { readonly faults: readonly string[] } => {
  try {
    return { profile: parseRiskProfile(JSON.parse(text)) };
  } catch (error) {
    if (error instanceof RiskProfileError) return { faults: error.faults };
    if (error instanceof SyntaxError) return { faults: [`the profile is no JSON: ${error.message}`] };
    throw error;
  }
};

const reload = (state: RiskState, command: ReloadCommand, current: RiskProfile): CommandAnswer => {
  const read = readProfile(command.profile);
  if ('faults' in read) return refused(state, 'PROFILE_INVALID', read.faults);
  const next = read.profile;
  // With a profile for play the limits of real money would be gone at a stroke.
  if (current.mode === 'live' && next.mode !== 'live') return refused(state, 'PROFILE_NOT_LIVE');
  const [digest, previousDigest] = [riskProfileDigest(next), riskProfileDigest(current)];
  if (digest === previousDigest) return refused(state, 'ALREADY_SO');
  const journal = new Journal(state);
  const { actor, reason, at, id } = command;
  const profileText = riskProfileText(next);
  journal.record({ type: 'ProfileReloaded', id: `rc/${id}`, at, profileText, actor, reason, commandId: id });
  return {
    state: journal.state,
    events: journal.events,
    profile: {
      id: `pr/${state.accountId}/${id}`,
      accountId: state.accountId,
      at,
      actor,
      reason,
      name: next.name,
      digest,
      previousDigest,
      profile: profileText,
      causes: [id],
    },
  };
};

/**
 * A person's halt, resume or new profile, effective at once; a dead-man's switch may halt too. Resuming measures drawdown from the equity of that moment. With
 * `killSwitch.closePositions` a halt also closes everything with the next step. `profile` is the one in force.
 */
export const decideCommand = (before: RiskState, command: RiskCommand, profile: RiskProfile): CommandAnswer => {
  const state = completeRisk(before);
  const refusal = refusalOf(state, command);
  if (refusal !== undefined) return refused(state, refusal);
  return command.type === 'ReloadProfile' ? reload(state, command, profile) : changeStatus(state, command, profile);
};
