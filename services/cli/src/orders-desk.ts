import type { RpcResponse } from '@tradewind/contracts';
import type { Bus } from '@tradewind/messaging';
import type { OrdersCommand } from '@tradewind/orders';
import { accountIdOf, type AccountId, type UnixNanos } from '@tradewind/vocabulary';

import { ask } from './requests.js';

export type OrdersStatus = RpcResponse<'orders.status'>;

/** Who says what of which account. */
export interface Said {
  readonly account: string;
  readonly actor: string;
  readonly reason: string;
}

type Body = OrdersCommand extends infer C
  ? C extends OrdersCommand
    ? Omit<C, 'id' | 'accountId' | 'actor' | 'reason' | 'at'>
    : never
  : never;

const EVENT = 'orders.commands';
const POLL_MS = 100;

const nowNanos = (): UnixNanos => (BigInt(Date.now()) * 1_000_000n) as UnixNanos;

export const ordersStatus = (bus: Bus, account: string): Promise<OrdersStatus> =>
  ask(bus, 'orders.status', { accountId: accountIdOf(account) });

/** Puts a command on the bus; returns its id. */
export const sayOrders = async (bus: Bus, body: Body, { account, actor, reason }: Said): Promise<string> => {
  const at = nowNanos();
  const accountId: AccountId = accountIdOf(account);
  const id = `oc/${account}/${body.type.toLowerCase()}/${at}/${process.pid}`;
  const command = { ...body, id, accountId, actor, reason, at } as OrdersCommand;
  await bus.publish(bus.envelope(EVENT, command, { id, partition: 0, key: account }));
  return id;
};

/** Asks until it is so, or the time is over; the last answer either way. */
export const statusWhen = async (
  bus: Bus,
  account: string,
  isSo: (status: OrdersStatus) => boolean,
  withinMs: number,
): Promise<OrdersStatus> => {
  const until = performance.now() + withinMs;
  for (;;) {
    const status = await ordersStatus(bus, account);
    if (isSo(status) || performance.now() > until) return status;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
};
