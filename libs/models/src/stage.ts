import type { UnixNanos } from '@tradewind/vocabulary';

/** Life of a model version (SPEC IN3). `SHADOW` and `CANARY` are named by the contract and not yet reachable. */
export type ModelStage = 'REGISTERED' | 'SHADOW' | 'CANARY' | 'CHAMPION' | 'RETIRED';

/** Said once for every change of stage; it is the audit record of who let a model decide. */
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

/** A row of the registry. `manifestJson` is the canonical text of a ModelManifest. */
export interface ModelVersion {
  readonly model: string;
  readonly version: number;
  readonly digest: string;
  readonly stage: ModelStage;
  readonly manifestJson: string;
  readonly registeredAt: UnixNanos;
  readonly registeredBy: string;
}

/** The blob is put into the object store under its digest before this is sent. */
export interface PublishModelRequest {
  readonly model: string;
  readonly digest: string;
  readonly manifestJson: string;
  readonly actor: string;
}

export interface PublishModelResponse {
  readonly version: ModelVersion;
  /** The same bytes were already registered under this name; nothing was changed. */
  readonly alreadyRegistered: boolean;
}

export interface PromoteModelRequest {
  readonly model: string;
  readonly version: number;
  readonly actor: string;
  readonly reason: string;
}

export interface PromoteModelResponse {
  readonly version: ModelVersion;
}

export interface ListModelsResponse {
  readonly versions: readonly ModelVersion[];
}
