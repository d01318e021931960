import { VersionConflictError } from '@tradewind/database';
import type { EventLike } from '@tradewind/database';
import { initialOrders } from '@tradewind/orders';
import type { DeskEvent, OrdersState } from '@tradewind/orders';
import type { DurableStage, Kit } from '@tradewind/service-kit';
import { accountIdOf, createStateText, money } from '@tradewind/vocabulary';
import type { AccountId } from '@tradewind/vocabulary';

import type { OrdersSettings } from './config.js';

export type OrdersStage = DurableStage<OrdersState>;

/** Name of an account's aggregate, and of its inbox. */
export const stageNameOf = (accountId: AccountId): string => `account/${accountId}`;

/** The saved account, loaded. Rejects with what the database throws. */
export const openOrdersStage = (kit: Pick<Kit<OrdersSettings>, 'openStage' | 'config'>): Promise<OrdersStage> => {
  const accountId = accountIdOf(kit.config.account);
  const openingCash = money(kit.config.openingCashUsd);
  const { lotMethod } = kit.config;
  const lots = lotMethod === 'FIFO' ? {} : { lotMethod };
  return kit.openStage({
    name: stageNameOf(accountId),
    // Days of ended orders are in it, and several commits an order write it.
    stateText: createStateText(),
    initialState: () => initialOrders({ accountId, currency: 'USD', openingCash, ...lots }),
  });
};

/** Makes the stage load what another instance has saved and decide again. */
export const staleState = (state: OrdersState): VersionConflictError =>
  new VersionConflictError(stageNameOf(state.account.accountId), state.executedStep);

/** Events as rows. The same orders come back when the same bars are replayed, so an id is unique within the run only. */
export const eventRows = (state: OrdersState, events: readonly DeskEvent[]): readonly EventLike[] =>
  events.map((event) => ({ id: `${state.run}/${event.id}`, type: event.type, step: state.executedStep, at: event.at, payload: event }));
