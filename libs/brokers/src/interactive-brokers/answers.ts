import type { BrokerAnswer } from '../broker.js';
import type { KnownOrder } from './known-order.js';
import { venueOrderIdOf } from './order-log.js';

type Kind = 'ORDER' | 'UPDATE' | 'CANCEL';

interface Waiting {
  readonly order: KnownOrder;
  readonly kind: Kind;
  readonly settle: (answer: BrokerAnswer) => void;
  /** It was handed to the connection. */
  sent: boolean;
}

export interface PendingAnswer {
  readonly answer: Promise<BrokerAnswer>;
  sent(): void;
  settle(answer: BrokerAnswer): void;
}

/** Requests that were sent and whose answer TWS owes: it answers by showing the order as it is now, or with an error that has its number. */
export class Answers {
  readonly #waiting = new Set<Waiting>();

  /** `missed` hears of every answer that did not come in time. */
  constructor(
    private readonly timeoutMs: number,
    private readonly missed: () => void,
  ) {}

  /** Waits from now on; `sent` starts the time. Resolves with what TWS shows, or UNKNOWN when it has shown nothing in time. */
  of(order: KnownOrder, kind: Kind): PendingAnswer {
    let timer: NodeJS.Timeout | undefined;
    let settle: (answer: BrokerAnswer) => void = () => undefined;
    const waiting: Waiting = { order, kind, settle: (given) => settle(given), sent: false };
    const answer = new Promise<BrokerAnswer>((resolve) => {
      settle = (given) => {
        clearTimeout(timer);
        this.#waiting.delete(waiting);
        resolve(given);
      };
      this.#waiting.add(waiting);
    });
    const sent = (): void => {
      const late = (): void => {
        settle({ status: 'UNKNOWN', message: `no answer within ${this.timeoutMs} ms` });
        this.missed();
      };
      waiting.sent = true;
      timer = setTimeout(late, this.timeoutMs);
    };
    return { answer, sent, settle: (given) => settle(given) };
  }

  /** True when somebody waits for anything. */
  get waiting(): boolean {
    return this.#waiting.size > 0;
  }

  /** True when somebody waits for it. */
  waits(order: KnownOrder, kind: Kind): boolean {
    return [...this.#waiting].some((waiting) => waiting.order === order && waiting.kind === kind);
  }

  refuse(
    order: KnownOrder,
    kind: Kind,
    refusal: { readonly code: Extract<BrokerAnswer, { status: 'REFUSED' }>['code']; readonly message: string },
  ): void {
    this.#settle(order, kind, { status: 'REFUSED', ...refusal });
  }

  /** What TWS has just shown of the order may be the answer. */
  observe(order: KnownOrder): void {
    if (
      order.accepted ||
      (order.fields !== undefined && order.permId > 0 && order.refused === undefined && !DOUBTFUL.has(order.fields.status))
    )
      this.#settle(order, 'ORDER', taken(order));
    if (order.fields !== undefined && !order.updateAsked) this.#settle(order, 'UPDATE', taken(order));
    else if (order.ended) this.#settle(order, 'UPDATE', { status: 'REFUSED', code: 'TOO_LATE', message: 'the order has ended' });
    if (order.status === 'PendingCancel' || order.status === 'Cancelled' || order.status === 'ApiCancelled')
      this.#settle(order, 'CANCEL', taken(order));
  }

  /** Nobody will answer any more what was sent: whether it was carried out is for the venue to show. What was not sent is for its sender to say. */
  abandon(reason: string): void {
    for (const { settle, sent } of this.#waiting) if (sent) settle({ status: 'UNKNOWN', message: reason });
  }

  #settle(order: KnownOrder, kind: Kind, answer: BrokerAnswer): void {
    for (const waiting of this.#waiting) if (waiting.order === order && waiting.kind === kind) waiting.settle(answer);
  }
}

/** What TWS shows and IB has not taken yet, or never did. */
const DOUBTFUL: ReadonlySet<string> = new Set(['ApiPending', 'PendingSubmit', 'Inactive']);

const taken = (order: KnownOrder): BrokerAnswer => ({ status: 'TAKEN', venueOrderId: venueOrderIdOf(order) });
