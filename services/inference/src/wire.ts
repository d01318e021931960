import { type EventName, STEP_KEY } from '@tradewind/contracts';
import type { Bus, Codec, OutgoingMessage } from '@tradewind/messaging';
import type { ModelStageChanged, ModelVersion, PredictionsMade, PromoteModelRequest, PublishModelRequest } from '@tradewind/models';
import { decodeRpcRequest, encodeRpcResponse, modelStage, type RpcResponseFields, wireCodec } from '@tradewind/wire';

export const codec: Codec = wireCodec;

export const SUBSCRIPTIONS: readonly EventName[] = ['features.vectors'];
export const REQUESTS = { publish: 'inference.publish', promote: 'inference.promote', list: 'inference.list' } as const;

type VersionFields = NonNullable<RpcResponseFields<'inference.promote'>['version']>;

/** The predictions of a step as the message that tells them. */
export const predictionsMessage = (bus: Pick<Bus, 'envelope'>, fact: PredictionsMade): OutgoingMessage =>
  bus.envelope('inference.predictions', fact, { id: fact.header.id, partition: fact.header.partition, key: STEP_KEY });

/** A change of stage as the message that tells it. */
export const stageMessage = (bus: Pick<Bus, 'envelope'>, fact: ModelStageChanged): OutgoingMessage =>
  bus.envelope('inference.stages', fact, { id: fact.id, partition: 0, key: `${fact.model}-${fact.version}` });

/** Throws ContractError. */
export const readPublish = (payload: Uint8Array): PublishModelRequest => {
  const { model, digest, manifestJson, actor } = decodeRpcRequest(REQUESTS.publish, payload);
  return { model, digest, manifestJson, actor };
};

/** Throws ContractError. */
export const readPromote = (payload: Uint8Array): PromoteModelRequest => {
  const { model, version, actor, reason } = decodeRpcRequest(REQUESTS.promote, payload);
  return { model, version, actor, reason };
};

const versionFields = (version: ModelVersion): VersionFields => ({
  model: version.model,
  version: version.version,
  digest: version.digest,
  stage: modelStage.write(version.stage),
  manifestJson: version.manifestJson,
  registeredAtNs: version.registeredAt,
  registeredBy: version.registeredBy,
});

export const writePublished = (version: ModelVersion, alreadyRegistered: boolean): Uint8Array =>
  encodeRpcResponse(REQUESTS.publish, { version: versionFields(version), alreadyRegistered });

export const writePromoted = (version: ModelVersion): Uint8Array =>
  encodeRpcResponse(REQUESTS.promote, { version: versionFields(version) });

export const writeList = (versions: readonly ModelVersion[]): Uint8Array =>
  encodeRpcResponse(REQUESTS.list, { versions: versions.map(versionFields) });
