import {
  BreakerActionType as WireAction,
  type TradingStateMessage,
  TradingStatus as WireStatus,
  type VerdictMessage,
} from '@tradewind/contracts';
import type {
  BreakerAction,
  RiskCommand,
  TradingState,
  TradingStateChanged,
  TradingStatus,
  Verdict,
  VerdictsReached,
} from '@tradewind/risk';

import { ContractError } from './contract-error.js';
import type { FactCodec } from './fact-codec.js';
import { readHeader, writeHeader } from './header.js';
import { readIntent, writeIntent } from './order-intent.js';
import { enumCodec, readAccountId, readFinite, readNanos, readPresent, readSymbol, readText } from './scalars.js';

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

export const verdictsCodec: FactCodec<VerdictsReached, 'risk.verdicts'> = {
  write: (fact) => ({
    header: writeHeader(fact.header, fact.final),
    verdicts: fact.verdicts.map(writeVerdict),
    protectiveIntents: fact.protectiveIntents.map(writeIntent),
    breakers: fact.breakers.map((breaker) => ({
      id: breaker.id,
      atNs: breaker.at,
      rule: breaker.rule,
      action: breakerAction.write(breaker.action),
      measured: breaker.measured,
      limit: breaker.limit,
    })),
    state: writeState(fact.state),
  }),
  read: (message) => ({
    ...readHeader(message.header),
    verdicts: message.verdicts.map((verdict, index) => readVerdict(verdict, `verdicts[${index}]`)),
    protectiveIntents: message.protectiveIntents.map((intent, index) => readIntent(intent, `protective_intents[${index}]`)),
    breakers: message.breakers.map((breaker, index) => ({
      id: readText(breaker.id, `breakers[${index}].id`),
      at: readNanos(breaker.atNs, `breakers[${index}].at_ns`),
      rule: readText(breaker.rule, `breakers[${index}].rule`),
      action: breakerAction.read(breaker.action, `breakers[${index}].action`),
      measured: readFinite(breaker.measured, `breakers[${index}].measured`),
      limit: readFinite(breaker.limit, `breakers[${index}].limit`),
    })),
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

export const riskCommandCodec: FactCodec<RiskCommand, 'risk.commands'> = {
  write: (fact) => ({
    id: fact.id,
    accountId: fact.accountId,
    actor: fact.actor,
    atNs: fact.at,
    command:
      fact.type === 'Halt'
        ? ({ case: 'halt', value: { reason: fact.reason } } as const)
        : ({ case: 'resume', value: { reason: fact.reason } } as const),
  }),
  read: (message) => {
    const { command } = message;
    if (command.case === undefined) throw new ContractError('FIELD_INVALID', 'command', 'must be halt or resume');
    return {
      type: command.case === 'halt' ? 'Halt' : 'Resume',
      id: readText(message.id, 'id'),
      accountId: readAccountId(message.accountId, 'account_id'),
      actor: readText(message.actor, 'actor'),
      reason: readText(command.value.reason, `${command.case}.reason`),
      at: readNanos(message.atNs, 'at_ns'),
    };
  },
};
