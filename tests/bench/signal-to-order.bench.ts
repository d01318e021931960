import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { type EventName, STEP_KEY, subjectFilterOf } from '@tradewind/contracts';
import { migrate } from '@tradewind/database';
import { type Bus, connectBus, ensureTopology } from '@tradewind/messaging';
import type { ExecutionsReported, OrdersChanged, OrdersPlaced } from '@tradewind/orders';
import { startTestNats, startTestPostgres, type TestNats, type TestPostgres } from '@tradewind/testkit';
import { wireCodec } from '@tradewind/wire';
import { Registry } from 'prom-client';

import { barsOf, decisionsOf, quotesOf, SYMBOLS, type TapeStep } from '../chaos/desk/tape.js';
import { Victim } from '../chaos/desk/victim.js';
import { bareCommits, bareHops, bareRoundTrips } from './floors.js';
import { type Benchmark, quantile, type Report } from './harness.js';
import type { OrderTimes, VenueWord } from './timed-venue.js';

const STEPS = 260;
/** Left out: processes that have just started are not yet compiled. */
const WARM_UP_STEPS = 60;
const ANSWER_MAX_MS = 15_000;
/** Between the bars of a step and its decisions: about what the model takes. */
const MODEL_MS = 8;
/** For what follows an order (fill, protective stop) to be over. */
const SETTLE_MS = 25;
/** Shares at the best price: more than any order wants. */
const DEEP = '10000';
const root = resolve(import.meta.dirname, '../..');
const SERVICES = ['risk', 'orders'] as const;
const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const TYPESCRIPT = [
  '--disable-warning=ExperimentalWarning',
  '--experimental-transform-types',
  '--import',
  join(root, 'scripts/typescript-imports.mjs'),
];

/** Each symbol is entered and left in turn, at a price that hardly moves, and every order meets a market that takes it at once. */
const steps: readonly TapeStep[] = Array.from({ length: STEPS }, (_, step) => ({
  step,
  moves: SYMBOLS.map((symbol, index) => ({
    symbol,
    close: (100 + 60 * index + (step % 5) * 0.01).toFixed(2),
    halfSpread: 0.0002,
    size: DEEP,
    decision: index !== step % SYMBOLS.length ? 'NONE' : Math.floor(step / SYMBOLS.length) % 2 === 0 ? 'ENTER' : 'EXIT',
    confidence: 0.8,
  })),
}));

/** The demo's profile, for an account that trades all day long. */
const profileText = (): string => {
  const profile = JSON.parse(readFileSync(join(root, 'services/risk/profiles/demo.json'), 'utf8')) as { limits: Record<string, unknown> };
  profile.limits['tradesPerDayMax'] = 1_000;
  return JSON.stringify(profile);
};

/** Waits for facts as they are told. */
class Ear {
  private readonly waiting = new Set<() => void>();
  readonly executed = new Set<number>();
  readonly placed = new Map<number, OrdersPlaced>();
  readonly settled = new Set<string>();

  constructor(bus: Bus) {
    this.hear<ExecutionsReported>(bus, 'orders.executions', ({ header }) => this.executed.add(header.step));
    this.hear<OrdersPlaced>(bus, 'orders.placed', (fact) => this.placed.set(fact.header.step, fact));
    this.hear<OrdersChanged>(bus, 'orders.changes', ({ events }) => {
      for (const { type, clientOrderId } of events)
        if (type === 'OrderAccepted' || type === 'OrderRejected') this.settled.add(clientOrderId);
    });
  }

  private hear<T>(bus: Bus, event: EventName, take: (fact: T) => void): void {
    bus.connection.subscribe(subjectFilterOf(event, 0), {
      callback: (_error, { data }) => {
        take(wireCodec.decode(event, data) as T);
        for (const look of this.waiting) look();
      },
    });
  }

  async until(what: string, isTrue: () => boolean): Promise<void> {
    if (isTrue()) return;
    const { promise, resolve: done, reject } = Promise.withResolvers<void>();
    const timer = setTimeout(() => reject(new Error(`never: ${what}`)), ANSWER_MAX_MS);
    const look = (): void => void (isTrue() && done());
    this.waiting.add(look);
    await promise.finally(() => (clearTimeout(timer), this.waiting.delete(look)));
  }
}

interface Place {
  readonly bus: Bus;
  readonly venue: ChildProcess;
  readonly services: readonly Victim[];
  readonly urls: Readonly<Record<string, string>>;
}

