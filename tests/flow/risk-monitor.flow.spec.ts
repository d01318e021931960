import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { jetstreamManager } from '@nats-io/jetstream';
import { INSTRUMENTS } from '@tradewind/market';
import { executeBars, joinBars, PAPER_VENUE_DEFAULTS, paperVenue, placeIntents } from '@tradewind/orders';
import type { OrdersPlaced } from '@tradewind/orders';
import {
  decideStep,
  intentsOf,
  joinDecisions,
  parseRiskProfile,
  riskProfileDigest,
  riskProfileText,
  RollingHistory,
} from '@tradewind/risk';
import type { ProfileChanged, RiskCommand, RiskState, VerdictsReached } from '@tradewind/risk';
import { seededRandom } from '@tradewind/testkit';
import { nanosFromMillis } from '@tradewind/vocabulary';
import { decodeRpcResponse, encodeRpcRequest } from '@tradewind/wire';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { inputsOf } from '../../services/orders/test/market.js';
import type { StepInputs } from '../../services/orders/test/market.js';
import { buildServices, eventually, ServiceProcess, TestPlatform } from '../../services/orders/test/platform.js';
import type { ServiceName } from '../../services/orders/test/platform.js';
import { ACCOUNT, noOrders, noRisk } from '../../services/orders/test/pure.js';

const PARTITIONS = 2;
const STEPS = 140;
const instruments = Object.fromEntries(INSTRUMENTS.map((entry) => [entry.symbol, entry]));

type Json = Record<string, Record<string, unknown>>;

/** The demo's limits with breakers that look back on a short history, so that a short replay trips them. */
const profileText = async (): Promise<string> => {
  const demo = JSON.parse(await readFile(new URL('../../services/risk/profiles/demo.json', import.meta.url), 'utf8')) as Json;
  return JSON.stringify({
    ...demo,
    name: 'watched',
    breakers: {
      ...demo['breakers'],
      valueAtRisk: { measure: 'CVAR', method: 'HISTORICAL', confidence: '0.95', bars: 20, horizonBars: 1, limit: '0.02', rearm: '0.015' },
      factorExposure: { bars: 20, limit: '0.6', rearm: '0.5' },
      correlationBreakdown: { shortBars: 8, longBars: 20, limit: '1', rearm: '0.5' },
      volatilitySpike: { shortBars: 5, longBars: 20, limit: '1.3', rearm: '1.1', stopDistanceKept: '0.5' },
    },
    controls: { ...demo['controls'], modelAccuracy: { limit: '0.45', rearm: '0.46', days: 30, forecastsMin: 10, becomes: 'REDUCING' } },
  });
};

/** Both stages in one process, without a bus. */
const purely = (inputs: readonly StepInputs[], text: string): readonly VerdictsReached[] => {
  const profile = parseRiskProfile(JSON.parse(text));
  const venue = paperVenue({ ...PAPER_VENUE_DEFAULTS, instruments });
  const history = new RollingHistory();
  let [orders, risk] = [noOrders(), noRisk()];
  return inputs.map((step) => {
    const joined = joinBars(step.bars);
    const executed = executeBars(orders, joined, venue);
    history.take(joined.header, joined.bars);
    const input = joinDecisions(step.decisions, executed.report, { bars: joined.bars, history });
    const { state, reached } = decideStep(risk, input, { profile, instruments });
    risk = state;
    const { header, final } = reached;
    orders = placeIntents(executed.state, { header, intents: intentsOf(reached), status: reached.state.status, final }, venue).state;
    return reached;
  });
};

