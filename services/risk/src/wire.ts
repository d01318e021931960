import { STEP_KEY, TradingStatus as WireStatus } from '@tradewind/contracts';
import type { EventName } from '@tradewind/contracts';
import type { Bus, Codec, OutgoingMessage } from '@tradewind/messaging';
import type { ProfileChanged, ProtectionsOrdered, TradingStateChanged, TradingStatus, VerdictsReached } from '@tradewind/risk';
import { formatDecimal } from '@tradewind/vocabulary';
import { decodeRpcRequest, encodeRpcResponse, wireCodec } from '@tradewind/wire';

import type { RiskMoment } from './moment.js';

export const codec: Codec = wireCodec;

export const SUBSCRIPTIONS: readonly EventName[] = [
  'signals.decisions',
  'orders.executions',
  'market.bars',
  'orders.changes',
  'risk.commands',
];

type Envelopes = Pick<Bus, 'envelope'>;

export const verdictsMessage = (bus: Envelopes, fact: VerdictsReached): OutgoingMessage =>
  bus.envelope('risk.verdicts', fact, { id: fact.header.id, partition: 0, key: STEP_KEY });

export const stateMessage = (bus: Envelopes, fact: TradingStateChanged): OutgoingMessage =>
  bus.envelope('risk.states', fact, { id: fact.id, partition: 0, key: fact.state.accountId });

export const protectionsMessage = (bus: Envelopes, fact: ProtectionsOrdered): OutgoingMessage =>
  bus.envelope('risk.protections', fact, { id: fact.id, partition: 0, key: fact.accountId });

export const profileMessage = (bus: Envelopes, fact: ProfileChanged): OutgoingMessage =>
  bus.envelope('risk.profiles', fact, { id: fact.id, partition: 0, key: fact.accountId });

const BARS_ID = /^market\.bars\/(.+)\/(\d+)\/\d+$/;

/** Run and step of a batch of bars by its message id, which costs no decoding; undefined for an id of another form. */
export const stepOfBars = (messageId: string): { readonly run: string; readonly step: number } | undefined => {
  const found = BARS_ID.exec(messageId);
  return found === null ? undefined : { run: found[1]!, step: Number(found[2]) };
};

export const STATUS_REQUEST = 'risk.status';

const STATUS: Readonly<Record<TradingStatus, WireStatus>> = {
  ACTIVE: WireStatus.ACTIVE,
  REDUCING: WireStatus.REDUCING,
  HALTED: WireStatus.HALTED,
};

/** Account that a question is about; empty for the one that the service guards. */
export const decodeStatusRequest = (payload: Uint8Array): string => decodeRpcRequest(STATUS_REQUEST, payload).accountId;

export interface ProfileName {
  readonly name: string;
  readonly digest: string;
  readonly text: string;
}

export const encodeStatus = ({ state, report, refused }: RiskMoment, profile: ProfileName, silentMs: number | undefined): Uint8Array =>
  encodeRpcResponse(STATUS_REQUEST, {
    state: {
      accountId: state.accountId,
      status: STATUS[state.trading.status],
      actor: state.trading.actor,
      reason: state.trading.reason,
      sinceNs: state.trading.since,
    },
    run: state.run,
    step: BigInt(state.step),
    accountAtNs: state.accountAt,
    profileName: profile.name,
    profileDigest: profile.digest,
    profile: profile.text,
    profileReloaded: state.profileText !== '',
    equity: formatDecimal(state.equity),
    peakEquity: formatDecimal(state.peakEquity),
    drawdown: report?.drawdown ?? 0,
    breakers: (report?.breakers ?? []).map(({ rule, isArmed, isFired, measured, limit }) => ({
      rule,
      armed: isArmed,
      fired: isFired,
      measured,
      limit,
    })),
    losses: (report?.losses ?? []).map((loss) => ({ ...loss })),
    sectors: Object.fromEntries(report?.sectors ?? []),
    factors: { ...report?.factors },
    gross: report?.gross ?? 0,
    ...(refused === undefined ? {} : { refused: { ...refused, faults: [...refused.faults] } }),
    ...(silentMs === undefined ? {} : { silentMs: BigInt(silentMs) }),
  });
