import type { EventLike } from '@tradewind/database';
import { initialRisk } from '@tradewind/risk';
import type { RiskEvent, RiskState } from '@tradewind/risk';
import type { DurableStage, Kit } from '@tradewind/service-kit';
import { accountIdOf } from '@tradewind/vocabulary';
import type { AccountId, StepHeader } from '@tradewind/vocabulary';

export type RiskStage = DurableStage<RiskState>;

/** Name of an account's aggregate, and of its inbox. */
export const stageNameOf = (accountId: AccountId): string => `account/${accountId}`;

/** What is known of the account's risk, loaded. Rejects with what the database throws. */
export const openRiskStage = (kit: Pick<Kit, 'openStage' | 'config'>): Promise<RiskStage> => {
  const accountId = accountIdOf(kit.config.account);
  return kit.openStage({ name: stageNameOf(accountId), initialState: () => initialRisk({ accountId }) });
};

const rows = (step: number, events: readonly RiskEvent[]): readonly EventLike[] =>
  events.map((event) => ({ id: event.id, type: event.type, step, at: event.at, payload: event }));

/** The events of a step as rows; their ids hold run and step. */
export const stepRows = ({ step }: StepHeader, events: readonly RiskEvent[]): readonly EventLike[] => rows(step, events);

/** The events of a command as rows; their ids hold the command's. */
export const commandRows = ({ step }: RiskState, events: readonly RiskEvent[]): readonly EventLike[] => rows(step, events);
