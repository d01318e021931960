import { fileURLToPath } from 'node:url';

import { BASELINE_SET, FeatureSets } from '@tradewind/features';
import {
  decideRegistry,
  EMPTY_REGISTRY,
  evolveRegistry,
  type RegistryCommand,
  type RegistryState,
  type TrainedModel,
} from '@tradewind/models';
import { createLogger } from '@tradewind/service-kit';
import { nanosFromMillis } from '@tradewind/vocabulary';
import { Registry } from 'prom-client';
import { afterEach, describe, expect, it } from 'vitest';

import { Champion } from '../src/champion.js';
import { InferenceMetrics } from '../src/metrics.js';
import { trainedModel } from './trained-models.js';

const first = trainedModel('first');
const second = trainedModel('second');
const program = fileURLToPath(new URL('../dist/session-child.js', import.meta.url));
const by = { actor: 'test', at: nanosFromMillis(0) };

const registryOf = (...commands: readonly RegistryCommand[]): RegistryState =>
  commands.reduce((state, command) => {
    const decided = decideRegistry(state, command);
    return decided.ok ? decided.value.reduce(evolveRegistry, state) : state;
  }, EMPTY_REGISTRY);

const registered = [first, second].map(({ manifest }): RegistryCommand => ({
  type: 'Register',
  model: 'baseline',
  digest: manifest.digest,
  ...by,
}));
const promotion = (version: number): RegistryCommand => ({ type: 'Promote', model: 'baseline', version, reason: 'test', ...by });
const firstChampion = registryOf(...registered, promotion(1));
const secondChampion = registryOf(...registered, promotion(1), promotion(2));

const championOver = (files: Map<string, Uint8Array>): Champion =>
  new Champion({
    store: {
      manifests: () => Promise.resolve(new Map([first, second].map(({ manifest, manifestJson }) => [manifest.digest, manifestJson]))),
    },
    blobs: { get: (digest) => Promise.resolve(files.get(digest)) },
    featureSets: new FeatureSets([BASELINE_SET]),
    program,
    limits: { loadMaxMs: 20_000, runMaxMs: 5_000, attemptsMax: 3, waitsForCrashes: false },
    metrics: new InferenceMetrics(new Registry()),
    log: createLogger({ service: 'test', level: 'fatal', secrets: [] }),
  });

const filesOf = (...models: readonly TrainedModel[]): Map<string, Uint8Array> =>
  new Map(models.map(({ manifest, onnx }) => [manifest.digest, onnx]));
const versionInForce = (champion: Champion): Promise<number | undefined> =>
  champion.use((serving) => Promise.resolve(serving?.model.version));

let champion: Champion;
afterEach(() => champion.stop());

describe('the champion', () => {
  it('never goes back to an older registry that was read late', async () => {
    champion = championOver(filesOf(first, second));
    await Promise.all([champion.follow({ version: 4, state: secondChampion }), champion.follow({ version: 3, state: firstChampion })]);
    expect(await versionInForce(champion)).toBe(2);
  });

  it('stays with the version it began a step with, also when that is retired meanwhile', async () => {
    champion = championOver(filesOf(first, second));
    await champion.follow({ version: 3, state: firstChampion });
    const row = Float32Array.from(first.manifest.golden.inputs[0]!);
    const score = await champion.use(async (serving) => {
      await champion.follow({ version: 4, state: secondChampion });
      expect(await versionInForce(champion)).toBe(2);
      return (await serving!.host.run(row, 1)).scores[0];
    });
    expect(score).toBe(first.manifest.golden.scores[0]);
  });

  it('says why it cannot serve, and serves once the reason is gone', async () => {
    const files = filesOf();
    champion = championOver(files);
    await champion.follow({ version: 3, state: firstChampion });
    expect(champion.fault).toBe(`champion baseline@1: its file ${first.manifest.digest} is not in the object store`);
    expect(await versionInForce(champion)).toBeUndefined();
    files.set(first.manifest.digest, first.onnx);
    await champion.follow({ version: 3, state: firstChampion });
    expect(champion.fault).toBeUndefined();
    expect(await versionInForce(champion)).toBe(1);
  });

  it('refuses to serve a file that no longer gives its golden outputs', async () => {
    champion = championOver(new Map([[first.manifest.digest, second.onnx]]));
    await champion.follow({ version: 3, state: firstChampion });
    expect(champion.fault).toMatch(/GOLDEN_MISMATCH/);
    expect(await versionInForce(champion)).toBeUndefined();
  });
});
