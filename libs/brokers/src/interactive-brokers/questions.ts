import {
  accountUpdates,
  type AccountMessage,
  allOpenOrders,
  ask,
  cancelPositions,
  type CompletedOrder,
  completedOrders,
  type Execution,
  executions,
  type OpenOrder,
  type OrderStatusReport,
  positions,
  type TwsClient,
  TwsError,
  unavailable,
} from '@tradewind/tws';

type Fields = readonly (string | number | boolean)[];
type MessageOf<K extends AccountMessage['kind']> = Extract<AccountMessage, { readonly kind: K }>;

export interface OrdersShown {
  readonly open: readonly { readonly order: OpenOrder; readonly status: OrderStatusReport | undefined }[];
  readonly completed: readonly CompletedOrder[];
  readonly executions: readonly Execution[];
}

export interface AccountShown {
  readonly values: readonly MessageOf<'account-value'>[];
  readonly portfolio: readonly MessageOf<'portfolio'>[];
  readonly positions: readonly MessageOf<'position'>[];
}

/** Questions whose answers bear no number: they are asked one after the other, and everything until the end of an answer is the answer. */
export class Questions {
  #last: Promise<unknown> = Promise.resolve();
  #asked = 0;

  constructor(
    private readonly account: () => string,
    private readonly timeoutMs: number,
  ) {}

  /** An answer is under way. */
  get busy(): boolean {
    return this.#asked > 0;
  }

  /** Orders that work, that ended today, and today's executions, read one after the other. Rejects with TwsError. */
  orders(client: TwsClient): Promise<OrdersShown> {
    return this.#inTurn(async () => {
      const open = await this.#openOrders(client);
      const completed: CompletedOrder[] = [];
      await this.#collect(client, completedOrders(), 'completed-orders-end', (message) => {
        if (message.kind === 'completed-order' && this.#isOurs(message.order.account)) completed.push(message.order);
      });
      const done = await this.#executions(client);
      return { open, completed, executions: done };
    });
  }

  /** Money and positions. Rejects with TwsError. */
  accountShown(client: TwsClient): Promise<AccountShown> {
    return this.#inTurn(async () => {
      const values = new Map<string, MessageOf<'account-value'>>();
      const portfolio = new Map<number, MessageOf<'portfolio'>>();
      const held = new Map<number, MessageOf<'position'>>();
      await this.#collect(client, positions(), 'positions-end', (message) => {
        if (message.kind === 'position' && this.#isOurs(message.account)) held.set(message.contract.conId, message);
      });
      void client.send(cancelPositions());
      await this.#collect(client, accountUpdates(true, this.account()), 'account-end', (message) => {
        if (message.kind === 'account-value' && this.#isOurs(message.account)) values.set(`${message.key}/${message.currency}`, message);
        if (message.kind === 'portfolio' && this.#isOurs(message.account)) portfolio.set(message.contract.conId, message);
      });
      void client.send(accountUpdates(false, this.account()));
      return { values: [...values.values()], portfolio: [...portfolio.values()], positions: [...held.values()] };
    });
  }

  async #openOrders(client: TwsClient): Promise<OrdersShown['open']> {
    const open: OpenOrder[] = [];
    const statuses = new Map<number, OrderStatusReport>();
    await this.#collect(client, allOpenOrders(), 'open-orders-end', (message) => {
      if (message.kind === 'open-order' && this.#isOurs(message.order.account)) open.push(message.order);
      if (message.kind === 'order-status') statuses.set(message.report.permId, message.report);
    });
    const latest = new Map(open.map((order) => [order.permId === 0 ? `${order.clientId}/${order.orderId}` : order.permId, order]));
    return [...latest.values()].map((order) => ({ order, status: statuses.get(order.permId) }));
  }

  async #executions(client: TwsClient): Promise<readonly Execution[]> {
    const found: Execution[] = [];
    await ask<true>(
      client,
      {
        fields: (requestId) => executions(requestId, this.account()),
        take: (message, resolve) => {
          if (message.kind === 'execution' && this.#isOurs(message.execution.account)) found.push(message.execution);
          if (message.kind === 'executions-end') resolve(true);
        },
      },
      this.timeoutMs,
      NEVER,
    );
    // Their commissions come right after them.
    await client.barrier();
    return found;
  }

  #isOurs(account: string): boolean {
    return account === this.account();
  }

  #inTurn<T>(question: () => Promise<T>): Promise<T> {
    this.#asked += 1;
    const answer = this.#last.then(question, question).finally(() => (this.#asked -= 1));
    this.#last = answer.catch(() => undefined);
    return answer;
  }

  #collect(client: TwsClient, fields: Fields, end: AccountMessage['kind'], take: (message: AccountMessage) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      if (!client.open) {
        reject(unavailable('the connection is gone'));
        return;
      }
      const settle = (finish: () => void): void => {
        clearTimeout(timer);
        stop();
        finish();
      };
      const timer = setTimeout(() => settle(() => reject(unavailable(`no answer within ${this.timeoutMs} ms`))), this.timeoutMs);
      const stop = client.listen({
        notice: () => undefined,
        settled: () => undefined,
        // What can't be read could be a part of the answer: half of it is none.
        fault: (error) => settle(() => reject(error)),
        closed: (error: TwsError) => settle(() => reject(error)),
        message: (message) => {
          if (message.kind === 'error') return;
          if (message.kind === end) settle(resolve);
          else take(message);
        },
      });
      void client.send(fields);
    });
  }
}

const NEVER = new AbortController().signal;
