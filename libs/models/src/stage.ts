import type { UnixNanos } from '@tradewind/vocabulary';

export type ModelStage = 'REGISTERED' | 'SHADOW' | 'CANARY' | 'CHAMPION' | 'RETIRED';

export interface ModelStageChanged {
  /** `ms/<model>@<version>/<stage>/<n-th change of this version>`. */
  readonly id: string;
  readonly at: UnixNanos;
  readonly model: string;
  readonly version: number;
  readonly digest: string;
  /** Undefined when the version was just registered. */
  readonly previous: ModelStage | undefined;
  readonly stage: ModelStage;
  readonly actor: string;
  readonly reason: string;
}
