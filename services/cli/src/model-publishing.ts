import { ModelStage } from '@tradewind/contracts';
import type { TrainedModel } from '@tradewind/models';
import type { Bus } from '@tradewind/messaging';
import { openModelStore } from '@tradewind/model-store';

import { askPatiently } from './requests.js';

export interface PublishedModel {
  readonly model: string;
  readonly version: number;
  readonly digest: string;
}

/** Puts the file into the blob store, registers it and makes it the champion. Doing it again changes nothing. */
export const publishAsChampion = async (bus: Bus, trained: TrainedModel, actor: string, reason: string): Promise<PublishedModel> => {
  const { manifest, manifestJson, onnx } = trained;
  const store = await openModelStore(bus.connection);
  const digest = await store.put(onnx);
  const published = await askPatiently(bus, 'inference.publish', { model: manifest.model, digest, manifestJson, actor });
  const version = published.version!.version;
  const listed = await askPatiently(bus, 'inference.list', {});
  const present = listed.versions.find((entry) => entry.model === manifest.model && entry.version === version);
  if (present === undefined || present.stage !== ModelStage.CHAMPION) {
    await askPatiently(bus, 'inference.promote', { model: manifest.model, version, actor, reason });
  }
  return { model: manifest.model, version, digest };
};
