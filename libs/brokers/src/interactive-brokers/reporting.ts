import type { AccountMessage, ErrorMessage, Execution } from '@tradewind/tws';
import type { VenueReport } from '@tradewind/venue';

import { BrokerError } from '../broker.js';
import type { Answers } from './answers.js';
import { refusalText, rejectCodeOf } from './errors.js';
import type { KnownOrder } from './known-order.js';
import type { OrderLog } from './order-log.js';
import type { OrdersShown } from './questions.js';
import { ReportGate } from './report-gate.js';

const VOID_EXECUTION = new BrokerError('BAD_RESPONSE', 'an execution of no shares that corrects none', {
  field: 'shares',
  rule: 'must be above 0 unless it takes an earlier execution back',
});

export interface ReportingNeeds {
  report(report: VenueReport): void;
  account(): string;
  /** Ours: errors name orders by our numbers alone. */
  readonly clientId: number;
  /** What came and can't be true; TWS is asked again. */
  unreadable(error: BrokerError, raw: string): void;
  /** Resolves when all that TWS has sent by now has been read. */
  barrier(): Promise<unknown>;
}

/** From messages to reports and answers. What TWS says while the session is brought into step for the first time is only remembered: a snapshot has it. */
export class Reporting {
  readonly #gate: ReportGate;
  #quiet = true;

  constructor(
    private readonly log: OrderLog,
    private readonly answers: Answers,
    commissionWaitMs: number,
    private readonly needs: ReportingNeeds,
  ) {
    this.#gate = new ReportGate(commissionWaitMs, (report) => needs.report(report));
  }

  /** From now on reports are told. */
  begin(): void {
    this.#quiet = false;
  }

  end(): void {
    this.#gate.flush();
  }

  take(message: AccountMessage | ErrorMessage): void {
    switch (message.kind) {
      case 'open-order': {
        if (message.order.account !== this.needs.account()) return;
        const { order, reports } = this.log.openOrder(message.order);
        this.#shown(order, reports);
        return;
      }
      case 'order-status': {
        const { order, reports } = this.log.orderStatus(message.report);
        if (order !== undefined) this.#shown(order, reports);
        return;
      }
      case 'execution':
        this.execution(message.execution);
        return;
      case 'commission': {
        const { executionId, commission, currency } = message;
        const about = this.#gate.commission(executionId, { commission, currency });
        const report = this.log.commission(executionId, { commission, currency }, about);
        if (report !== undefined) this.#tell([report]);
        return;
      }
      case 'error':
        this.#error(message);
        return;
      default:
    }
  }

  /**
   * What TWS shows when it is asked for everything of the day; open orders have been taken as they came. Executions go before the ends of their orders, and
   * after the orders themselves.
   */
  takeShown({ completed, executions }: OrdersShown): void {
    for (const order of completed) this.log.know(order);
    for (const execution of executions) this.execution(execution);
    for (const shown of completed) this.#tell(this.log.completedOrder(shown));
    for (const shown of completed) {
      const order = this.log.index.byVenueOrderId(String(shown.permId));
      if (order !== undefined) this.answers.observe(order);
    }
  }

  /** One that has just happened. */
  execution(execution: Execution): void {
    if (execution.account !== this.needs.account()) return;
    const { order, reports, void: isVoid } = this.log.execution(execution);
    if (isVoid) this.needs.unreadable(VOID_EXECUTION, `execution ${execution.executionId}`);
    for (const report of reports) {
      if (this.#quiet) continue;
      const { executionId } = execution;
      if (report.type === 'FILLED') this.#gate.push(report, { executionId, commission: this.log.executions.commissionOf(executionId) });
      else this.#gate.push(report);
    }
    if (order !== undefined) this.answers.observe(order);
  }

  #shown(order: KnownOrder, reports: readonly VenueReport[]): void {
    this.#tell(reports);
    this.answers.observe(order);
    if (order.status !== 'Inactive' || order.ended) return;
    // The reason comes as an error, before or after it.
    this.needs.barrier().then(
      () => this.#refused(order, this.log.inactive(order)),
      () => undefined,
    );
  }

  #error({ requestId, code, text }: ErrorMessage): void {
    const order = this.log.index.find({ permId: 0, clientId: this.needs.clientId, orderId: requestId });
    if (order === undefined) return;
    const refusal = { code: rejectCodeOf(code, text), message: refusalText(code, text) };
    switch (this.log.error(order, code, text)) {
      case 'NOTHING':
        return;
      case 'CANCEL':
        if (this.answers.waits(order, 'CANCEL')) this.answers.refuse(order, 'CANCEL', refusal);
        else this.#tell([this.log.lateRefusal(order, 'CANCEL_REJECTED', code, text)]);
        return;
      case 'UPDATE':
        order.updateAsked = false;
        if (this.answers.waits(order, 'UPDATE')) this.answers.refuse(order, 'UPDATE', refusal);
        else this.#tell([this.log.lateRefusal(order, 'UPDATE_REJECTED', code, text)]);
        return;
      case 'ORDER':
        // Of one that was taken the status says whether it has ended.
        if (!order.accepted) this.#refused(order, this.log.refusal(order));
    }
  }

  /** To who waits it is the answer; to nobody waiting, a report. */
  #refused(order: KnownOrder, reports: readonly VenueReport[]): void {
    if (order.refused !== undefined && this.answers.waits(order, 'ORDER')) {
      this.answers.refuse(order, 'ORDER', order.refused);
      this.#tell(reports.filter(({ type }) => type !== 'REJECTED'));
    } else this.#tell(reports);
  }

  #tell(reports: readonly VenueReport[]): void {
    if (!this.#quiet) for (const report of reports) this.#gate.push(report);
  }
}
