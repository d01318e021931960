import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { type EventName, STEP_KEY } from '@tradewind/contracts';
import { migrate } from '@tradewind/database';
import { type Bus, connectBus, ensureTopology } from '@tradewind/messaging';
import { startTestNats, TcpProxy, type TestNats, type TestPostgres } from '@tradewind/testkit';
import { decodeRpcResponse, encodeRpcRequest, wireCodec } from '@tradewind/wire';
import { Registry } from 'prom-client';

import { type BrokerName, LINKS, type LinkName, type ServerName, SERVICES, type ServiceName } from './plan.js';
import type { VenueBooks } from './rehearsed-venue.js';
import type { VenueAnswer, VenueOrder } from './venue-process.js';
import { Victim } from './victim.js';

const root = resolve(import.meta.dirname, '../../..');
const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const ASK_MS = 10_000;
/** What an order looks like as it goes out. */
const ORDER_LEAVES: Readonly<Record<BrokerName, RegExp>> = {
  alpaca: /^POST \/v2\/orders /,
  // A frame: four bytes of length, then the number of placeOrder.
  'interactive-brokers': /^[^]{4}3\0/,
};
const TYPESCRIPT = [
  '--disable-warning=ExperimentalWarning',
  '--experimental-transform-types',
  '--import',
  join(root, 'scripts/typescript-imports.mjs'),
];

/** The demo's profile without the limits that would end a busy minute early. */
const profileText = (): string => {
  const profile = JSON.parse(readFileSync(join(root, 'services/risk/profiles/demo.json'), 'utf8')) as {
    limits: Record<string, unknown>;
    breakers: Record<string, unknown>;
  };
  profile.limits['tradesPerDayMax'] = 1_000;
  profile.breakers['drawdownReduce'] = { limit: '0.40', rearm: '0.30' };
  profile.breakers['drawdownClose'] = { limit: '0.50', rearm: '0.30' };
  profile.breakers['dailyLoss'] = { limit: '0.40' };
  profile.breakers['weeklyLoss'] = { limit: '0.45' };
  return JSON.stringify(profile);
};

/** What the service that trades is told of a broker that listens on a port: quick to despair, so that a run is short. */
const brokerSettings = (broker: BrokerName, port: number): Readonly<Record<string, string>> =>
  broker === 'alpaca'
    ? {
        TW_BROKER_ALPACA_KEY_ID: 'local-key-id',
        TW_BROKER_ALPACA_SECRET: 'local-secret',
        TW_BROKER_ALPACA_REST_URL: `http://127.0.0.1:${port}`,
        TW_BROKER_ALPACA_STREAM_URL: `ws://127.0.0.1:${port}/stream`,
        TW_BROKER_ALPACA_REQUESTS_PER_MINUTE: '100000',
        TW_BROKER_ALPACA_REQUEST_TIMEOUT_MS: '1500',
        TW_BROKER_ALPACA_BACKOFF_MAX_MS: '1000',
        TW_BROKER_ALPACA_PING_MS: '1000',
        TW_BROKER_ALPACA_SILENCE_MS: '3000',
      }
    : {
        TW_BROKER_INTERACTIVE_BROKERS_PORT: String(port),
        TW_BROKER_INTERACTIVE_BROKERS_CONNECT_TIMEOUT_MS: '2000',
        TW_BROKER_INTERACTIVE_BROKERS_ANSWER_TIMEOUT_MS: '1500',
        TW_BROKER_INTERACTIVE_BROKERS_QUESTION_TIMEOUT_MS: '4000',
        TW_BROKER_INTERACTIVE_BROKERS_HEARTBEAT_MS: '1000',
        TW_BROKER_INTERACTIVE_BROKERS_BACKOFF_BASE_MS: '100',
        TW_BROKER_INTERACTIVE_BROKERS_BACKOFF_MAX_MS: '1000',
        TW_BROKER_INTERACTIVE_BROKERS_COMMISSION_WAIT_MS: '200',
      };

const databasePort = (url: string): number => Number(new URL(url).port);
const through = (url: string, port: number): string => {
  const moved = new URL(url);
  moved.port = String(port);
  return moved.href;
};

interface Stored<T> {
  readonly sequence: number;
  readonly fact: T;
}

/** A real bus, a real database, a broker and the two services of an account, each connection through a proxy of its own. */
export class Arena implements AsyncDisposable {
  readonly victims: Readonly<Record<ServiceName, Victim>>;
  private asks = 0;
  private venueFault = '';
  private readonly asked = new Map<number, (books: VenueBooks) => void>();
  private readonly seen = new Map<EventName, Stored<unknown>[]>();

  private constructor(
    private readonly broker: BrokerName,
    private readonly servers: Readonly<Record<ServerName, TestNats | TestPostgres>>,
    readonly bus: Bus,
    readonly links: Readonly<Record<LinkName, TcpProxy>>,
    readonly venue: ChildProcess,
    private readonly folder: string,
    databaseUrl: string,
  ) {
    this.victims = Object.fromEntries(SERVICES.map((name) => [name, this.victimOf(name, databaseUrl)])) as Record<ServiceName, Victim>;
    venue.on('error', (error) => (this.venueFault = String(error)));
    venue.on('message', (answer: VenueAnswer) => {
      if (!('id' in answer)) return;
      this.asked.get(answer.id)?.(answer.books);
      this.asked.delete(answer.id);
    });
  }

