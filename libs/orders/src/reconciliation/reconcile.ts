import type { VenueSnapshot } from '@tradewind/venue';
import { formatDecimal } from '@tradewind/vocabulary';
import type { Money, UnixNanos } from '@tradewind/vocabulary';

import { DeskLedger } from '../desk/desk-ledger.js';
import type { DeskOutcome } from '../desk/desk-ledger.js';
import type { DeskPolicy, DeskState, OpenDifference } from '../desk/desk-state.js';
import { alignAll, alignProtection } from '../desk/protection.js';
import { endOrder } from '../desk/reports.js';
import type { AccountReconciled, ReconciliationDifference } from '../facts.js';
import { sha256Hex } from '../sha256.js';
import { ACTIVITY_LAG_NANOS, compareActivities, compareCash } from './compare-cash.js';
import { compareExecutions } from './compare-executions.js';
import { compareOrders } from './compare-orders.js';
import { comparePositions } from './compare-positions.js';
import { Comparison } from './comparison.js';
import { markRates } from './mark-rates.js';

export interface ReconciliationSettings {
  /** How long a difference that can't be repaired has to last before it refuses entries: positions, cash and executions are not read in one instant. */
  readonly confirmNanos: bigint;
}

export const RECONCILIATION_DEFAULTS: ReconciliationSettings = { confirmNanos: 5_000_000_000n };

export interface ReconciliationOutcome extends DeskOutcome {
  /** There when the comparison found something, or ended what an earlier one had found. */
  readonly reconciled: AccountReconciled | undefined;
}

/** What the venue told is asked for this far back, so that reports that come late are still matched. */
const KEPT_NANOS = 86_400_000_000_000n;
const DIGEST_DIGITS = 16;
/** Found by the stream of reports, not by a comparison: only a person ends them. */
const STICKY: ReadonlySet<string> = new Set(['OVERFILL']);

/** From when on the venue is to be asked for executions, ended orders and activities. */
export const snapshotSince = ({ desk }: DeskState, now: UnixNanos): UnixNanos => {
  const from = (desk.adopted ? desk.horizon : now) - ACTIVITY_LAG_NANOS;
  return (from > 0n ? from : 0n) as UnixNanos;
};

const untouched = ({ account, open, closed }: DeskState): boolean =>
  account.cash === account.openingCash &&
  account.realisedPnl === 0n &&
  account.feesPaid === 0n &&
  Object.keys(account.positions).length + Object.keys(open).length + Object.keys(closed).length === 0;

/** The first time: an account that never traded takes over the venue's cash. Positions and orders found there are for a person to accept. */
const adopt = (comparison: Comparison): void => {
  const { ledger, snapshot } = comparison;
  const { account } = ledger.state;
  // What the venue has booked until now is in its cash already.
  const activities = Object.fromEntries(snapshot.activities.map(({ id, at }) => [id, at]));
  ledger.note('AccountAdopted', { adopted: true, horizon: snapshot.at, activities });
  const theirs = snapshot.cash[account.currency];
  if (!untouched(ledger.state) || theirs === undefined || theirs === account.cash) return;
  const ours = formatDecimal(account.cash);
  ledger.book({
    type: 'CashTransferred',
    id: `ae/opening/${account.accountId}`,
    at: ledger.at,
    causes: [`snapshot/${snapshot.venueAccount}`],
    amount: (theirs - account.cash) as Money,
    currency: account.currency,
    description: 'opening balance of the venue',
  });
  comparison.repair({ code: 'OPENING_BALANCE', subject: account.currency, ours, theirs: formatDecimal(theirs) });
};

interface Standing {
  readonly suspects: Readonly<Record<string, UnixNanos | null>>;
  readonly differences: Readonly<Record<string, OpenDifference | null>>;
}

/** Which candidates are open, which wait to be confirmed, and which earlier ones are gone. Rows that stay as they are, are left out. */
const standingOf = ({ ledger, candidates }: Comparison, { confirmNanos }: ReconciliationSettings): Standing => {
  const { desk } = ledger.state;
  const suspects: Record<string, UnixNanos | null> = {};
  const differences: Record<string, OpenDifference | null> = {};
  const found = new Set(candidates.map(({ id }) => id));
  for (const candidate of candidates) {
    const { id } = candidate;
    if (desk.differences[id] !== undefined || desk.accepted[id] !== undefined) continue;
    const since = desk.suspects[id] ?? ledger.at;
    if (ledger.at - since < confirmNanos) {
      if (desk.suspects[id] === undefined) suspects[id] = since;
      continue;
    }
    differences[id] = candidate;
    if (desk.suspects[id] !== undefined) suspects[id] = null;
  }
  for (const id of Object.keys(desk.suspects)) if (!found.has(id)) suspects[id] = null;
  for (const { id, code } of Object.values(desk.differences)) if (!found.has(id) && !STICKY.has(code)) differences[id] = null;
  return { suspects, differences };
};

/** Executions and activities of long ago are over. In steps of a day, so that a comparison that finds nothing writes nothing. */
const moveHorizon = ({ ledger, snapshot, partial, repaired }: Comparison): void => {
  const { desk } = ledger.state;
  const closed = partial && repaired.some(({ code }) => code === 'POSITION_INFERRED' || code === 'INFERRED_FILL');
  const aged = snapshot.at - desk.horizon > 2n * KEPT_NANOS ? ((snapshot.at - KEPT_NANOS) as UnixNanos) : desk.horizon;
  const horizon = closed && snapshot.executionsSince > aged ? snapshot.executionsSince : aged;
  if (horizon === desk.horizon) return;
  const before = (at: UnixNanos): boolean => at < horizon;
  const executions = Object.keys(desk.executions).filter((id) => before(desk.executions[id]!.at));
  const activities = Object.keys(desk.activities).filter((id) => desk.activities[id]! < horizon - 2n * ACTIVITY_LAG_NANOS);
  const row = (ids: readonly string[]) => Object.fromEntries(ids.map((id) => [id, null]));
  ledger.note('AccountCompared', { horizon, executions: row(executions), activities: row(activities) });
};

