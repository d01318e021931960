import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parseSettings, setting, SettingsError } from '../src/index.js';
import type { Environment } from '../src/index.js';

const own = z.object({
  slippageBps: setting.number({ least: 0, most: 500 }).default(5),
  venue: setting.oneOf(['paper', 'live']),
  venueToken: setting.secret().optional(),
  symbols: setting.list().default([]),
  cancelOnStop: setting.flag().default(false),
});

const good: Environment = {
  TW_NATS_URL: 'nats://127.0.0.1:4222',
  TW_DATABASE_URL: 'postgresql://tw:pass%2Fword@127.0.0.1:5432/tw', // not a secret
  TW_ORDERS_VENUE: 'paper',
  PATH: '/bin',
};

const faultsOf = (environment: Environment): readonly string[] => {
  try {
    parseSettings('orders', own, environment);
  } catch (error) {
    if (error instanceof SettingsError) return error.faults.map((fault) => `${fault.variable} ${fault.rule}`);
    throw error;
  }
  return [];
};

const messageOf = (environment: Environment): string => {
  try {
    parseSettings('orders', own, environment);
    return '';
  } catch (error) {
    return (error as Error).message;
  }
};

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'tradewind-settings-'));
});
afterAll(() => rmSync(dir, { recursive: true }));

describe('settings', () => {
  it('come typed, with defaults for what is not set', () => {
    const { config } = parseSettings('orders', own, {
      ...good,
      TW_ORDERS_SLIPPAGE_BPS: '2.5',
      TW_ORDERS_SYMBOLS: 'SPX, NDX,',
      TW_ORDERS_CANCEL_ON_STOP: 'yes',
      TW_PARTITIONS: '4',
    });
    expect(config).toMatchObject({
      slippageBps: 2.5,
      venue: 'paper',
      symbols: ['SPX', 'NDX'],
      cancelOnStop: true,
      partitions: 4,
      httpPort: 0,
      account: 'paper-1',
      mode: 'lockstep',
      logLevel: 'info',
    });
  });

  it('report every fault at once: missing, wrong, unknown of the base, unknown of the own prefix', () => {
    expect(
      faultsOf({
        TW_NATS_URL: 'http://x',
        TW_HTTP_PORT: '70000',
        TW_MODE: 'fast',
        TW_ORDERS_SLIPPAGE_BPS: 'much',
        TW_ORDERS_CANCEL_ON_STOP: 'perhaps',
        TW_DATABSE_URL: 'typo',
        TW_ORDERS_SLIPAGE: '5',
      }),
    ).toEqual([
      'TW_NATS_URL invalid',
      'TW_DATABASE_URL missing',
      'TW_HTTP_PORT invalid',
      'TW_MODE invalid',
      'TW_ORDERS_SLIPPAGE_BPS invalid',
      'TW_ORDERS_VENUE missing',
      'TW_ORDERS_CANCEL_ON_STOP invalid',
      'TW_DATABSE_URL unknown',
      'TW_ORDERS_SLIPAGE unknown',
    ]);
  });

  it.each([
    ['', 'missing'],
    ['12x', 'invalid'],
    ['1e400', 'invalid'],
    ['Infinity', 'invalid'],
    ['0x10', 'invalid'],
    [' 7 ', ''],
    ['3.5', 'invalid'],
    ['-1', 'invalid'],
  ])('take %j as a number of partitions only when it is one', (text, rule) => {
    expect(faultsOf({ ...good, TW_PARTITIONS: text })).toEqual(rule === '' || rule === 'missing' ? [] : [`TW_PARTITIONS ${rule}`]);
  });

  it("leave alone what belongs to another service or to nobody's prefix", () => {
    expect(faultsOf({ ...good, TW_MARKET_DATA_CSV: 'x', TW_RISK_PROFILE: 'demo', TW_CACHE_DIR: '/x', TWELVE: '12' })).toEqual([]);
  });

  it('never show a secret, not even a wrong one', () => {
    const message = messageOf({ ...good, TW_DATABASE_URL: 'mysql://tw:hunter2@host/db', TW_ORDERS_VENUE: 'nowhere' });
    expect(message).toContain('TW_DATABASE_URL');
    expect(message).toContain('"nowhere"');
    expect(message).not.toContain('hunter2');
  });

  it('hand out every secret text, and the password inside a URL, for redaction', () => {
    const { secrets } = parseSettings('orders', own, { ...good, TW_ORDERS_VENUE_TOKEN: 'tok-123' });
    expect(secrets).toEqual(expect.arrayContaining(['tok-123', 'pass/word', good['TW_DATABASE_URL']]));
    expect(secrets).not.toContain('paper');
  });

  it('read a secret from a mounted file, without its last line break', () => {
    const file = join(dir, 'url');
    writeFileSync(file, 'postgresql://tw:filed@127.0.0.1/tw\n');
    const { TW_DATABASE_URL: _given, ...rest } = good;
    expect(parseSettings('orders', own, { ...rest, TW_DATABASE_URL_FILE: file }).config.databaseUrl).toBe(
      'postgresql://tw:filed@127.0.0.1/tw',
    );
    expect(faultsOf({ ...good, TW_DATABASE_URL_FILE: file })).toEqual(['TW_DATABASE_URL given-twice']);
    expect(faultsOf({ ...rest, TW_DATABASE_URL_FILE: join(dir, 'none') })).toEqual(['TW_DATABASE_URL_FILE unreadable-file']);
  });

  it('know a file only for secrets', () => {
    expect(faultsOf({ ...good, TW_ORDERS_VENUE_FILE: '/x' })).toEqual(['TW_ORDERS_VENUE_FILE unknown']);
  });
});
