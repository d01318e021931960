import type { VenueReport, VenueReportOf } from '@tradewind/venue';
import type { UnixNanos } from '@tradewind/vocabulary';
import type { Order } from '../order.js';
import type { OrderEventBody } from '../ledger.js';
import { PROTECTIVE_PURPOSE } from '../protection.js';
import { isTerminal } from '../transition.js';
import { DeskLedger } from './desk-ledger.js';
import type { DeskOutcome } from './desk-ledger.js';
import type { Desk, DeskPolicy, DeskState } from './desk-state.js';
import { bustExecution, chargeFee, correctExecution } from './execution-changes.js';
import { nameOrder, orderNamed, takeExecution } from './executions.js';
import { alignProtection, stopRefused } from './protection.js';
import { clearEnded } from './working-orders.js';

const REPORT_IDS_KEPT = 256;
const COMMISSIONS_KEPT = 256;

/** The venue has the order: its submission is settled, and it is acknowledged once. */
export const acknowledge = (ledger: DeskLedger, order: Order, venueOrderId: string, causes: readonly string[]): void => {
  const { clientOrderId } = order.intent;
  nameOrder(ledger, venueOrderId, clientOrderId);
  ledger.settle(ledger.requestsOf(clientOrderId, 'SUBMIT'));
  if (order.venueOrderId === undefined && !isTerminal(order.status))
    ledger.trySay(clientOrderId, { type: 'OrderAccepted', venueOrderId }, causes);
};

/** Says what ends or changes an order, and puts its protection in order. False when the table has no row for it. */
const conclude = (ledger: DeskLedger, order: Order, body: OrderEventBody, policy: DeskPolicy, causes: readonly string[]): boolean => {
  const { clientOrderId, symbol, purpose } = order.intent;
  // Told again, by the stream and by an answer.
  if (isTerminal(order.status) && (body.type === 'OrderCanceled' || body.type === 'OrderRejected' || body.type === 'OrderExpired'))
    return true;
  const id = ledger.trySay(clientOrderId, body, causes);
  if (id === undefined) return false;
  if (body.type === 'OrderRejected' && purpose === PROTECTIVE_PURPOSE) stopRefused(ledger, symbol);
  clearEnded(ledger, clientOrderId);
  alignProtection(ledger, symbol, policy, [id]);
  return true;
};

/** A rejection of what had traded already ends the rest of it. */
export const endRejected = (ledger: DeskLedger, order: Order, code: string, policy: DeskPolicy, causes: readonly string[]): boolean =>
  conclude(
    ledger,
    order,
    order.filledQuantity > 0n ? { type: 'OrderCanceled', reason: code } : { type: 'OrderRejected', code },
    policy,
    causes,
  );
export const endOrder = conclude;

const updated = (
  ledger: DeskLedger,
  order: Order,
  report: VenueReportOf<'UPDATED'>,
  policy: DeskPolicy,
  causes: readonly string[],
): boolean => {
  const { clientOrderId } = order.intent;
  nameOrder(ledger, report.venueOrderId, clientOrderId);
  ledger.settle(ledger.requestsOf(clientOrderId, 'REPLACE'));
  ledger.settle(ledger.requestsOf(clientOrderId, 'SUBMIT'));
  return conclude(ledger, order, { type: 'OrderUpdated', terms: report.terms, venueOrderId: report.venueOrderId }, policy, causes);
};

const ofOrder = (ledger: DeskLedger, order: Order, report: VenueReport, policy: DeskPolicy, causes: readonly string[]): boolean => {
  const { clientOrderId } = order.intent;
  switch (report.type) {
    case 'ACCEPTED':
      acknowledge(ledger, order, report.venueOrderId, causes);
      return true;
    case 'REJECTED':
      return endRejected(ledger, order, report.code, policy, causes);
    case 'TRIGGERED':
      acknowledge(ledger, order, report.venueOrderId, causes);
      return order.triggered || conclude(ledger, ledger.order(clientOrderId) ?? order, { type: 'OrderTriggered' }, policy, causes);
    case 'UPDATED':
      return updated(ledger, order, report, policy, causes);
    case 'UPDATE_REJECTED':
      ledger.settle(ledger.requestsOf(clientOrderId, 'REPLACE'));
      return (
        order.status !== 'PENDING_UPDATE' || conclude(ledger, order, { type: 'OrderUpdateRejected', code: report.code }, policy, causes)
      );
    case 'CANCELED':
      nameOrder(ledger, report.venueOrderId, clientOrderId);
      return conclude(ledger, order, { type: 'OrderCanceled', reason: report.reason === '' ? 'VENUE' : report.reason }, policy, causes);
    case 'CANCEL_REJECTED':
      ledger.settle(ledger.requestsOf(clientOrderId, 'CANCEL'));
      return (
        order.status !== 'PENDING_CANCEL' || conclude(ledger, order, { type: 'OrderCancelRejected', code: report.code }, policy, causes)
      );
    case 'EXPIRED':
      return conclude(ledger, order, { type: 'OrderExpired' }, policy, causes);
    default:
      return true;
  }
};

