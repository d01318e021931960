import type { EventLike } from '@tradewind/database';
import { initialRisk, NO_SNAPSHOT } from '@tradewind/risk';
import type { HistorySnapshot, RiskEvent, RiskState } from '@tradewind/risk';
import type { DurableStage, Kit } from '@tradewind/service-kit';
import { accountIdOf } from '@tradewind/vocabulary';
import type { AccountId } from '@tradewind/vocabulary';

export type RiskStage = DurableStage<RiskState>;

/** Name of an account's aggregate, and of its inbox. */
export const stageNameOf = (accountId: AccountId): string => `account/${accountId}`;

/** What is known of the account's risk, loaded. Rejects with what the database throws. */
export const openRiskStage = (kit: Pick<Kit, 'openStage' | 'config'>): Promise<RiskStage> => {
  const accountId = accountIdOf(kit.config.account);
  return kit.openStage({ name: stageNameOf(accountId), initialState: () => initialRisk({ accountId }) });
};

export type HistoryStage = DurableStage<HistorySnapshot>;

/** The bars that estimates look back on, as they were saved last. */
export const openHistoryStage = (kit: Pick<Kit, 'openStage' | 'config'>): Promise<HistoryStage> =>
  kit.openStage({ name: `history/${accountIdOf(kit.config.account)}`, initialState: () => NO_SNAPSHOT });

/** Events as rows, with the step that they belong to or follow; their ids hold run and step, or the id of the message that they answer. */
export const eventRows = (step: number, events: readonly RiskEvent[]): readonly EventLike[] =>
  events.map((event) => ({ id: event.id, type: event.type, step, at: event.at, payload: event }));
