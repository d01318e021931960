import {
  type BreakerActionMessage,
  BreakerActionType as WireAction,
  type TradingStateMessage,
  TradingStatus as WireStatus,
  type VerdictMessage,
} from '@tradewind/contracts';
import type {
  BreakerAction,
  ProfileChanged,
  ProtectionsOrdered,
  RiskCommand,
  TradingState,
  TradingStateChanged,
  TradingStatus,
  Verdict,
  VerdictsReached,
} from '@tradewind/risk';
import { unreachable } from '@tradewind/vocabulary';

import { ContractError } from './contract-error.js';
import type { FactCodec } from './fact-codec.js';
import { readHeader, writeHeader } from './header.js';
import { readIntent, writeIntent } from './order-intent.js';
import { enumCodec, readAccountId, readFinite, readNanos, readOptionalText, readPresent, readSymbol, readText } from './scalars.js';

const tradingStatus = enumCodec<TradingStatus, WireStatus>({
  ACTIVE: WireStatus.ACTIVE,
  REDUCING: WireStatus.REDUCING,
  HALTED: WireStatus.HALTED,
});
const breakerAction = enumCodec<BreakerAction['action'], WireAction>({
  REDUCE_HALF: WireAction.REDUCE_HALF,
  CLOSE_ALL: WireAction.CLOSE_ALL,
  TIGHTEN_STOPS: WireAction.TIGHTEN_STOPS,
  HALT: WireAction.HALT,
  RESUME: WireAction.RESUME,
  REBALANCE: WireAction.REBALANCE,
  REFUSE_ENTRIES: WireAction.REFUSE_ENTRIES,
});

const writeState = (state: TradingState) => ({
  accountId: state.accountId,
  status: tradingStatus.write(state.status),
  actor: state.actor,
  reason: state.reason,
  sinceNs: state.since,
});

const readState = (message: TradingStateMessage | undefined): TradingState => {
  const fields = readPresent(message, 'state');
  return {
    accountId: readAccountId(fields.accountId, 'state.account_id'),
    status: tradingStatus.read(fields.status, 'state.status'),
    actor: readText(fields.actor, 'state.actor'),
    reason: fields.reason,
    since: readNanos(fields.sinceNs, 'state.since_ns'),
  };
};

const writeVerdict = (verdict: Verdict) => ({
  id: verdict.id,
  signalId: verdict.signalId,
  symbol: verdict.symbol,
  atNs: verdict.at,
  causes: [...verdict.causes],
  outcome:
    verdict.status === 'APPROVED'
      ? ({ case: 'approved', value: { intent: writeIntent(verdict.intent) } } as const)
      : ({ case: 'denied', value: { code: verdict.code, parameters: { ...verdict.parameters } } } as const),
});

const readVerdict = (message: VerdictMessage, at: string): Verdict => {
  const fact = {
    id: readText(message.id, `${at}.id`),
    signalId: readText(message.signalId, `${at}.signal_id`),
    symbol: readSymbol(message.symbol, `${at}.symbol`),
    at: readNanos(message.atNs, `${at}.at_ns`),
    causes: message.causes,
  };
  const { outcome } = message;
  if (outcome.case === 'approved')
    return { ...fact, status: 'APPROVED', intent: readIntent(outcome.value.intent, `${at}.approved.intent`) };
  if (outcome.case === 'denied') {
    return { ...fact, status: 'DENIED', code: readText(outcome.value.code, `${at}.denied.code`), parameters: outcome.value.parameters };
  }
  throw new ContractError('FIELD_INVALID', `${at}.outcome`, 'must be approved or denied');
};

const writeBreaker = (breaker: BreakerAction) => ({
  id: breaker.id,
  atNs: breaker.at,
  rule: breaker.rule,
  action: breakerAction.write(breaker.action),
  measured: breaker.measured,
  limit: breaker.limit,
});

const readBreakers = (messages: readonly BreakerActionMessage[]): readonly BreakerAction[] =>
  messages.map((breaker, index) => ({
    id: readText(breaker.id, `breakers[${index}].id`),
    at: readNanos(breaker.atNs, `breakers[${index}].at_ns`),
    rule: readText(breaker.rule, `breakers[${index}].rule`),
    action: breakerAction.read(breaker.action, `breakers[${index}].action`),
    measured: readFinite(breaker.measured, `breakers[${index}].measured`),
    limit: readFinite(breaker.limit, `breakers[${index}].limit`),
  }));