const commissioned = (
  ledger: DeskLedger,
  { executionId, commission, currency }: VenueReportOf<'COMMISSIONED'>,
  causes: readonly string[],
): void => {
  const { desk, account } = ledger.state;
  const booked = desk.executions[executionId];
  if (booked === undefined) {
    if (Object.keys(desk.commissions).length >= COMMISSIONS_KEPT) {
      const oldest = Object.keys(desk.commissions)[0]!;
      ledger.note('ExecutionBooked', { commissions: { [oldest]: null } });
    }
    ledger.note('ExecutionBooked', { commissions: { [executionId]: { amount: commission, currency } } });
    return;
  }
  if (currency !== account.currency && account.foreign?.[currency] === undefined)
    return foreignFee(ledger, executionId, commission, currency);
  const due = (commission - (booked.commission ?? 0n)) as typeof commission;
  ledger.note('ExecutionBooked', { executions: { [executionId]: { ...booked, commission } } });
  if (due !== 0n) chargeFee(ledger, executionId, due, currency, causes);
};

/** The books have no rate for it: the cash of that currency shows as a difference at the next comparison. */
const foreignFee = (ledger: DeskLedger, executionId: string, commission: bigint, currency: string): void => {
  ledger.tell({
    id: `an/fee/${executionId}`,
    code: 'EXECUTION_CHANGED',
    parameters: { execution: executionId, commission: String(commission), currency },
  });
};

const changedExecution = (
  ledger: DeskLedger,
  report: VenueReportOf<'BUSTED'> | VenueReportOf<'CORRECTED'>,
  policy: DeskPolicy,
  causes: readonly string[],
): void => {
  const { id, executionId } = report;
  const booked =
    report.type === 'BUSTED' ? bustExecution(ledger, executionId, id, causes) : correctExecution(ledger, executionId, report, id, causes);
  if (booked === undefined || report.type === 'CORRECTED') {
    const code = report.type === 'BUSTED' ? 'EXECUTION_BUSTED' : 'EXECUTION_CHANGED';
    ledger.tell({
      id: `an/${id}`,
      code,
      symbol: report.symbol,
      parameters: { execution: executionId, known: booked === undefined ? 'no' : 'yes' },
    });
  }
  if (booked !== undefined) alignProtection(ledger, booked.symbol, policy, causes);
};

/** The ids that make room for one more. Only what changes is written down: an event is not to repeat all the others. */
const outdated = ({ reported, reportIds }: Desk): Readonly<Record<string, null>> =>
  Object.fromEntries(Object.keys(reportIds).flatMap((id) => (reportIds[id]! <= reported - REPORT_IDS_KEPT ? [[id, null]] : [])));

/** Takes one report into the ledger; false when it was seen before. */
const takeReport = (ledger: DeskLedger, report: VenueReport, policy: DeskPolicy): boolean => {
  const { desk } = ledger.state;
  if (Object.hasOwn(desk.reportIds, report.id)) {
    ledger.note('ReportSeen', { duplicates: desk.duplicates + 1 });
    return false;
  }
  ledger.note('ReportSeen', { reported: desk.reported + 1, reportIds: { ...outdated(desk), [report.id]: desk.reported } });
  const causes = [report.id];
  if (report.type === 'FILLED') {
    const order = orderNamed(ledger, report);
    if (order !== undefined) acknowledge(ledger, order, report.venueOrderId, causes);
    takeExecution(ledger, report, report.id, policy, causes);
    return true;
  }
  if (report.type === 'COMMISSIONED') commissioned(ledger, report, causes);
  else if (report.type === 'BUSTED' || report.type === 'CORRECTED') changedExecution(ledger, report, policy, causes);
  else takeOrderReport(ledger, report, policy, causes);
  return true;
};

const takeOrderReport = (ledger: DeskLedger, report: VenueReport, policy: DeskPolicy, causes: readonly string[]): void => {
  const order = orderNamed(ledger, report);
  if (order === undefined) {
    // Each of its reports would say the same: the first is enough.
    const told = ledger.state.desk.names[report.venueOrderId] === '';
    if (!told) {
      ledger.note('VenueOrderNamed', { names: { [report.venueOrderId]: '' } });
      const parameters = { venueOrder: report.venueOrderId, report: report.type, client: report.clientOrderId ?? '' };
      ledger.tell({ id: `an/${report.id}`, code: 'UNKNOWN_ORDER', symbol: report.symbol, parameters });
    }
    return;
  }
  const { clientOrderId, symbol } = order.intent;
  if (ofOrder(ledger, order, report, policy, causes)) {
    alignProtection(ledger, symbol, policy, causes);
    return;
  }
  ledger.tell({
    id: `an/${report.id}`,
    code: 'ILLEGAL_TRANSITION',
    clientOrderId,
    symbol,
    parameters: { status: order.status, report: report.type },
  });
};

/**
 * Takes in what the venue said, in that order, each report at its own time. A report or execution seen before changes nothing but a count. Whatever can't be
 * true of an honest life of an order is told as an anomaly, and its money is booked all the same: the position is the venue's.
 */
export const takeReports = (state: DeskState, reports: readonly VenueReport[], now: UnixNanos, policy: DeskPolicy): DeskOutcome => {
  const ledger = new DeskLedger(state, now, now);
  for (const report of reports) {
    ledger.at = report.at;
    takeReport(ledger, report, policy);
  }
  return ledger.outcome(reports.map(({ id }) => id));
};
