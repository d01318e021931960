import { formatDecimal } from '@tradewind/vocabulary';
import type { VenueExecution } from '@tradewind/venue';

import { chargeFee } from '../desk/execution-changes.js';
import { orderNamed, takeExecution } from '../desk/executions.js';
import { acknowledge } from '../desk/reports.js';
import type { Comparison } from './comparison.js';

/** A list may lag behind the stream by so much. */
const LISTING_LAG_NANOS = 60_000_000_000n;

/** And its clock from ours. */
const CLOCK_NANOS = 5_000_000_000n;

const tellOf = ({ quantity, price, side, symbol }: Pick<VenueExecution, 'quantity' | 'price' | 'side' | 'symbol'>): string =>
  `${side} ${formatDecimal(quantity)} ${symbol} at ${formatDecimal(price)}`;

const earliestFirst = (left: VenueExecution, right: VenueExecution): number =>
  left.at < right.at ? -1 : left.at > right.at ? 1 : left.executionId < right.executionId ? -1 : 1;

const lateCommission = (comparison: Comparison, { executionId, commission }: VenueExecution): void => {
  const { ledger } = comparison;
  const booked = ledger.state.desk.executions[executionId];
  if (booked === undefined || booked.busted === true || commission === undefined || commission === booked.commission) return;
  const due = (commission - (booked.commission ?? 0n)) as typeof commission;
  ledger.note('ExecutionBooked', { executions: { [executionId]: { ...booked, commission } } });
  if (due === 0n) return;
  chargeFee(ledger, executionId, due, ledger.state.account.currency, [`snapshot/${executionId}`]);
  const ours = booked.commission === undefined ? 'unknown' : formatDecimal(booked.commission);
  comparison.repair({ code: 'LATE_COMMISSION', subject: executionId, ours, theirs: formatDecimal(commission) });
};

const known = (comparison: Comparison, execution: VenueExecution): void => {
  const { ledger, policy } = comparison;
  const booked = ledger.state.desk.executions[execution.executionId];
  const changed =
    booked !== undefined && booked.busted !== true && (booked.quantity !== execution.quantity || booked.price !== execution.price);
  if (changed) {
    takeExecution(ledger, execution, `snapshot/${execution.executionId}`, policy, [`snapshot/${execution.executionId}`]);
    comparison.repair({ code: 'EXECUTION_CORRECTED', subject: execution.executionId, ours: tellOf(booked), theirs: tellOf(execution) });
  }
  lateCommission(comparison, execution);
};

const missing = (comparison: Comparison, execution: VenueExecution): void => {
  const { ledger, policy } = comparison;
  const { executionId, venueOrderId } = execution;
  const causes = [`snapshot/${executionId}`];
  const order = orderNamed(ledger, execution);
  if (order !== undefined) acknowledge(ledger, order, venueOrderId, causes);
  const taken = takeExecution(ledger, execution, `snapshot/${executionId}`, policy, causes);
  if (taken === 'DUPLICATE') return;
  const code = taken === 'EXTERNAL' ? 'MANUAL_TRADE' : 'MISSING_FILL';
  comparison.repair({ code, subject: executionId, ours: 'none', theirs: tellOf(execution) });
};

const absent = (comparison: Comparison): void => {
  const { ledger, snapshot } = comparison;
  const listed = new Set(snapshot.executions.map(({ executionId }) => executionId));
  for (const [id, booked] of Object.entries(ledger.state.desk.executions)) {
    const covered = booked.at >= snapshot.executionsSince && booked.at <= snapshot.at - LISTING_LAG_NANOS;
    const own = id.startsWith('inferred/') || id.includes('#');
    if (covered && !own && booked.busted !== true && !listed.has(id)) {
      comparison.leave({ code: 'EXECUTION_ABSENT', subject: id, ours: tellOf(booked), theirs: 'none' });
    }
  }
};

/** Ours traded only since the account was taken over, whatever a clock that tells whole seconds says: TWS's does. */
const isOurs = ({ ledger }: Comparison, execution: VenueExecution): boolean => {
  const order = orderNamed(ledger, execution);
  return order !== undefined && !order.fillIds.includes(execution.executionId) && execution.at >= ledger.state.desk.horizon - CLOCK_NANOS;
};

/** Books what the venue executed and we don't know, oldest first; leaves what we booked and the venue does not list. */
export const compareExecutions = (comparison: Comparison): void => {
  const { ledger, snapshot } = comparison;
  const seen = new Set<string>();
  for (const execution of [...snapshot.executions].sort(earliestFirst)) {
    if (seen.has(execution.executionId)) continue;
    seen.add(execution.executionId);
    if (ledger.state.desk.executions[execution.executionId] !== undefined) known(comparison, execution);
    else if (comparison.adopting) continue;
    else if (execution.at >= ledger.state.desk.horizon || isOurs(comparison, execution)) missing(comparison, execution);
  }
  if (!comparison.adopting) absent(comparison);
};
