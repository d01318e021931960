import type { VenueReport } from '@tradewind/venue';

import type { Commission } from './execution-log.js';

interface Held {
  readonly report: VenueReport;
  /** The execution whose commission it waits for; undefined for what only waits its turn. */
  readonly executionId: string | undefined;
}

/**
 * Lets reports through in order. A fill waits a little for its commission, and what comes after it on the same order waits behind it; other orders do not.
 */
export class ReportGate {
  readonly #held = new Map<string, Held[]>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  /** Fills that were told without commission, by execution id as TWS writes it. */
  readonly #told = new Map<string, VenueReport>();

  constructor(
    private readonly waitMs: number,
    private readonly tell: (report: VenueReport) => void,
  ) {}

  /** `executionId` of a fill as TWS writes it, and its commission when that is known. */
  push(report: VenueReport, fill?: { readonly executionId: string; readonly commission: Commission | undefined }): void {
    const queue = this.#held.get(report.venueOrderId);
    const waits = fill !== undefined && fill.commission === undefined && this.waitMs > 0;
    const told = fill?.commission === undefined ? report : withCommission(report, fill.commission);
    if (fill !== undefined && fill.commission === undefined) this.#remember(fill.executionId, report);
    if (queue === undefined && !waits) {
      this.tell(told);
      return;
    }
    const held = { report: told, executionId: waits ? fill.executionId : undefined };
    if (queue === undefined) this.#held.set(report.venueOrderId, [held]);
    else queue.push(held);
    if (waits)
      this.#timers.set(
        fill.executionId,
        setTimeout(() => this.#release(report.venueOrderId, fill.executionId, undefined), this.waitMs),
      );
  }

  /** The fill that was told without it when it is too late to tell it together; undefined when it goes with its fill, or when there is none. */
  commission(executionId: string, commission: Commission): VenueReport | undefined {
    const fill = this.#told.get(executionId);
    if (fill === undefined) return undefined;
    if (this.#timers.has(executionId)) {
      this.#release(fill.venueOrderId, executionId, commission);
      return undefined;
    }
    return fill;
  }

  /** Tells everything that is still held. */
  flush(): void {
    for (const executionId of this.#timers.keys()) {
      const fill = this.#told.get(executionId);
      if (fill !== undefined) this.#release(fill.venueOrderId, executionId, undefined);
    }
  }

  #remember(executionId: string, report: VenueReport): void {
    if (this.#told.size >= FILLS_MAX) this.#told.delete(this.#told.keys().next().value!);
    this.#told.set(executionId, report);
  }

  #release(venueOrderId: string, executionId: string, commission: Commission | undefined): void {
    clearTimeout(this.#timers.get(executionId));
    this.#timers.delete(executionId);
    const queue = this.#held.get(venueOrderId) ?? [];
    const at = queue.findIndex((held) => held.executionId === executionId);
    const held = queue[at];
    if (held !== undefined) {
      queue[at] = { report: commission === undefined ? held.report : withCommission(held.report, commission), executionId: undefined };
    }
    while (queue[0] !== undefined && queue[0].executionId === undefined) this.tell(queue.shift()!.report);
    if (queue.length === 0) this.#held.delete(venueOrderId);
  }
}

const FILLS_MAX = 100_000;

const withCommission = (report: VenueReport, { commission }: Commission): VenueReport =>
  report.type === 'FILLED' ? { ...report, commission } : report;
