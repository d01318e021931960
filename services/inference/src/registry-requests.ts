import type { Bus } from '@tradewind/messaging';
import {
  decideRegistry,
  evolveRegistry,
  type ModelStageChanged,
  type ModelVersion,
  type RegisteredVersion,
  type RegistryCommand,
  type RegistryRefusal,
  versionOf,
  versionWithDigest,
} from '@tradewind/models';
import type { Logger } from '@tradewind/service-kit';
import type { Clock } from '@tradewind/vocabulary';

import type { Champion } from './champion.js';
import { GateRefusedError, type ModelGate } from './gate.js';
import type { InferenceMetrics } from './metrics.js';
import { eventRows, type RegistryStage, type RegistryStore } from './store.js';
import { readPromote, readPublish, REQUESTS, stageMessage, writeList, writePromoted, writePublished } from './wire.js';

/** The registry's no. */
export class RegistryRefusedError extends Error {
  override readonly name = 'RegistryRefusedError';
  readonly code: RegistryRefusal['code'];
  constructor({ code, detail }: RegistryRefusal) {
    super(detail);
    this.code = code;
  }
}

/** The version is the champion now, and cannot serve: another must be promoted. */
export class ChampionUnfitError extends Error {
  override readonly name = 'ChampionUnfitError';
  readonly code = 'CHAMPION_UNFIT';
}

export interface RegistryRequestsOptions {
  readonly stage: RegistryStage;
  readonly store: RegistryStore;
  readonly gate: ModelGate;
  readonly champion: Champion;
  readonly bus: Pick<Bus, 'envelope' | 'serve'>;
  readonly clock: Clock;
  readonly metrics: InferenceMetrics;
  readonly log: Logger;
}

/** Newest versions that a list shows; with their manifests they fit into one message. */
const LIST_MAX = 64;

/** Publish, promote and list, asked over the bus. A change is answered when it is on disk, a promotion when the new champion serves. */
export class RegistryRequests {
  constructor(private readonly options: RegistryRequestsOptions) {}

  listen(): void {
    const { bus } = this.options;
    bus.serve(REQUESTS.publish, (payload) => this.#publish(payload));
    bus.serve(REQUESTS.promote, (payload) => this.#promote(payload));
    bus.serve(REQUESTS.list, () => this.#list());
  }

  async #publish(payload: Uint8Array): Promise<Uint8Array> {
    const { gate, store, clock, metrics, log } = this.options;
    const request = readPublish(payload);
    const { model, digest, actor } = request;
    const manifest = await gate.admit(request).catch((error: unknown) => {
      if (error instanceof GateRefusedError) {
        metrics.gateRefusals.inc({ rule: error.code });
        log.warn({ err: error, model, digest, actor }, 'the gate refused a model');
      }
      throw error;
    });
    await store.keepManifest(manifest.model, digest, request.manifestJson);
    const changes = await this.#change({ type: 'Register', model, digest, actor, at: clock.now() });
    const version = versionWithDigest(this.options.stage.state, model, digest);
    return writePublished(await this.#withManifest(version!), changes.length === 0);
  }

  async #promote(payload: Uint8Array): Promise<Uint8Array> {
    const { champion, stage, clock } = this.options;
    const { model, version, actor, reason } = readPromote(payload);
    await this.#change({ type: 'Promote', model, version, actor, reason, at: clock.now() });
    await champion.follow(stage);
    if (champion.fault !== undefined) throw new ChampionUnfitError(champion.fault);
    return writePromoted(await this.#withManifest(versionOf(stage.state, model, version)!));
  }

  async #list(): Promise<Uint8Array> {
    const versions = (await this.options.store.saved()).state.versions.slice(-LIST_MAX);
    const manifests = await this.options.store.manifests(versions);
    return writeList(versions.map((entry) => modelVersion(entry, manifests)));
  }

  async #change(command: RegistryCommand): Promise<readonly ModelStageChanged[]> {
    const { stage, bus, log } = this.options;
    const outcome = await stage.run<readonly ModelStageChanged[]>([], (state) => {
      const decided = decideRegistry(state, command);
      if (!decided.ok) throw new RegistryRefusedError(decided.error);
      const changes = decided.value;
      const outbox = changes.map((change) => stageMessage(bus, change));
      return { state: changes.reduce(evolveRegistry, state), events: eventRows(changes), outbox, result: changes };
    });
    const changes = outcome.status === 'committed' ? outcome.result : [];
    for (const { id, stage: reached, actor, reason } of changes)
      log.info({ id, actor, reason }, `model version is ${reached.toLowerCase()}`);
    return changes;
  }

  async #withManifest(entry: RegisteredVersion): Promise<ModelVersion> {
    return modelVersion(entry, await this.options.store.manifests([entry]));
  }
}

const modelVersion = (entry: RegisteredVersion, manifests: ReadonlyMap<string, string>): ModelVersion => ({
  model: entry.model,
  version: entry.version,
  digest: entry.digest,
  stage: entry.stage,
  manifestJson: manifests.get(entry.digest) ?? '',
  registeredAt: entry.registeredAt,
  registeredBy: entry.registeredBy,
});
