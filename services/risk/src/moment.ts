import type { CommandRefusal, RiskReport, RiskState } from '@tradewind/risk';

/** Why the last command that changed nothing did not. */
export interface RefusedCommand {
  readonly commandId: string;
  readonly refusal: CommandRefusal;
  readonly faults: readonly string[];
}

/** What people are told. */
export interface RiskMoment {
  readonly state: RiskState;
  /** Undefined before the first decision of this process. */
  readonly report: RiskReport | undefined;
  readonly refused: RefusedCommand | undefined;
}
