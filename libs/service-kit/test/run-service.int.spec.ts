import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { migrate } from '@tradewind/database';
import { connectBus, ensureTopology } from '@tradewind/messaging';
import type { Bus, Codec } from '@tradewind/messaging';
import { startTestNats, startTestPostgres } from '@tradewind/testkit';
import type { TestNats, TestPostgres } from '@tradewind/testkit';
import { Registry } from 'prom-client';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createLogger } from '../src/index.js';

const log = createLogger({ service: 'test', level: 'silent', secrets: [] });
const codec: Codec = {
  encode: (_name, fact) => new TextEncoder().encode(JSON.stringify(fact)),
  decode: (_name, bytes) => JSON.parse(new TextDecoder().decode(bytes)) as unknown,
};

interface Service {
  readonly child: ChildProcess;
  readonly lines: readonly Record<string, unknown>[];
  readonly exit: Promise<number | null>;
  said(message: string): Promise<Record<string, unknown>>;
}

let nats: TestNats;
let postgres: TestPostgres;
let bus: Bus;
const running = new Set<ChildProcess>();

const start = (settings: Record<string, string> = {}): Service => {
  const child = spawn(
    process.execPath,
    ['--conditions=source', '--import', import.meta.resolve('tsx'), fileURLToPath(new URL('tiny-service.ts', import.meta.url))],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { PATH: process.env['PATH'], TW_NATS_URL: nats.url, TW_DATABASE_URL: postgres.url, ...settings },
    },
  );
  running.add(child);
  const lines: Record<string, unknown>[] = [];
  let rest = '';
  child.stdout.on('data', (chunk: Buffer) => {
    const parts = (rest + chunk.toString()).split('\n');
    rest = parts.pop() ?? '';
    for (const part of parts) lines.push(JSON.parse(part) as Record<string, unknown>);
  });
  const exit = new Promise<number | null>((resolve) =>
    child.once('close', (code) => {
      running.delete(child);
      resolve(code);
    }),
  );
  const said = async (message: string): Promise<Record<string, unknown>> => {
    await expect.poll(() => lines.map((line) => String(line['msg'])), { timeout: 20_000 }).toContain(message);
    return lines.find((line) => line['msg'] === message) ?? {};
  };
  return { child, lines, exit, said };
};

const publish = async (from: number, until: number): Promise<void> => {
  for (let step = from; step < until; step += 1)
    await bus.publish(bus.envelope('market.bars', { step }, { id: `bars/${step}`, partition: 0, key: 'step' }));
};

const published = async (): Promise<readonly unknown[]> => {
  const facts: unknown[] = [];
  for await (const event of bus.readStream({ event: 'features.vectors' })) facts.push(event.decode());
  return facts;
};

const sums = (count: number): readonly unknown[] => Array.from({ length: count }, (_, step) => ({ step, sum: (step * (step + 1)) / 2 }));

beforeAll(async () => {
  [nats, postgres] = await Promise.all([startTestNats(), startTestPostgres()]);
  bus = await connectBus({ servers: nats.url, name: 'test', codec, registry: new Registry(), log });
});
afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
});
afterAll(async () => {
  await bus.close();
  await Promise.all([nats.dispose(), postgres.dispose()]);
});

