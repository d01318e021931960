import type { EventLike } from '@tradewind/database';
import { initialRisk } from '@tradewind/risk';
import type { RiskEvent, RiskState } from '@tradewind/risk';
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

/** Events as rows, with the step that they belong to or follow; their ids hold run and step, or the id of the message that they answer. */
export const eventRows = (step: number, events: readonly RiskEvent[]): readonly EventLike[] =>
  events.map((event) => ({ id: event.id, type: event.type, step, at: event.at, payload: event }));
