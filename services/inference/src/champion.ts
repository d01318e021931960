import { DriftWatch, type FeatureSet, type FeatureSets } from '@tradewind/features';
import type { ModelStore } from '@tradewind/model-store';
import { championOf, type ModelManifest, parseManifest, type RegisteredVersion, servedModel, type ServedModel } from '@tradewind/models';
import type { Logger } from '@tradewind/service-kit';

import type { InferenceMetrics } from './metrics.js';
import { type HostLimits, ModelFailedError, ModelHost } from './model-host.js';
import type { RegistryStore, SavedRegistry } from './store.js';

/** Vectors that drift is told by, at least. */
const DRIFT_ROWS = 500;

/** A champion that runs. */
export interface Serving {
  readonly model: ServedModel;
  readonly host: ModelHost;
  readonly manifest: ModelManifest;
  readonly set: FeatureSet;
}

export interface ChampionOptions {
  readonly store: Pick<RegistryStore, 'manifests'>;
  readonly blobs: Pick<ModelStore, 'get'>;
  readonly featureSets: FeatureSets;
  readonly program: string;
  readonly limits: HostLimits;
  readonly metrics: InferenceMetrics;
  readonly log: Logger;
}

/** The champion can't be served and waiting won't help: its file or manifest is gone, wrong, or fails. */
class ChampionUnfit extends Error {
  override readonly name = 'ChampionUnfit';
}

const isSame = (left: RegisteredVersion | undefined, right: RegisteredVersion | undefined): boolean =>
  left?.model === right?.model && left?.version === right?.version && left?.digest === right?.digest;

/** Serves whichever version the registry calls champion. A step that has begun ends with the version it began with. */
export class Champion {
  #serving: Serving | undefined;
  #followed: RegisteredVersion | undefined;
  #fault: string | undefined;
  #registryVersion = 0;
  #turn: Promise<void> = Promise.resolve();
  readonly #inUse = new Map<Serving, number>();

  constructor(private readonly options: ChampionOptions) {}

  /** Why the champion that there is does not serve; undefined when it does, or when nobody was promoted. */
  get fault(): string | undefined {
    return this.#fault;
  }

  /** Does one step's work with the version in force now, or with none. */
  async use<T>(work: (serving: Serving | undefined) => Promise<T>): Promise<T> {
    const serving = this.#serving;
    if (serving === undefined) return work(undefined);
    this.#inUse.set(serving, (this.#inUse.get(serving) ?? 0) + 1);
    try {
      return await work(serving);
    } finally {
      const users = this.#inUse.get(serving)! - 1;
      if (users > 0) this.#inUse.set(serving, users);
      else this.#inUse.delete(serving);
      if (serving !== this.#serving && users === 0) await serving.host.stop();
    }
  }

  /**
   * Makes the registry's champion the one in force, once it runs; an older registry than the last one is passed over. Rejects when bus or database are away, with nothing changed; a champion that is
   * unfit becomes the `fault`, and then nobody serves.
   */
  follow({ state, version }: SavedRegistry): Promise<void> {
    const turn = this.#turn.then(async () => {
      if (version < this.#registryVersion) return;
      await this.#switchTo(championOf(state));
      this.#registryVersion = version;
    });
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async stop(): Promise<void> {
    await this.#turn;
    await this.#serving?.host.stop();
  }

  async #switchTo(version: RegisteredVersion | undefined): Promise<void> {
    const { log } = this.options;
    if (isSame(version, this.#followed) && this.#fault === undefined) return;
    let next: Serving | undefined;
    let fault: string | undefined;
    try {
      next = version === undefined ? undefined : await this.#launch(version);
    } catch (error) {
      if (!(error instanceof ChampionUnfit) && !(error instanceof ModelFailedError)) throw error;
      fault = `champion ${version!.model}@${version!.version}: ${error.message}`;
      if (fault !== this.#fault) log.error({ err: error, model: version!.model, version: version!.version }, 'the champion cannot serve');
    }
    const previous = this.#serving;
    this.#serving = next;
    this.#followed = version;
    this.#fault = fault;
    this.#announce(next);
    if (previous !== undefined && !this.#inUse.has(previous)) await previous.host.stop();
  }

  #announce(serving: Serving | undefined): void {
    const { metrics, log } = this.options;
    metrics.champion.reset();
    metrics.inputImportance.reset();
    metrics.drift = undefined;
    if (serving === undefined) return;
    const { inputDistribution: features, inputImportance, featureSetHash: setHash, lineage } = serving.manifest;
    for (const { name, importance } of inputImportance ?? []) metrics.inputImportance.set({ feature: name }, importance);
    const samples = lineage.sources.reduce((sum, { rows }) => sum + rows, 0);
    if (features !== undefined) metrics.drift = new DriftWatch(serving.set, { setHash, samples, features }, DRIFT_ROWS);
    const { model, version, digest } = serving.model;
    metrics.champion.set({ model, version: String(version) }, 1);
    log.info({ model, version, digest }, `${model}@${version} serves`);
  }

  async #launch({ model, version, digest }: RegisteredVersion): Promise<Serving> {
    const { store, blobs, featureSets, program, limits, metrics, log } = this.options;
    const text = (await store.manifests([{ model, digest }])).get(digest);
    if (text === undefined) throw new ChampionUnfit('its manifest is not in the registry');
    const manifest = parseManifest(text);
    const set = featureSets.withHash(manifest.featureSetHash);
    if (set === undefined) throw new ChampionUnfit(`this build does not compute the feature set ${manifest.featureSetHash}`);
    const onnx = await blobs.get(digest);
    if (onnx === undefined) throw new ChampionUnfit(`its file ${digest} is not in the object store`);
    const host = new ModelHost({
      onnx,
      manifest,
      program,
      limits,
      onFailure: (error) => {
        metrics.failures.inc({ reason: error.code });
        log.warn({ err: error, model, version }, 'the model gave no answer');
      },
      onRestart: () => {
        metrics.restarts.inc();
        log.warn({ model, version }, 'the model process died; another takes its place');
      },
    });
    await host.start();
    const extensions = featureSets.all.filter(({ ancestorHashes }) => ancestorHashes.slice(1).includes(set.hash)).map(({ hash }) => hash);
    return { model: servedModel(manifest, version, set.names, extensions), host, manifest, set };
  }
}
