import { type ExecutionRecord, isEnded, type OrderRecord } from './order-record.js';

/** Permanent ids look like IB's; the account never sees one twice. */
const FIRST_PERM_ID = 1_700_000_001;

/** All orders and executions of the account since it was opened. */
export class TwsOrderBook {
  readonly #orders = new Map<number, OrderRecord>();
  readonly #byNumber = new Map<string, OrderRecord>();
  /** Highest order id that a client ever used. */
  readonly #lastIds = new Map<number, number>();
  readonly executions: ExecutionRecord[] = [];
  #boundByHand = 0;

  get nextPermId(): number {
    return FIRST_PERM_ID + this.#orders.size;
  }

  add(record: OrderRecord): void {
    this.#orders.set(record.permId, record);
    if (record.clientId >= 0) this.number(record);
  }

  /** Remembers an order under its client's number. */
  number(record: OrderRecord): void {
    this.#byNumber.set(`${record.clientId}/${record.orderId}`, record);
    this.use(record.clientId, record.orderId);
  }

  /** The client has used the number, whatever became of it. */
  use(clientId: number, orderId: number): void {
    this.#lastIds.set(clientId, Math.max(orderId, this.lastIdOf(clientId)));
  }

  lastIdOf(clientId: number): number {
    return this.#lastIds.get(clientId) ?? 0;
  }

  /** The next number for orders made by hand: they count down. */
  nextHandNumber(): number {
    this.#boundByHand -= 1;
    return this.#boundByHand;
  }

  of(clientId: number, orderId: number): OrderRecord | undefined {
    return this.#byNumber.get(`${clientId}/${orderId}`);
  }

  byPermId(permId: number): OrderRecord | undefined {
    return this.#orders.get(permId);
  }

  open(): readonly OrderRecord[] {
    return [...this.#orders.values()].filter((record) => !isEnded(record));
  }

  ended(): readonly OrderRecord[] {
    return [...this.#orders.values()].filter((record) => isEnded(record) && record.completedAt !== undefined);
  }
}
