import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Platform, readRunFile, resetState } from '../src/index.js';
import { isAlive } from '../src/process-identity.js';
import { type Clone, dying, healthy, makeClone, misconfigured } from './programs/clone.js';

describe('the platform', () => {
  let clone: Clone;
  let platform: Platform;
  const lines: string[] = [];
  beforeAll(async () => {
    clone = await makeClone({ 'market-data': healthy, risk: healthy });
    const onLog = (line: { process: string; message: string }): number => lines.push(`${line.process}: ${line.message}`);
    platform = await Platform.start({ root: clone.root, name: 'life', services: ['market-data', 'risk'], onLog });
  });
  afterAll(async () => {
    await platform.stop();
    await clone[Symbol.asyncDispose]();
  });

  it('runs NATS, Postgres and the services, each as a process, and records them for the next start', () => {
    expect(platform.names).toEqual(['nats-server', 'postgres', 'market-data', 'risk']);
    const run = readRunFile(platform.stateDir);
    expect(run?.urls).toMatchObject({ nats: platform.natsUrl, database: platform.databaseUrl, http: { risk: platform.httpUrl('risk') } });
    expect(run?.launcher.pid).toBe(process.pid);
    for (const pid of Object.values(platform.pids)) expect(isAlive(pid)).toBe(true);
  });

  it('keeps the record, which holds a password, from other users', () => {
    expect(statSync(join(platform.stateDir, 'run.json')).mode & 0o077).toBe(0);
  });

  it('merges the JSON lines of the services and keeps them raw in files', () => {
    expect(lines).toContain('risk: up');
    expect(readFileSync(join(platform.stateDir, 'logs/risk.log'), 'utf8')).toContain('"msg":"up"');
  });

  it.each(['risk', 'postgres', 'nats-server'])('starts %s again after SIGKILL, on the same address', async (name) => {
    const before = { pid: platform.pids[name], nats: platform.natsUrl, database: platform.databaseUrl, http: platform.httpUrl('risk') };
    const back = new Promise<void>((settle) => platform.on('started', (started, _, restart) => started === name && restart && settle()));
    expect(await platform.kill(name)).toBe(true);
    await back;
    expect(platform.pids[name]).not.toBe(before.pid);
    expect({ nats: platform.natsUrl, database: platform.databaseUrl, http: platform.httpUrl('risk') }).toEqual({
      nats: before.nats,
      database: before.database,
      http: before.http,
    });
    expect(platform.restarts[name]).toBe(1);
    expect(readRunFile(platform.stateDir)?.processes[name]?.pid).toBe(platform.pids[name]);
  });

  it('forgives deaths after which the service got ready again', async () => {
    for (let death = 0; death < 8; death += 1) {
      const ready = new Promise<void>((settle) => platform.once('ready', () => settle()));
      process.kill(platform.pids['risk'] ?? 0, 'SIGKILL');
      await ready;
    }
    expect(platform.failure).toBeUndefined();
  }, 60_000);

  it('refuses a second launcher on its state and names the live one', async () => {
    await expect(Platform.start({ root: clone.root, name: 'life', services: [] })).rejects.toMatchObject({
      code: 'ALREADY_RUNNING',
      message: expect.stringContaining(String(process.pid)) as string,
    });
    expect(() => resetState(clone.root, 'life')).toThrow(String(process.pid));
  });

  it('stops in order and leaves nothing: no process, no grandchild, no record, no lock', async () => {
    const pids = Object.values(platform.pids);
    const helpers = helperPids(platform.stateDir);
    expect(helpers.length).toBeGreaterThan(8);
    await platform.stop();
    await expect.poll(() => [...pids, ...helpers].filter(isAlive)).toEqual([]);
    expect(existsSync(join(platform.stateDir, 'run.json'))).toBe(false);
    expect(existsSync(join(platform.stateDir, 'lock'))).toBe(false);
    expect(lines.indexOf('market-data: stopping')).toBeLessThan(lines.lastIndexOf('risk: stopping'));
    resetState(clone.root, 'life');
    expect(existsSync(platform.stateDir)).toBe(false);
  });
});

describe('a service that does not run', () => {
  it('is given up after a few deaths, with its last words', async () => {
    await using clone = await makeClone({ inference: dying });
    await expect(Platform.start({ root: clone.root, name: 'loop', services: ['inference'] })).rejects.toMatchObject({
      code: 'CRASH_LOOP',
      message: expect.stringMatching(/inference ended 6 times[\s\S]*the model file is missing/) as string,
    });
  });

  it('is not started again when it refuses its settings', async () => {
    await using clone = await makeClone({ risk: misconfigured });
    const started = performance.now();
    await expect(Platform.start({ root: clone.root, name: 'settings', services: ['risk'] })).rejects.toMatchObject({
      code: 'CRASH_LOOP',
      message: expect.stringContaining('"yolo" is not one of') as string,
    });
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it('is reported when it was never built, and what had been started is stopped', async () => {
    await using clone = await makeClone({});
    await expect(Platform.start({ root: clone.root, name: 'unbuilt', services: ['audit'] })).rejects.toMatchObject({
      code: 'NOT_BUILT',
      message: expect.stringContaining('make build') as string,
    });
    expect(existsSync(join(clone.root, 'var/unbuilt/run.json'))).toBe(false);
  });

  it('gets another port when somebody took its own meanwhile', async () => {
    await using clone = await makeClone({ risk: healthy });
    const platform = await Platform.start({ root: clone.root, name: 'port', services: ['risk'] });
    try {
      const before = platform.httpUrl('risk');
      const thief = createServer();
      const ready = new Promise<void>((settle) => platform.once('ready', () => settle()));
      platform.once('died', () => thief.listen(Number(new URL(before).port), '127.0.0.1'));
      await platform.kill('risk');
      await ready;
      expect(platform.httpUrl('risk')).not.toBe(before);
      thief.close();
    } finally {
      await platform.stop();
    }
  });
});

function helperPids(stateDir: string): number[] {
  return [...readFileSync(join(stateDir, 'logs/risk.log'), 'utf8').matchAll(/"helper":(\d+)/g)].map((match) => Number(match[1]));
}
