import type { DeskState, OrderAnomaly, OrderEvent } from '@tradewind/orders';
import { Counter, Gauge, Histogram } from 'prom-client';
import type { Registry } from 'prom-client';

import { OrdersMetrics } from '../metrics.js';

const STAGES = ['DUE', 'SENT', 'IN_DOUBT', 'ANSWERED'] as const;
const LINKS = ['NEW', 'UP', 'DOWN', 'LOGIN_NEEDED'] as const;
const PENDING_MAX = 10_000;

/** What operators watch of a desk. */
export class DeskMetrics extends OrdersMetrics {
  readonly #requests: Gauge<'stage'>;
  readonly #differences: Gauge;
  readonly #link: Gauge<'state'>;
  readonly #duplicates: Gauge;
  readonly #reports: Counter<'type'>;
  readonly #anomalies: Counter<'code'>;
  readonly #answers: Counter<'kind' | 'status'>;
  readonly #seconds: Histogram;
  /** When orders were written down that are not acknowledged yet. */
  readonly #decidedAt = new Map<string, number>();

  constructor(registry: Registry) {
    super(registry);
    const registers = [registry];
    this.#requests = new Gauge({
      name: 'tw_desk_requests',
      help: 'Requests to the broker that are not settled',
      labelNames: ['stage'],
      registers,
    });
    this.#differences = new Gauge({ name: 'tw_desk_differences_open', help: 'Differences with the broker that refuse entries', registers });
    this.#link = new Gauge({ name: 'tw_desk_link', help: '1 for the state of the link to the broker', labelNames: ['state'], registers });
    this.#duplicates = new Gauge({ name: 'tw_desk_duplicates', help: 'Reports and executions seen before', registers });
    this.#reports = new Counter({
      name: 'tw_desk_reports_total',
      help: 'Reports of the broker; UNREADABLE could not be taken in',
      labelNames: ['type'],
      registers,
    });
    this.#anomalies = new Counter({
      name: 'tw_desk_anomalies_total',
      help: 'What a broker said that should not be',
      labelNames: ['code'],
      registers,
    });
    this.#answers = new Counter({
      name: 'tw_desk_answers_total',
      help: 'Answers of the broker to requests',
      labelNames: ['kind', 'status'],
      registers,
    });
    this.#seconds = new Histogram({
      name: 'tw_desk_acknowledgement_seconds',
      help: 'From an order written down to its acknowledgement by the broker',
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 30, 300],
      registers,
    });
  }

  observe({ desk }: DeskState, events: readonly OrderEvent[], anomalies: readonly OrderAnomaly[]): void {
    this.observeEvents(events);
    for (const { code } of anomalies) this.#anomalies.inc({ code });
    for (const event of events) this.#time(event);
    const requests = Object.values(desk.requests);
    for (const stage of STAGES) this.#requests.set({ stage }, requests.filter((request) => request.stage === stage).length);
    for (const state of LINKS) this.#link.set({ state }, desk.link.kind === state ? 1 : 0);
    this.#differences.set(Object.keys(desk.differences).length);
    this.#duplicates.set(desk.duplicates);
  }

  observeReport(type: string): void {
    this.#reports.inc({ type });
  }

  observeAnswer(kind: string, status: string): void {
    this.#answers.inc({ kind, status });
  }

  #time({ type, clientOrderId }: OrderEvent): void {
    if (type === 'OrderSubmitted' && this.#decidedAt.size < PENDING_MAX) this.#decidedAt.set(clientOrderId, performance.now());
    if (type !== 'OrderAccepted' && type !== 'OrderFilled' && type !== 'OrderRejected' && type !== 'OrderCanceled') return;
    const since = this.#decidedAt.get(clientOrderId);
    if (since !== undefined && type !== 'OrderCanceled') this.#seconds.observe((performance.now() - since) / 1_000);
    this.#decidedAt.delete(clientOrderId);
  }
}