export const verdictsCodec: FactCodec<VerdictsReached, 'risk.verdicts'> = {
  write: (fact) => ({
    header: writeHeader(fact.header, fact.final),
    verdicts: fact.verdicts.map(writeVerdict),
    protectiveIntents: fact.protectiveIntents.map(writeIntent),
    breakers: fact.breakers.map(writeBreaker),
    state: writeState(fact.state),
  }),
  read: (message) => ({
    ...readHeader(message.header),
    verdicts: message.verdicts.map((verdict, index) => readVerdict(verdict, `verdicts[${index}]`)),
    protectiveIntents: message.protectiveIntents.map((intent, index) => readIntent(intent, `protective_intents[${index}]`)),
    breakers: readBreakers(message.breakers),
    state: readState(message.state),
  }),
};

export const tradingStateChangedCodec: FactCodec<TradingStateChanged, 'risk.states'> = {
  write: (fact) => ({
    id: fact.id,
    atNs: fact.at,
    previous: tradingStatus.write(fact.previous),
    state: writeState(fact.state),
    causes: [...fact.causes],
  }),
  read: (message) => ({
    id: readText(message.id, 'id'),
    at: readNanos(message.atNs, 'at_ns'),
    previous: tradingStatus.read(message.previous, 'previous'),
    state: readState(message.state),
    causes: message.causes,
  }),
};

const writeCommand = (fact: RiskCommand) => {
  switch (fact.type) {
    case 'Halt':
      return { case: 'halt', value: { reason: fact.reason } } as const;
    case 'Resume':
      return { case: 'resume', value: { reason: fact.reason } } as const;
    case 'ReloadProfile':
      return { case: 'reloadProfile', value: { reason: fact.reason, profile: fact.profile } } as const;
    default:
      return unreachable(fact);
  }
};

export const riskCommandCodec: FactCodec<RiskCommand, 'risk.commands'> = {
  write: (fact) => ({ id: fact.id, accountId: fact.accountId, actor: fact.actor, atNs: fact.at, command: writeCommand(fact) }),
  read: (message) => {
    const { command } = message;
    if (command.case === undefined) throw new ContractError('FIELD_INVALID', 'command', 'must be halt, resume or reload_profile');
    const shared = {
      id: readText(message.id, 'id'),
      accountId: readAccountId(message.accountId, 'account_id'),
      actor: readText(message.actor, 'actor'),
      reason: readText(command.value.reason, `${command.case}.reason`),
      at: readNanos(message.atNs, 'at_ns'),
    };
    if (command.case === 'reloadProfile')
      return { ...shared, type: 'ReloadProfile', profile: readText(command.value.profile, 'reload_profile.profile') };
    return { ...shared, type: command.case === 'halt' ? 'Halt' : 'Resume' };
  },
};

export const protectionsCodec: FactCodec<ProtectionsOrdered, 'risk.protections'> = {
  write: (fact) => ({
    id: fact.id,
    run: fact.run,
    accountId: fact.accountId,
    atNs: fact.at,
    intents: fact.intents.map(writeIntent),
    breakers: fact.breakers.map(writeBreaker),
    state: writeState(fact.state),
    causes: [...fact.causes],
  }),
  read: (message) => ({
    id: readText(message.id, 'id'),
    run: readOptionalText(message.run, 'run'),
    accountId: readAccountId(message.accountId, 'account_id'),
    at: readNanos(message.atNs, 'at_ns'),
    intents: message.intents.map((intent, index) => readIntent(intent, `intents[${index}]`)),
    breakers: readBreakers(message.breakers),
    state: readState(message.state),
    causes: message.causes,
  }),
};

export const profileChangedCodec: FactCodec<ProfileChanged, 'risk.profiles'> = {
  write: ({ accountId, at, causes, ...fact }) => ({ ...fact, accountId, atNs: at, causes: [...causes] }),
  read: (message) => ({
    id: readText(message.id, 'id'),
    accountId: readAccountId(message.accountId, 'account_id'),
    at: readNanos(message.atNs, 'at_ns'),
    actor: readText(message.actor, 'actor'),
    reason: readText(message.reason, 'reason'),
    name: readText(message.name, 'name'),
    digest: readText(message.digest, 'digest'),
    previousDigest: readText(message.previousDigest, 'previous_digest'),
    profile: readText(message.profile, 'profile'),
    causes: message.causes,
  }),
};
