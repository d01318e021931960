import { PermanentError } from '@tradewind/messaging';
import { VersionConflictError } from '@tradewind/database';
import { describe, expect, it } from 'vitest';
import { classifyError, createLogger, Health, Shutdown } from '../src/index.js';

const silent = createLogger({ service: 'test', level: 'silent', secrets: [] });

describe('ordered stop', () => {
  it('goes phase by phase, inside a phase the last registered first, and only once', async () => {
    const order: string[] = [];
    const shutdown = new Shutdown(silent, 1_000);
    const add = (phase: Parameters<Shutdown['add']>[0], name: string): void => shutdown.add(phase, name, () => void order.push(name));
    add('bus', 'bus');
    add('storage', 'database');
    add('service', 'first');
    add('service', 'second');
    add('intake', 'subscriptions');
    add('telemetry', 'port');
    add('relay', 'relay');
    expect(await Promise.all([shutdown.run(), shutdown.run()])).toEqual([true, true]);
    expect(order).toEqual(['subscriptions', 'second', 'first', 'relay', 'database', 'bus', 'port']);
  });

  it('leaves time for the rest when a step hangs or throws, and says that it was not clean', async () => {
    const order: string[] = [];
    const shutdown = new Shutdown(silent, 400);
    shutdown.add('intake', 'hangs', () => new Promise(() => undefined));
    shutdown.add('relay', 'throws', () => {
      throw new Error('planted');
    });
    shutdown.add('bus', 'last', () => void order.push('last'));
    const started = performance.now();
    expect(await shutdown.run()).toBe(false);
    expect(order).toEqual(['last']);
    expect(performance.now() - started).toBeLessThan(600);
  });
});

describe('health', () => {
  it('is unready until marked, while a dependency is away, and once it stops; live all the while', async () => {
    const health = new Health();
    let away = true;
    health.register('database', () => (away ? Promise.reject(new Error('refused')) : Promise.resolve()));
    expect(await health.ready()).toEqual({ ok: false, checks: { state: 'starting', database: 'refused' } });
    health.markReady();
    expect((await health.ready()).ok).toBe(false);
    away = false;
    expect(await health.ready()).toEqual({ ok: true, checks: { state: 'ok', database: 'ok' } });
    health.markStopping();
    expect((await health.ready()).checks['state']).toBe('stopping');
    expect(health.live().ok).toBe(true);
    health.markFatal('stuck');
    expect(health.live()).toEqual({ ok: false, checks: { process: 'stuck' } });
  });
});

describe('errors of handlers', () => {
  it.each([
    [Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }), 'retry-forever'],
    [Object.assign(new Error('full'), { code: '53100' }), 'retry-forever'],
    [new PermanentError('never'), 'dead-letter'],
    [Object.assign(new Error('bad field'), { name: 'ContractError' }), 'dead-letter'],
    [new VersionConflictError('a', 1), 'retry'],
    [new TypeError('bug'), 'retry'],
    ['text', 'retry'],
  ])('%s means %s', (error, classification) => expect(classifyError(error)).toBe(classification));
});