const placeOf = async (
  nats: TestNats,
  postgres: TestPostgres,
  folder: string,
  broker: 'paper' | 'alpaca',
): Promise<Place & AsyncDisposable> => {
  const venue = fork(join(import.meta.dirname, 'timed-venue.ts'), [], { execArgv: TYPESCRIPT });
  const ready = once(venue, 'message') as Promise<[{ readonly port: number }]>;
  const databaseUrl = await postgres.createDatabase(`bench_${broker}`);
  for (const schema of SERVICES)
    await migrate({ url: databaseUrl, schema, migrationsDir: join(root, 'services', schema, 'prisma/migrations/'), log: silent });
  const bus = await connectBus({ servers: nats.url, name: 'bench', codec: wireCodec, registry: new Registry(), log: silent });
  await ensureTopology(bus, 1);
  const [{ port }] = await ready;
  const urls: Record<string, string> = {};
  const services = await Promise.all(
    SERVICES.map(async (name, index) => {
      const httpPort = 20_000 + ((process.pid * 2 + index) % 20_000);
      urls[name] = `http://127.0.0.1:${httpPort}`;
      const service = new Victim(name, {
        arguments: [join(root, 'services', name, 'dist/main.js')],
        environment: {
          TW_NATS_URL: nats.url,
          TW_DATABASE_URL: databaseUrl,
          TW_HTTP_PORT: String(httpPort),
          TW_RISK_PROFILE_PATH: join(folder, 'profile.json'),
          TW_ORDERS_BROKER: broker,
          TW_ORDERS_RISK_SILENCE_SECONDS: '0',
          TW_ORDERS_DATA_SILENCE_INTERVALS: '0',
          TW_BROKER_ALPACA_KEY_ID: 'local-key-id',
          TW_BROKER_ALPACA_SECRET: 'local-secret',
          TW_BROKER_ALPACA_REST_URL: `http://127.0.0.1:${port}`,
          TW_BROKER_ALPACA_STREAM_URL: `ws://127.0.0.1:${port}/stream`,
          TW_BROKER_ALPACA_REQUESTS_PER_MINUTE: '100000',
        },
      });
      service.start();
      return service;
    }),
  );
  return {
    bus,
    venue,
    services,
    urls,
    [Symbol.asyncDispose]: async () => {
      await Promise.all(services.map((service) => service.retire()));
      venue.kill('SIGKILL');
      await bus.close();
    },
  };
};

const publish = (bus: Bus, event: EventName, fact: { readonly header: { readonly id: string } }) =>
  bus.publish(bus.envelope(event, fact, { id: fact.header.id, partition: 0, key: STEP_KEY }));

const submittedIn = (placed: OrdersPlaced | undefined): readonly string[] =>
  (placed?.events ?? []).flatMap(({ type, clientOrderId }) => (type === 'OrderSubmitted' ? [clientOrderId] : []));

const trade = async ({ bus, venue }: Place, broker: 'paper' | 'alpaca'): Promise<void> => {
  const ear = new Ear(bus);
  for (const step of steps) {
    venue.send({ quotes: quotesOf(step) } satisfies VenueWord);
    const now = Date.now();
    await publish(bus, 'market.bars', barsOf(step, now));
    await ear.until(`step ${step.step} is executed`, () => ear.executed.has(step.step));
    await pause(MODEL_MS);
    await publish(bus, 'signals.decisions', decisionsOf(step, now));
    await ear.until(`step ${step.step} is placed`, () => ear.placed.has(step.step));
    if (broker === 'paper') continue;
    const orders = submittedIn(ear.placed.get(step.step));
    await ear.until(`${orders.join()} of step ${step.step} is acknowledged`, () => orders.every((order) => ear.settled.has(order)));
    await pause(SETTLE_MS);
  }
};

/** When the bus stored what was told of each step with an order, and of its acknowledgement, in milliseconds. */
interface Told {
  readonly decided: number;
  readonly judged: number;
  readonly placed: number;
  /** Undefined on the paper venue. */
  readonly acknowledged: number | undefined;
}

const toldOf = async (bus: Bus): Promise<readonly Told[]> => {
  const read = async <T>(event: EventName, take: (fact: T, at: number) => void): Promise<void> => {
    for await (const received of bus.readStream({ event })) take(received.decode() as T, Number(received.publishedAt) / 1e6);
  };
  const decided = new Map<number, number>();
  const judged = new Map<number, number>();
  const acknowledged = new Map<string, number>();
  const told: Told[] = [];
  await read<OrdersPlaced>('signals.decisions', ({ header }, at) => decided.set(header.step, at));
  await read<OrdersPlaced>('risk.verdicts', ({ header }, at) => judged.set(header.step, at));
  await read<OrdersChanged>('orders.changes', ({ events }, at) => {
    for (const { type, clientOrderId } of events)
      if (type === 'OrderAccepted' && !acknowledged.has(clientOrderId)) acknowledged.set(clientOrderId, at);
  });
  await read<OrdersPlaced>('orders.placed', (fact, placed) => {
    const { step } = fact.header;
    const [order] = submittedIn(fact);
    const isTrade = fact.events.some(({ type }) => type === 'OrderInitialized');
    if (step < WARM_UP_STEPS || !isTrade) return;
    told.push({
      decided: decided.get(step)!,
      judged: judged.get(step)!,
      placed,
      acknowledged: order === undefined ? undefined : acknowledged.get(order),
    });
  });
  return told;
};