const plain = ({ repairs: _repairs, ...difference }: OpenDifference): ReconciliationDifference => difference;
const bySubject = (left: ReconciliationDifference, right: ReconciliationDifference): number =>
  left.code < right.code ? -1 : left.code > right.code ? 1 : left.subject < right.subject ? -1 : left.subject > right.subject ? 1 : 0;

const factOf = (ledger: DeskLedger, told: readonly ReconciliationDifference[], policy: DeskPolicy): AccountReconciled => {
  const { account, desk } = ledger.state;
  const open = Object.values(desk.differences).map(plain);
  const differences = [...told, ...open].sort(bySubject);
  const basis = [...differences.map(({ id, status }) => `${id}/${status}`), String(desk.reconciliations)].join('|');
  ledger.note('AccountCompared', { reconciliations: desk.reconciliations + 1 });
  return {
    id: `rec/${account.accountId}/${sha256Hex(basis).slice(0, DIGEST_DIGITS)}`,
    accountId: account.accountId,
    at: ledger.at,
    venue: policy.venue,
    differences,
    tradable: open.length === 0,
  };
};

/**
 * Compares our books with the venue's, repairs what can be explained by events with a cause, and leaves the rest open: then no entry is sent until a person
 * accepts it or the venue agrees. Run again with the same snapshot it changes nothing.
 */
export const reconcile = (
  state: DeskState,
  snapshot: VenueSnapshot,
  policy: DeskPolicy,
  settings: ReconciliationSettings = RECONCILIATION_DEFAULTS,
  /** When the venue was asked, by our clock. */
  askedAt: UnixNanos = snapshot.at,
): ReconciliationOutcome => {
  const ledger = new DeskLedger(state, snapshot.at, askedAt);
  const comparison = new Comparison(ledger, snapshot, policy);
  if (comparison.adopting) adopt(comparison);
  compareExecutions(comparison);
  compareOrders(comparison);
  markRates(comparison);
  compareActivities(comparison);
  comparePositions(comparison);
  compareCash(comparison);
  moveHorizon(comparison);
  alignAll(ledger, policy, [`snapshot/${snapshot.venueAccount}/${snapshot.at}`]);
  const { suspects, differences } = standingOf(comparison, settings);
  const moved = Object.keys(differences).length > 0;
  const waiting = { ...ledger.state.desk.suspects, ...suspects };
  const reconciled = state.desk.reconciled || Object.values(waiting).every((since) => since === null);
  if (moved || Object.keys(suspects).length > 0 || reconciled !== state.desk.reconciled) {
    ledger.note('AccountCompared', { suspects, differences, reconciled });
  }
  const fact = moved || comparison.repaired.length > 0 ? factOf(ledger, comparison.repaired, policy) : undefined;
  return { ...ledger.outcome([`snapshot/${snapshot.venueAccount}/${snapshot.at}`]), reconciled: fact };
};

export interface AcceptanceCommand {
  readonly id: string;
  readonly differenceIds: readonly string[];
}

const carryOut = (ledger: DeskLedger, difference: OpenDifference, command: AcceptanceCommand, policy: DeskPolicy): void => {
  for (const repair of difference.repairs ?? []) {
    ledger.book({ ...repair, at: ledger.at, causes: [command.id] });
  }
  const order = ledger.order(difference.subject);
  if (difference.code === 'ORDER_MISSING' && order !== undefined) {
    endOrder(ledger, order, { type: 'OrderCanceled', reason: 'RECONCILED' }, policy, [command.id]);
  }
  const position = ledger.state.account.positions[difference.subject];
  if (difference.kind === 'POSITION' && position !== undefined) alignProtection(ledger, position.symbol, policy, [command.id]);
};

/** A person takes the venue's word: exactly the differences named, as they were shown. Ids that are not open any more change nothing. */
export const acceptDifferences = (
  state: DeskState,
  command: AcceptanceCommand,
  at: UnixNanos,
  policy: DeskPolicy,
): ReconciliationOutcome => {
  const ledger = new DeskLedger(state, at);
  const known = state.desk.differences;
  const accepted = [...new Set(command.differenceIds)].flatMap((id) => (Object.hasOwn(known, id) ? (known[id] ?? []) : []));
  if (accepted.length === 0) return { ...ledger.outcome([command.id]), reconciled: undefined };
  for (const difference of accepted) carryOut(ledger, difference, command, policy);
  const ids = accepted.map(({ id }) => id);
  // What accepting has booked is gone; what it only tolerates is not to be shown again.
  const tolerated = accepted.filter(({ repairs }) => repairs === undefined).map(({ id }) => id);
  ledger.note('DifferencesAccepted', {
    differences: Object.fromEntries(ids.map((id) => [id, null])),
    accepted: Object.fromEntries(tolerated.map((id) => [id, at])),
  });
  const told = accepted.map((difference) => ({ ...plain(difference), status: 'ACCEPTED' as const }));
  const fact = factOf(ledger, told, policy);
  return { ...ledger.outcome([command.id]), reconciled: fact };
};