describe('the monitor of risk on the bus', () => {
  let platform: TestPlatform;
  let folder: string;
  let text: string;
  const services = new Map<ServiceName, ServiceProcess>();
  const outputs = (): string => [...services].map(([name, service]) => `${name}:\n${service.output.slice(-3000)}`).join('\n');
  const start = (name: ServiceName): void => {
    const more = name === 'risk' ? { TW_RISK_PROFILE_PATH: join(folder, 'watched.json') } : {};
    services.set(name, ServiceProcess.start(name, platform.settings(more)));
  };
  const hasPlaced = (steps: number) =>
    eventually(`${steps} steps are placed`, async () => (await platform.facts<OrdersPlaced>('orders.placed')).length >= steps, outputs);
  const replay = async (inputs: readonly StepInputs[], from: number, to: number): Promise<void> => {
    for (let index = from; index < to; index += 1) {
      for (const fact of inputs[index]!.decisions) await platform.publish('signals.decisions', fact);
      for (const fact of inputs[index]!.bars) await platform.publish('market.bars', fact);
      await hasPlaced(index + 1);
    }
  };
  /** One more than the replay: for after it. */
  const inputs = inputsOf(STEPS + 1, 'run-1', PARTITIONS, 'watched');

  beforeAll(async () => {
    buildServices();
    folder = await mkdtemp(join(tmpdir(), 'tradewind-monitor-'));
    text = await profileText();
    await writeFile(join(folder, 'watched.json'), text);
    platform = await TestPlatform.start(PARTITIONS);
  });
  afterAll(async () => {
    await platform[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });
  beforeEach(() => {
    for (const name of ['orders', 'risk'] as const) start(name);
  });
  afterEach(async () => {
    for (const service of services.values()) await service.end('SIGKILL');
  });

  it('estimates from the same bars as one process does, however often it is killed', async () => {
    const random = seededRandom('monitor kills');
    const pure = purely(inputs.slice(0, STEPS), text);
    const replaying = replay(inputs, 0, STEPS);
    replaying.catch(() => undefined);
    for (let kill = 0; kill < 3; kill += 1) {
      await pause(500 + random.next() * 700);
      await services.get('risk')!.end('SIGKILL');
      start('risk');
    }
    await replaying;
    expect(await platform.facts('risk.verdicts')).toEqual(pure);
    const rules = new Set(pure.flatMap(({ breakers }) => breakers.map(({ rule }) => rule)));
    for (const rule of ['value-at-risk', 'factor-exposure', 'correlation-breakdown', 'volatility-spike']) expect(rules).toContain(rule);
  });

  it('answers what it measures', async () => {
    await services.get('risk')!.ready();
    const ask = async (accountId: string) =>
      decodeRpcResponse('risk.status', await platform.bus.request('risk.status', encodeRpcRequest('risk.status', { accountId }), 2_000));
    const status = await ask(ACCOUNT);
    expect(status).toMatchObject({ run: 'run-1', step: BigInt(STEPS - 1), profileName: 'watched', profileReloaded: false });
    expect(status.profileDigest).toBe(riskProfileDigest(parseRiskProfile(JSON.parse(text))));
    await expect(ask('somebody-else')).rejects.toMatchObject({ code: 'unknown-account' });
  });

  it('remembers what the stream has forgotten', async () => {
    await services.get('risk')!.end('SIGKILL');
    await (await jetstreamManager(platform.bus.connection)).streams.purge('MARKET');
    start('risk');
    await services.get('risk')!.ready();
    await replay(inputs, STEPS, STEPS + 1);
    const status = decodeRpcResponse(
      'risk.status',
      await platform.bus.request('risk.status', encodeRpcRequest('risk.status', { accountId: ACCOUNT }), 2_000),
    );
    expect(status.step).toBe(BigInt(STEPS));
    expect(status.losses).toHaveLength(12);
  });

  it('puts a profile in force by command, keeps it over a restart, and refuses a faulty one with all its faults', async () => {
    await services.get('risk')!.ready();
    const reload = async (id: string, profile: string): Promise<void> => {
      const command: RiskCommand = {
        type: 'ReloadProfile',
        id,
        accountId: ACCOUNT,
        actor: 'ada',
        reason: 'less risk',
        at: nanosFromMillis(Date.now()),
        profile,
      };
      await platform.bus.publish(platform.bus.envelope('risk.commands', command, { id, partition: 0, key: ACCOUNT }));
    };
    const ask = async () =>
      decodeRpcResponse(
        'risk.status',
        await platform.bus.request('risk.status', encodeRpcRequest('risk.status', { accountId: '' }), 2_000),
      );
    await reload('p-0', text.replace('"limit":"0.02"', '"limit":"a lot"'));
    await eventually('the command is refused', async () => (await ask()).refused?.commandId === 'p-0', outputs);
    expect((await ask()).refused).toMatchObject({ refusal: 'PROFILE_INVALID', faults: [expect.stringContaining('valueAtRisk.limit')] });
    const next = text.replace('"watched"', '"careful"');
    await reload('p-1', next);
    await eventually('the profile changed', async () => (await platform.facts('risk.profiles')).length > 0, outputs);
    const [changed, ...more] = await platform.facts<ProfileChanged>('risk.profiles');
    expect(more).toEqual([]);
    expect(changed).toMatchObject({ name: 'careful', actor: 'ada', reason: 'less risk', causes: ['p-1'] });
    expect(changed!.profile).toBe(riskProfileText(parseRiskProfile(JSON.parse(next))));
    await services.get('risk')!.end('SIGKILL');
    start('risk');
    await services.get('risk')!.ready();
    await eventually(
      'risk answers',
      () =>
        ask().then(
          () => true,
          () => false,
        ),
      outputs,
    );
    expect(await ask()).toMatchObject({ profileName: 'careful', profileReloaded: true });
    expect((await platform.databases.risk.unitOfWork.load<RiskState>('account/paper-1'))?.state.profileText).toBe(changed!.profile);
  });
});