describe('a service process', () => {
  it('ends with 78 and every fault of its settings, secrets unseen', async () => {
    const service = start({ TW_DATABASE_URL: 'mysql://u:hunter2@h/d', TW_PARTITIONS: 'two', TW_FEATURES_TOKN: 'x', TW_LOG_LEVL: 'info' });
    expect(await service.exit).toBe(78);
    expect(service.lines.map((line) => `${String(line['level'])} ${String(line['variable'])} ${String(line['rule'])}`)).toEqual([
      'fatal TW_DATABASE_URL invalid',
      'fatal TW_PARTITIONS invalid',
      'fatal TW_FEATURES_TOKN unknown',
      'fatal TW_LOG_LEVL unknown',
    ]);
    expect(JSON.stringify(service.lines)).not.toContain('hunter2');
  });

  it('refuses to run on a database that is not migrated, naming the migration', async () => {
    const service = start();
    expect(await service.exit).toBe(78);
    expect(service.lines.at(-1)).toMatchObject({ level: 'fatal', err: { type: 'MigrationError', code: 'pending' } });
    await migrate({
      url: postgres.url,
      schema: 'features',
      migrationsDir: fileURLToPath(new URL('../../../services/analysis/prisma/migrations', import.meta.url)),
      log,
    });
  });

  it('refuses to run on a bus without the declared topology', async () => {
    const service = start();
    expect(await service.exit).toBe(78);
    expect(service.lines.at(-1)).toMatchObject({ level: 'fatal', err: { type: 'TopologyError' } });
    await ensureTopology(bus, 1);
  });

  it('says which port is taken and how to choose another', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    const service = start({ TW_HTTP_PORT: String(port) });
    expect(await service.exit).toBe(69);
    expect(String(service.lines.at(-1)?.['msg'])).toBe(
      `port ${port} on 127.0.0.1 is taken by another program: set TW_HTTP_PORT to a free one, or to 0 for any`,
    );
    other.close();
  });

  it('handles steps, answers probes, shows metrics, hides secrets, and stops in order on SIGTERM', async () => {
    const service = start({ TW_FEATURES_TOKEN: 'tok-hunter2' });
    const { httpPort } = await service.said('features is ready');
    const url = `http://127.0.0.1:${String(httpPort)}`;
    await publish(0, 5);
    await expect.poll(published, { timeout: 10_000 }).toEqual(sums(5));
    const [live, ready, metrics] = await Promise.all(['/health/live', '/health/ready', '/metrics'].map((path) => fetch(url + path)));
    expect([live?.status, ready?.status, metrics?.status]).toEqual([200, 200, 200]);
    expect(await ready?.json()).toEqual({ ok: true, checks: { state: 'ok', bus: 'ok', database: 'ok' } });
    const text = (await metrics?.text()) ?? '';
    for (const name of [
      'nodejs_eventloop_lag_seconds',
      'process_resident_memory_bytes',
      'tw_stage_seconds_bucket',
      'tw_stage_version',
      'tw_outbox_rows',
      'tw_outbox_oldest_seconds',
    ]) {
      expect(text).toContain(name);
    }
    expect(text).toContain('tw_stage_version{stage="sum",service="features"} 5');
    expect((await fetch(`${url}/nothing`)).status).toBe(404);
    expect((await fetch(`${url}/metrics`, { method: 'POST' })).status).toBe(405);
    service.child.kill('SIGTERM');
    expect(await service.exit).toBe(0);
    const messages = service.lines.map((line) => line['msg']);
    expect(messages.slice(messages.indexOf('stopping'))).toEqual(['stopping', 'on shutdown', 'stopped']);
    expect(await service.said('built')).toMatchObject({ note: 'token [redacted] at [redacted]' });
  });

  it('goes on where it was after SIGKILL in the middle of steps: every step once, in order', async () => {
    let service = start();
    await service.said('features is ready');
    const publishing = publish(5, 205);
    for (let kill = 0; kill < 3; kill += 1) {
      await new Promise((resolve) => setTimeout(resolve, 100 + 70 * kill));
      service.child.kill('SIGKILL');
      await service.exit;
      service = start();
      await service.said('features is ready');
    }
    await publishing;
    await expect.poll(published, { timeout: 20_000 }).toEqual(sums(205));
    service.child.kill('SIGTERM');
    expect(await service.exit).toBe(0);
  }, 90_000);

  it('waits for a database that is away, is unready meanwhile, and needs no restart', async () => {
    const service = start();
    const { httpPort } = await service.said('features is ready');
    const readiness = async (): Promise<number> => (await fetch(`http://127.0.0.1:${String(httpPort)}/health/ready`)).status;
    await postgres.kill();
    await publish(205, 210);
    await expect.poll(readiness, { timeout: 10_000 }).toBe(503);
    await postgres.restart();
    await expect.poll(published, { timeout: 20_000 }).toEqual(sums(210));
    await expect.poll(readiness, { timeout: 10_000 }).toBe(200);
    service.child.kill('SIGTERM');
    expect(await service.exit).toBe(0);
  }, 60_000);

  it('starts before its database does, and waits for it', async () => {
    await postgres.kill();
    const service = start();
    await service.said('the database is not available yet; waiting');
    await postgres.restart();
    await service.said('features is ready');
    service.child.kill('SIGTERM');
    expect(await service.exit).toBe(0);
  }, 60_000);

  it('sends the traces of its handlers to the OTLP endpoint, under its own name', async () => {
    const received: { path: string | undefined; body: string }[] = [];
    const collector = createHttpServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        received.push({ path: request.url, body: Buffer.concat(chunks).toString() });
        response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
      });
    });
    await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
    const service = start({ OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(collector.address() as AddressInfo).port}` });
    await service.said('features is ready');
    await publish(210, 211);
    await expect.poll(published, { timeout: 10_000 }).toEqual(sums(211));
    service.child.kill('SIGTERM');
    expect(await service.exit).toBe(0);
    collector.close();
    expect(received.map((request) => request.path)).toContain('/v1/traces');
    const spans = received.map((request) => request.body).join('');
    for (const expected of ['"service.name"', '"features"', 'market.bars']) expect(spans).toContain(expected);
  });

  it('ends with 1 and a fatal line on a bug that nobody caught, the step not lost', async () => {
    const service = start({ TW_FEATURES_CRASH_AT_STEP: '211' });
    await service.said('features is ready');
    await publish(211, 212);
    expect(await service.exit).toBe(1);
    expect(service.lines.at(-1)).toMatchObject({
      level: 'fatal',
      msg: 'uncaught exception: the process ends',
      err: { message: 'planted bug' },
    });
    const next = start();
    await next.said('features is ready');
    await expect.poll(published, { timeout: 10_000 }).toEqual(sums(212));
    next.child.kill('SIGINT');
    expect(await next.exit).toBe(0);
  });
});
