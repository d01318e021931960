import type { OrderEvent } from '@tradewind/orders';
import type { AccountSnapshot } from '@tradewind/portfolio';
import { toNumber } from '@tradewind/vocabulary';
import { Counter, Gauge } from 'prom-client';
import type { Registry } from 'prom-client';

/** What operators watch of orders and account. The gauges are for the eye; the books are exact. */
export class OrdersMetrics {
  readonly #events: Counter<'type' | 'code'>;
  readonly #equity: Gauge<'account'>;
  readonly #cash: Gauge<'account'>;
  readonly #positions: Gauge<'account'>;

  constructor(registry: Registry) {
    const registers = [registry];
    this.#events = new Counter({
      name: 'tw_order_events_total',
      help: 'Order events; code is the reason of a refusal',
      labelNames: ['type', 'code'],
      registers,
    });
    this.#equity = new Gauge({ name: 'tw_account_equity', help: 'Equity at the last closes', labelNames: ['account'], registers });
    this.#cash = new Gauge({ name: 'tw_account_cash', help: 'Cash', labelNames: ['account'], registers });
    this.#positions = new Gauge({ name: 'tw_account_positions', help: 'Open positions', labelNames: ['account'], registers });
  }

  observeEvents(events: readonly OrderEvent[]): void {
    for (const event of events) this.#events.inc({ type: event.type, code: 'code' in event ? event.code : '' });
  }

  observeAccount({ accountId: account, equity, cash, positions }: AccountSnapshot): void {
    this.#equity.set({ account }, toNumber(equity));
    this.#cash.set({ account }, toNumber(cash));
    this.#positions.set({ account }, positions.length);
  }
}
