import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { addressOf } from '../src/alpaca/settings.js';
import { definition } from '../src/alpaca/index.js';
import { BrokerSettingsError, brokerSettingVariable, discoverBrokers, openBroker, readBrokerSettings } from '../src/registry.js';
import { surroundings } from './acceptance/bench.js';

const BROKERS = join(import.meta.dirname, '../src');
const { environment } = surroundings();
const alpaca = new Map([['alpaca', definition]]);
const KEYS = { TW_BROKER_ALPACA_KEY_ID: 'AK123', TW_BROKER_ALPACA_SECRET: 'hidden-secret' };

describe('discovery of brokers', () => {
  it('finds every broker of the product, each a folder with its settings and a README', async () => {
    const found = await discoverBrokers(BROKERS);
    expect([...found.keys()]).toContain('alpaca');
    for (const name of found.keys()) {
      const missing = ['index.ts', 'settings.ts', 'broker.ts', 'README.md'].filter((file) => !existsSync(join(BROKERS, name, file)));
      expect(missing, name).toEqual([]);
    }
  });
  it('offers no broker that only tests and rehearsals use', async () => {
    expect([...(await discoverBrokers(BROKERS)).keys()]).not.toContain('paper');
  });
  it('has the acceptance suite passed by every broker of the product', async () => {
    const specs = (await readdir(import.meta.dirname, { recursive: true })).filter((file) => file.endsWith('acceptance.int.spec.ts'));
    const texts = await Promise.all(specs.map((file) => readFile(join(import.meta.dirname, file), 'utf8')));
    for (const name of [...(await discoverBrokers(BROKERS)).keys(), 'paper']) {
      expect(
        texts.some((text) => text.includes(`brokerAcceptance('${name}'`) || text.includes(`brokerAcceptance(NAME`)),
        name,
      ).toBe(true);
    }
  });
});

describe('settings of a broker', () => {
  it('are read from TW_BROKER_<NAME>_<KEY>', () => {
    expect(brokerSettingVariable('interactive-brokers', 'clientId')).toBe('TW_BROKER_INTERACTIVE_BROKERS_CLIENT_ID');
    const read = readBrokerSettings(alpaca, 'alpaca', { ...KEYS, TW_BROKER_ALPACA_REQUESTS_PER_MINUTE: '150' });
    expect(read.ok && read.value.get('alpaca')).toMatchObject({ keyId: 'AK123', requestsPerMinute: 150 });
  });
  it('tell every fault at once and never a value', () => {
    const variables = {
      TW_BROKER_ALPACA_REQUESTS_PER_MINUTE: 'plenty',
      TW_BROKER_ALPACA_LIVE: 'yes',
      TW_BROKER_ALPACA_COLOUR: 'green',
      TW_BROKER_NOBODY_KEY: 'hidden-key',
    };
    const read = readBrokerSettings(alpaca, 'alpaca', variables);
    expect(read.ok ? [] : read.error.map(({ variable }) => variable).toSorted()).toEqual([
      'TW_BROKER_ALPACA_COLOUR',
      'TW_BROKER_ALPACA_KEY_ID',
      'TW_BROKER_ALPACA_LIVE',
      'TW_BROKER_ALPACA_REQUESTS_PER_MINUTE',
      'TW_BROKER_ALPACA_SECRET',
      'TW_BROKER_NOBODY_KEY',
    ]);
    expect(JSON.stringify(read)).not.toMatch(/plenty|green|hidden-key/);
    expect(() => openBroker(alpaca, 'alpaca', variables, environment)).toThrow(BrokerSettingsError);
  });
  it('say which brokers there are when one is asked for that there is not', () => {
    expect(readBrokerSettings(alpaca, 'alpacka', {})).toEqual({
      ok: false,
      error: [{ variable: 'alpacka', problem: 'is not a broker; there are alpaca' }],
    });
  });
  it('come from a mounted file when the variable ends in _FILE', async () => {
    const path = join(await mkdtemp(join(tmpdir(), 'tradewind-secret-')), 'secret');
    await writeFile(path, 'from-a-file\n');
    const read = readBrokerSettings(alpaca, 'alpaca', { TW_BROKER_ALPACA_KEY_ID: 'AK123', TW_BROKER_ALPACA_SECRET_FILE: path });
    expect(read.ok && read.value.get('alpaca')).toMatchObject({ secret: 'from-a-file' });
  });
});

describe('real money at Alpaca', () => {
  const settingsOf = (more: Readonly<Record<string, string>>) => definition.settings.safeParse({ keyId: 'k', secret: 's', ...more });
  const addressIn = (more: Readonly<Record<string, string>>) => addressOf(settingsOf(more).data as never);
  it('is reached only when it is asked for in so many words', () => {
    expect(addressIn({})).toEqual({ rest: 'https://paper-api.alpaca.markets', stream: 'wss://paper-api.alpaca.markets/stream' });
    expect(addressIn({ live: 'yes-real-money' })).toEqual({
      rest: 'https://api.alpaca.markets',
      stream: 'wss://api.alpaca.markets/stream',
    });
    for (const live of ['yes', 'true', '1', 'YES-REAL-MONEY', ' ']) expect(settingsOf({ live }).success, live).toBe(false);
  });
  it('is not reached by giving its address', () => {
    expect(settingsOf({ restUrl: 'https://api.alpaca.markets' }).success).toBe(false);
    expect(settingsOf({ restUrl: 'https://API.alpaca.markets.:443/' }).success).toBe(false);
    expect(settingsOf({ streamUrl: 'wss://api.alpaca.markets/stream' }).success).toBe(false);
    expect(settingsOf({ restUrl: 'not an address' }).success).toBe(false);
  });
  it('says that it is no simulation', () => {
    const open = (live?: 'yes-real-money') => definition.open(settingsOf(live === undefined ? {} : { live }).data, environment);
    expect([open().capabilities.simulated, open('yes-real-money').capabilities.simulated]).toEqual([true, false]);
  });
});