  static async open(postgres: TestPostgres, name: string, broker: BrokerName): Promise<Arena> {
    const folder = mkdtempSync(join(tmpdir(), 'tradewind-chaos-'));
    writeFileSync(join(folder, 'profile.json'), profileText());
    const venue = fork(join(import.meta.dirname, 'venue-process.ts'), [broker], { execArgv: TYPESCRIPT });
    const ready = once(venue, 'message') as Promise<[{ readonly port: number }]>;
    const nats = await startTestNats();
    const databaseUrl = await postgres.createDatabase(name);
    for (const schema of SERVICES)
      await migrate({ url: databaseUrl, schema, migrationsDir: join(root, 'services', schema, 'prisma/migrations/'), log: silent });
    const bus = await connectBus({ servers: nats.url, name: 'chaos', codec: wireCodec, registry: new Registry(), log: silent });
    await ensureTopology(bus, 1);
    const [{ port }] = await ready;
    const ports: Readonly<Record<LinkName, number>> = {
      'nats-orders': nats.port,
      'nats-risk': nats.port,
      'postgres-orders': databasePort(databaseUrl),
      'postgres-risk': databasePort(databaseUrl),
      broker: port,
    };
    const proxies = await Promise.all(LINKS.map(async (link) => [link, await TcpProxy.start(ports[link])] as const));
    return new Arena(
      broker,
      { nats, postgres },
      bus,
      Object.fromEntries(proxies) as Record<LinkName, TcpProxy>,
      venue,
      folder,
      databaseUrl,
    );
  }

  private victimOf(name: ServiceName, databaseUrl: string): Victim {
    const own: Readonly<Record<string, string>> =
      name === 'risk'
        ? { TW_RISK_PROFILE_PATH: join(this.folder, 'profile.json') }
        : {
            TW_ORDERS_BROKER: this.broker,
            TW_ORDERS_RECONCILE_SECONDS: '2',
            TW_ORDERS_RECONCILE_CONFIRM_SECONDS: '3',
            TW_ORDERS_RISK_SILENCE_SECONDS: '0',
            TW_ORDERS_DATA_SILENCE_INTERVALS: '0',
            ...brokerSettings(this.broker, this.links.broker.port),
          };
    return new Victim(name, {
      arguments: ['--import', join(import.meta.dirname, 'clock.mjs'), join(root, 'services', name, 'dist/main.js')],
      environment: {
        CHAOS_CLOCK_FILE: this.clockFile(name),
        TW_NATS_URL: `nats://127.0.0.1:${this.links[`nats-${name}`].port}`,
        TW_DATABASE_URL: through(databaseUrl, this.links[`postgres-${name}`].port),
        TW_PARTITIONS: '1',
        ...own,
      },
    });
  }

  clockFile(name: ServiceName): string {
    return join(this.folder, `clock-${name}`);
  }

  tell(order: VenueOrder): void {
    this.venue.send(order);
  }

  /** The books of the broker; asked past the proxies. */
  async venueBooks(): Promise<VenueBooks> {
    this.asks += 1;
    const id = this.asks;
    return new Promise((settle, fail) => {
      const timer = setTimeout(() => fail(new Error('the venue does not show its books')), ASK_MS);
      this.asked.set(id, (books) => {
        clearTimeout(timer);
        settle(books);
      });
      this.tell({ say: 'books', id });
    });
  }

  /** Kills orders in the moment in which the next order leaves it; false when none did in time. */
  async killAtSend(reaches: boolean, withinMs: number): Promise<boolean> {
    const { broker } = this.links;
    const left = new Promise<boolean>((settle) => {
      const timer = setTimeout(() => settle(false), withinMs);
      broker.inspect((chunk) => {
        if (!ORDER_LEAVES[this.broker].test(chunk)) return true;
        broker.inspect(() => true);
        clearTimeout(timer);
        void this.victims.orders.kill().then(() => settle(true));
        return reaches;
      });
    });
    const did = await left;
    broker.inspect(() => true);
    return did;
  }

  /** SIGKILL, and up again on the same data. */
  async serverAway(name: ServerName, ms: number): Promise<void> {
    const server = this.servers[name];
    await server.kill();
    await pause(ms);
    await server.restart();
  }

  /** Published once the bus is there to take it; twice is once. */
  async publish(event: EventName, fact: object, id: string, key: string = STEP_KEY): Promise<void> {
    const deadline = performance.now() + ASK_MS * 3;
    for (;;) {
      try {
        await this.bus.publish(this.bus.envelope(event, fact, { id, partition: 0, key }));
        return;
      } catch (error) {
        if (performance.now() > deadline) throw error;
        await pause(100);
      }
    }
  }

  /** Everything of an event so far, in stream order, with its place in the stream. */
  async stored<T>(event: EventName): Promise<readonly Stored<T>[]> {
    const seen = this.seen.get(event) ?? [];
    this.seen.set(event, seen);
    for await (const received of this.bus.readStream({ event, fromSequence: (seen.at(-1)?.sequence ?? 0) + 1 }))
      seen.push({ sequence: received.sequence, fact: received.decode() });
    return seen as Stored<T>[];
  }

  async facts<T>(event: EventName): Promise<readonly T[]> {
    return (await this.stored<T>(event)).map(({ fact }) => fact);
  }

  async ordersStatus(accountId: string) {
    return decodeRpcResponse(
      'orders.status',
      await this.bus.request('orders.status', encodeRpcRequest('orders.status', { accountId }), 2_000),
    );
  }

  logs(): string {
    return [
      this.venueFault,
      ...SERVICES.map((name) => `== ${name}, started ${this.victims[name].starts} times\n${this.victims[name].output}`),
    ].join('\n');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(SERVICES.map((name) => this.victims[name].retire()));
    this.venue.kill('SIGCONT');
    this.venue.kill('SIGKILL');
    await this.bus.close();
    await Promise.all([...LINKS.map((link) => this.links[link].close()), (this.servers.nats as TestNats).dispose()]);
    rmSync(this.folder, { recursive: true, force: true });
  }
}