/** Mean milliseconds to decide and commit, of all messages of the service so far. */
const meanCommit = async (url: string): Promise<number> => {
  const text = await (await fetch(new URL('/metrics', url))).text();
  const total = (suffix: string): number =>
    [...text.matchAll(new RegExp(`^tw_stage_seconds_${suffix}\\{[^}]*\\} (\\S+)$`, 'gm'))].reduce((sum, [, one]) => sum + Number(one), 0);
  return (total('sum') / total('count')) * 1_000;
};

const tell = (report: Report, label: string, samples: readonly number[], whole?: number): number => {
  const p50 = quantile(samples, 0.5);
  report.row(`${label} p50${whole === undefined ? '' : ` (${Math.round((p50 / whole) * 100)}%)`}`, p50, 'ms');
  report.row(`${' '.repeat(label.length)} p99`, quantile(samples, 0.99), 'ms');
  return p50;
};

const timesOf = async (venue: ChildProcess): Promise<readonly OrderTimes[]> => {
  venue.send({ ask: 'times' } satisfies VenueWord);
  const [{ times }] = (await once(venue, 'message')) as [{ readonly times: readonly OrderTimes[] }];
  return times;
};

const reportDesk = async (report: Report, place: Place, floor: number): Promise<void> => {
  const times = await timesOf(place.venue);
  const rows = (await toldOf(place.bus)).flatMap(({ acknowledged, ...told }) => {
    const venue = times.find(({ cameAt }) => cameAt > told.judged);
    return acknowledged === undefined || venue === undefined ? [] : [{ ...told, ...venue, acknowledged }];
  });
  report.row('orders measured', rows.length, '');
  const whole = tell(
    report,
    'signal to acknowledgement on the bus',
    rows.map(({ acknowledged, decided }) => acknowledged - decided),
  );
  report.row(`${' '.repeat(36)} longest`, Math.max(...rows.map(({ acknowledged, decided }) => acknowledged - decided)), 'ms');
  tell(
    report,
    'intent on the bus to acknowledgement',
    rows.map(({ acknowledged, judged }) => acknowledged - judged),
  );
  tell(
    report,
    'signal -> verdict (risk: takes in, decides, commits)',
    rows.map(({ judged, decided }) => judged - decided),
    whole,
  );
  tell(
    report,
    'verdict -> order placed (orders: takes in, commits)',
    rows.map(({ placed, judged }) => placed - judged),
    whole,
  );
  tell(
    report,
    'order placed -> request at the venue (commits it as sent)',
    rows.map(({ cameAt, placed }) => cameAt - placed),
    whole,
  );
  tell(
    report,
    'request -> answer, in the venue',
    rows.map(({ answeredAt, cameAt }) => answeredAt - cameAt),
    whole,
  );
  tell(
    report,
    'answer -> acknowledgement on the bus (commits)',
    rows.map(({ acknowledged, answeredAt }) => acknowledged - answeredAt),
    whole,
  );
  for (const name of SERVICES) report.row(`${name}: to decide and commit a message, mean`, await meanCommit(place.urls[name]!), 'ms');
  report.ratio('signal to acknowledgement p50 against the floor', whole, floor);
};

const run = async (report: Report): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'tradewind-bench-'));
  writeFileSync(join(folder, 'profile.json'), profileText());
  await using postgres = await startTestPostgres();
  try {
    for (const broker of ['alpaca', 'paper'] as const) {
      const nats = await startTestNats();
      try {
        await using place = await placeOf(nats, postgres, folder, broker);
        await trade(place, broker).catch((error: unknown) => {
          throw new Error(`${String(error)}\n${place.services.map(({ output }) => output.slice(-2_000)).join('\n')}`);
        });
        if (broker === 'paper') {
          const rows = await toldOf(place.bus);
          tell(
            report,
            'paper venue of the steps: signal to order placed',
            rows.map(({ placed, decided }) => placed - decided),
          );
          continue;
        }
        const hop = quantile(await bareHops(place.bus), 0.5);
        const commit = quantile(await bareCommits(postgres.url), 0.5);
        const trip = quantile(await bareRoundTrips(), 0.5);
        report.row('floor: bare publish to deliver p50', hop, 'ms');
        report.row('floor: one transaction p50', commit, 'ms');
        report.row('floor: bare HTTP round trip p50', trip, 'ms');
        // Verdict, orders as placed, request as sent, answer: each is on disk before the next.
        const floor = 3 * hop + 4 * commit + trip;
        report.row('floor: three hops, four transactions, one round trip', floor, 'ms');
        await reportDesk(report, place, floor);
      } finally {
        await nats.dispose();
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

export const benchmark: Benchmark = { name: 'Signal to acknowledged order over the bus (aim: always under 500 ms)', run };
