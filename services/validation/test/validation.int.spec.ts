import { setTimeout as pause } from 'node:timers/promises';

import {
  BASELINE_SIGNAL_RULES,
  evolveSignals,
  initialSignalsState,
  type SignalEvent,
  type SignalsDecided,
  signalsDecided,
  type SignalsState,
} from '@tradewind/signals';
import { seededRandom } from '@tradewind/testkit';
import { stateText } from '@tradewind/vocabulary';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { inputsOf, type StepInputs } from './inputs.js';
import { ServiceProcess, TestPlatform } from './platform.js';

/** What the pure stage says, with no bus, no database and no crash. */
const purely = (
  inputs: readonly StepInputs[],
  partition = 0,
): { readonly facts: readonly SignalsDecided[]; readonly state: SignalsState } => {
  let state = initialSignalsState(partition);
  const facts = inputs.map((step) => {
    const { fact, outcome } = signalsDecided(state, { ...step, degraded: [] }, BASELINE_SIGNAL_RULES);
    state = outcome.state;
    return fact;
  });
  return { facts, state };
};

const publishAll = async (platform: TestPlatform, steps: readonly StepInputs[]): Promise<void> => {
  for (const { features, predictions, analyses } of steps) {
    await platform.publish('features.vectors', features);
    await platform.publish('inference.predictions', predictions);
    await platform.publish('analysis.analyses', analyses);
  }
};

const foldedEvents = async (platform: TestPlatform, aggregate: string, partition: number): Promise<SignalsState> => {
  let state = initialSignalsState(partition);
  for (let after = 0n; ;) {
    const events = await platform.database.unitOfWork.events<SignalEvent>({ aggregate, after, limit: 1000 });
    if (events.length === 0) return state;
    for (const event of events) state = evolveSignals(state, event.payload);
    after = events.at(-1)!.position;
  }
};

describe('the validation service', () => {
  let platform: TestPlatform;
  let service: ServiceProcess | undefined;
  beforeAll(async () => {
    platform = await TestPlatform.start(2);
  });
  afterAll(() => platform[Symbol.asyncDispose]());
  afterEach(async () => {
    await service?.end('SIGKILL');
  });

  it('decides the same as the pure stage, each step once and in order, while it is killed again and again', async () => {
    const left = inputsOf(250, ['NDX', 'SPX'], 'run-1', 0, 'left');
    const right = inputsOf(250, ['TSX'], 'run-1', 1, 'right');
    const random = seededRandom('kills');
    service = ServiceProcess.start(platform.serviceSettings());
    const publishing = Promise.all([publishAll(platform, left), publishAll(platform, right)]);
    for (let kill = 0; kill < 4; kill += 1) {
      await service.ready();
      await pause(random.next() * 250);
      await service.end('SIGKILL');
      service = ServiceProcess.start(platform.serviceSettings());
    }
    await publishing;
    await platform.hasDecided(500);

    await pause(200);
    await platform.hasDecided(500);
    const { decided } = platform;
    expect(decided).toHaveLength(500);
    for (const [partition, inputs] of [left, right].entries()) {
      const pure = purely(inputs, partition);
      expect(pure.facts.flatMap((fact) => fact.decisions).length).toBeGreaterThan(5);
      expect(decided.filter((fact) => fact.header.partition === partition)).toEqual(pure.facts);
      const saved = await platform.database.unitOfWork.load<SignalsState>(`signals/${partition}`);
      expect(stateText(saved?.state)).toBe(stateText(pure.state));
      expect(saved?.version).toBe(250);
      expect(stateText(await foldedEvents(platform, `signals/${partition}`, partition))).toBe(stateText(pure.state));
    }
  });

  it('goes on with a new run and lets the late inputs of the old one go', async () => {
    service = ServiceProcess.start(platform.serviceSettings());
    await service.ready();
    const before = platform.decided.length;
    const next = inputsOf(3, ['NDX', 'SPX'], 'run-2', 0);
    await platform.publish('analysis.analyses', { ...inputsOf(252, ['NDX'], 'run-1').at(-1)!.analyses });
    await publishAll(platform, next);
    await platform.hasDecided(before + 3);
    expect(platform.decided.slice(-3).map(({ header }) => header.id)).toEqual([0, 1, 2].map((step) => `signals.decisions/run-2/${step}/0`));
  });

  it('survives the loss of Postgres in mid-run without losing or repeating a step', async () => {
    service = ServiceProcess.start(platform.serviceSettings());
    await service.ready();
    const before = platform.decided.length;
    const steps = inputsOf(60, ['TSX'], 'run-3', 1);
    await publishAll(platform, steps.slice(0, 20));
    await platform.postgres.kill();
    await publishAll(platform, steps.slice(20));
    await pause(300);
    await platform.postgres.restart();
    await platform.hasDecided(before + 60);
    const ids = platform.decided.slice(before).map(({ header }) => header.step);
    expect(ids).toEqual(steps.map((_, step) => step));
  });

  it('ends with status 0 on SIGTERM', async () => {
    service = ServiceProcess.start(platform.serviceSettings());
    await service.ready();
    expect(await service.end('SIGTERM')).toBe(0);
  });
});

describe('in real-time mode', () => {
  let platform: TestPlatform;
  let service: ServiceProcess;
  beforeAll(async () => {
    platform = await TestPlatform.start();
    service = ServiceProcess.start(platform.serviceSettings({ TW_MODE: 'realtime', TW_VALIDATION_JOIN_WAIT_MS: '100' }));
    await service.ready();
  });
  afterAll(async () => {
    await service.end('SIGKILL');
    await platform[Symbol.asyncDispose]();
  });

  it('decides without an analysis that does not come, says so, and takes a late one for nothing', async () => {
    const [first, second] = inputsOf(7).slice(5);
    await platform.publish('features.vectors', first!.features);
    await platform.publish('inference.predictions', first!.predictions);
    await platform.hasDecided(1);
    const [fact] = platform.decided;
    expect(fact!.header.degraded).toEqual(['analysis']);
    expect(fact!.header.causes).toEqual([first!.features.header.id, first!.predictions.header.id]);
    await platform.publish('analysis.analyses', first!.analyses);
    await publishAll(platform, [second!]);
    await platform.hasDecided(2);
    expect(platform.decided[1]!.header).toMatchObject({ step: 6, degraded: [] });
  });
});
