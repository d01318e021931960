import { setTimeout as pause } from 'node:timers/promises';

import { BASELINE_SET, type FeaturesComputed } from '@tradewind/features';
import {
  championOf,
  EMPTY_REGISTRY,
  evolveRegistry,
  type ModelStageChanged,
  type PredictionsMade,
  type RegistryState,
} from '@tradewind/models';
import { seededRandom } from '@tradewind/testkit';
import { stateText } from '@tradewind/vocabulary';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { endlessModel, sigmoidModel, treacherousModel } from './onnx-models.js';
import { eventually, isRunning, ServiceProcess, TestPlatform } from './platform.js';
import { expectedProbabilities, manifestFor, stepsOf, trainedModel } from './trained-models.js';

const probabilitiesOf = (made: readonly PredictionsMade[]): readonly (readonly number[])[] =>
  made.map((fact) => fact.predictions.map((prediction) => prediction.probabilityUp));

// One story, told in order: an empty registry, the gate, the first champion, crashes, the next champion.
describe('the inference service', () => {
  const first = trainedModel('first');
  const second = trainedModel('second');
  const oneInput = { inputs: [BASELINE_SET.modelInputs[0]!], golden: { inputs: [[0]], scores: [0], probabilities: [0.5] } };
  let platform: TestPlatform;
  let service: ServiceProcess;

  const restart = async (): Promise<void> => {
    service = ServiceProcess.start(platform.serviceSettings({ TW_INFERENCE_RUN_MAX_MS: '700' }));
    await service.ready();
  };
  const answered = async (run: string, count: number): Promise<readonly PredictionsMade[]> => {
    let made: readonly PredictionsMade[] = [];
    await eventually(
      () => `${count} answers for ${run}, there are ${made.length}; the service said:\n${service.output}`,
      async () => {
        made = await platform.predictions(run);
        return made.length >= count;
      },
    );
    return made;
  };

  const publishSlowly = async (steps: readonly FeaturesComputed[]): Promise<void> => {
    for (const step of steps) {
      await platform.publishStep(step);
      await pause(5);
    }
  };

  beforeAll(async () => {
    platform = await TestPlatform.start();
    await restart();
  });
  afterAll(async () => {
    await service.end('SIGKILL');
    await platform[Symbol.asyncDispose]();
  });

  it('answers a step without a champion, empty and saying so', async () => {
    await platform.publishStep(stepsOf('none', 1)[0]!);
    const [made] = await answered('none', 1);
    expect(made).toMatchObject({ predictions: [], final: true, header: { id: 'inference.predictions/none/0/0', degraded: ['model'] } });
  });

  it('refuses at the gate, naming the rule, whatever a model claims', async () => {
    const cut = first.onnx.slice(0, 2_000);
    const refused = async (onnx: Uint8Array, changes: Parameters<typeof manifestFor>[2] = {}, stored = true): Promise<string> => {
      const { digest, text } = manifestFor(onnx, first.manifest, changes);
      if (stored) await platform.blobs.put(onnx);
      return platform.publishModel(changes.model ?? 'baseline', digest, text).then(
        () => 'admitted',
        (error: { code: string }) => error.code,
      );
    };
    expect(await refused(first.onnx, {}, false)).toBe('BLOB_MISSING');
    expect(await refused(cut)).toMatch(/^(ONNX_INVALID|OUTPUT_SIGNATURE|INPUT_SIGNATURE)$/);
    expect(await refused(Uint8Array.of(7, 7, 7))).toBe('ONNX_INVALID');
    expect(await refused(first.onnx, { featureSetHash: 'ffff0000' })).toBe('FEATURE_SET_UNKNOWN');
    expect(
      await refused(first.onnx, {
        inputs: first.manifest.inputs.slice(1),
        golden: { ...first.manifest.golden, inputs: first.manifest.golden.inputs.map((row) => row.slice(1)) },
      }),
    ).toBe('INPUT_SIGNATURE');
    expect(
      await refused(first.onnx, { golden: { ...first.manifest.golden, scores: first.manifest.golden.scores.map((score) => score + 0.1) } }),
    ).toBe('GOLDEN_MISMATCH');
    expect(await refused(endlessModel(), oneInput)).toBe('TIME_LIMIT');
    expect(await refused(sigmoidModel(), { ...oneInput, golden: { inputs: [[40]], scores: [40], probabilities: [0.9] } })).toBe(
      'PROBABILITY_RANGE',
    );
    expect(await platform.publishModel('baseline', first.manifest.digest, '{}').catch((error: { code: string }) => error.code)).toBe(
      'MANIFEST_INVALID',
    );
    expect(await platform.promote('baseline', 1).catch((error: { code: string }) => error.code)).toBe('MODEL_VERSION_UNKNOWN');
    expect(await platform.listed()).toEqual([]);
    expect(service.modelProcesses()).toEqual([]);
  });

  it('registers a model once, promotes it, and predicts what the trainer computes, bit for bit', async () => {
    await platform.blobs.put(first.onnx);
    expect(await platform.publishModel('baseline', first.manifest.digest, first.manifestJson)).toEqual({ version: 1, already: false });
    expect(await platform.publishModel('baseline', first.manifest.digest, first.manifestJson)).toEqual({ version: 1, already: true });
    await platform.promote('baseline', 1);
    const steps = stepsOf('exact', 40);
    for (const step of steps) await platform.publishStep(step);
    const made = await answered('exact', 40);
    expect(probabilitiesOf(made)).toEqual(expectedProbabilities(first, steps));
    expect(made.map((fact) => fact.header.step)).toEqual(steps.map((step) => step.header.step));
    expect(made[3]!.predictions[1]).toMatchObject({
      model: 'baseline',
      version: 1,
      digest: first.manifest.digest,
      symbol: 'SPX',
      horizonBars: 5,
    });
  });

  it('gives no prediction on a NaN or infinite input, and names the symbol', async () => {
    const [step] = stepsOf('nan', 1);
    step!.vectors[0]!.values[BASELINE_SET.names.indexOf(BASELINE_SET.modelInputs[4]!)] = Number.NaN;
    await platform.publishStep(step!);
    const [made] = await answered('nan', 1);
    expect(made!.predictions.map((prediction) => prediction.symbol)).toEqual(['SPX']);
    expect(made!.header.degraded).toEqual(['model-input:NDX']);
  });

  it('loses no answer and gives no wrong one while the model process is killed again and again', async () => {
    const steps = stepsOf('model-kills', 400);
    const killed = new Set<number>();
    const random = seededRandom('model-kills');
    let done = false;
    const lastAnswer = async (): Promise<string> => (await platform.bus.lastOf('inference.predictions', 0))?.messageId ?? '';
    const killing = (async () => {
      while (!done) {
        for (const pid of service.modelProcesses()) {
          process.kill(pid, 'SIGKILL');
          killed.add(pid);
        }
        // A slow machine needs longer for another process than we wait: it has to answer something before it is killed again.
        const before = await lastAnswer();
        while (!done && (await lastAnswer()) === before) await pause(20);
        await pause(250 + random.next() * 250);
      }
    })();
    try {
      await publishSlowly(steps);
      await answered('model-kills', steps.length);
    } finally {
      done = true;
      await killing;
    }
    const made = await answered('model-kills', steps.length);
    expect(killed.size).toBeGreaterThan(1);
    expect(probabilitiesOf(made)).toEqual(expectedProbabilities(first, steps));
    expect(made.every((fact) => fact.header.degraded.length === 0)).toBe(true);
  });

  it('answers each step once and never without its champion while the service itself is killed', async () => {
    const steps = stepsOf('service-kills', 300);
    const publishing = (async () => {
      for (const step of steps) await platform.publishStep(step);
    })();
    const random = seededRandom('service-kills');
    for (let kill = 0; kill < 4; kill += 1) {
      await pause(random.next() * 150);
      const models = service.modelProcesses();
      await service.end('SIGKILL');
      await eventually(
        () => 'the model process ends with its service',
        () => models.every((pid) => !isRunning(pid)),
      );
      await restart();
    }
    await publishing;
    const made = await answered('service-kills', steps.length);
    expect(made).toHaveLength(steps.length);
    expect(probabilitiesOf(made)).toEqual(expectedProbabilities(first, steps));
  });

  it('switches champions between two steps, once, tells everyone who did it, and keeps it over a restart', async () => {
    await platform.blobs.put(second.onnx);
    await platform.publishModel('baseline', second.manifest.digest, second.manifestJson);
    const steps = stepsOf('switch', 400);
    const publishing = publishSlowly(steps);
    await answered('switch', 20);
    await platform.promote('baseline', 2);
    await publishing;
    const made = await answered('switch', steps.length);
    const versions = made.map((fact) => fact.predictions[0]!.version);
    const at = versions.indexOf(2);
    expect(versions.every((version, step) => version === (step < at ? 1 : 2))).toBe(true);
    expect(probabilitiesOf(made.slice(0, at))).toEqual(expectedProbabilities(first, steps.slice(0, at)));
    expect(probabilitiesOf(made.slice(at))).toEqual(expectedProbabilities(second, steps.slice(at)));
    expect((await platform.stages()).map(({ id, actor }) => [id, actor])).toEqual([
      ['ms/baseline@1/REGISTERED/1', 'quant'],
      ['ms/baseline@1/CHAMPION/2', 'owner'],
      ['ms/baseline@2/REGISTERED/1', 'quant'],
      ['ms/baseline@1/RETIRED/3', 'owner'],
      ['ms/baseline@2/CHAMPION/2', 'owner'],
    ]);
    expect(await service.end('SIGTERM')).toBe(0);
    await restart();
    await platform.publishStep(stepsOf('after', 1)[0]!);
    expect((await answered('after', 1))[0]!.predictions[0]!.version).toBe(2);
  });

  it('goes on without a model that hangs on some input, says so, and asks it again at the next step', async () => {
    const onnx = treacherousModel();
    const { digest, text } = manifestFor(onnx, first.manifest, { ...oneInput, model: 'treacherous' });
    await platform.blobs.put(onnx);
    await platform.publishModel('treacherous', digest, text);
    await platform.promote('treacherous', 1);
    const steps = stepsOf('hang', 3);
    steps[1]!.vectors[0]!.values[BASELINE_SET.names.indexOf(oneInput.inputs[0]!)] = 1e18;
    for (const step of steps) await platform.publishStep(step);
    const made = await answered('hang', 3);
    expect(probabilitiesOf(made)).toEqual([[0.5, 0.5], [], [0.5, 0.5]]);
    expect(made.map((fact) => fact.header.degraded)).toEqual([[], ['model'], []]);
    expect(service.modelProcesses()).toHaveLength(1);
  });

  it('keeps events that fold to its saved state', async () => {
    const saved = await platform.database.unitOfWork.load<RegistryState>('registry');
    const events = await platform.database.unitOfWork.events<ModelStageChanged>({ limit: 100 });
    expect(stateText(events.map((event) => event.payload).reduce(evolveRegistry, EMPTY_REGISTRY))).toBe(stateText(saved!.state));
    expect(championOf(saved!.state)).toMatchObject({ model: 'treacherous', version: 1 });
  });
});
