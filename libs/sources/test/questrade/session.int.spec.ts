import { readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { Quote } from '@tradewind/market';
import { nanosFromMillis, price, quantity, symbolOf, type UnixNanos } from '@tradewind/vocabulary';
import { QuestradeServer } from '@tradewind/venue-servers';

import { definition } from '../../src/questrade/index.js';
import type { MarketSource } from '../../src/source.js';
import { collect, RecordingSink, surroundings, type Surroundings, until } from '../acceptance/surroundings.js';
import { dailyBars } from '../wire-values/vendor-bars.js';

const never = new AbortController().signal;
const FIRST = 'refresh-0001';
const LISTINGS = [{ symbol: 'SHOP.TO', symbolId: 1, listingExchange: 'TSX', ourSymbol: 'SHOP-TO' }];
const SYMBOL = symbolOf('SHOP-TO');
const at = (iso: string) => nanosFromMillis(Date.parse(iso));
const REQUEST = { symbol: SYMBOL, interval: '1d' as const, from: at('2024-06-03T00:00:00Z'), until: at('2024-06-08T00:00:00Z') };

describe("Questrade's session", () => {
  let now: UnixNanos;
  let server: QuestradeServer;
  let around: Surroundings;
  const clock = { now: () => now };
  const open = (refreshToken = FIRST): MarketSource =>
    definition.open(definition.settings.parse({ refreshToken, loginUrl: server.url, backoffBaseMs: '100', backoffMaxMs: '400' }), {
      ...around.environment,
      clock,
    });
  const read = async (source: MarketSource) => (await collect(source.bars(REQUEST, never))).rows;
  const everythingSaid = async (): Promise<string> => {
    const names = await readdir(around.environment.directory);
    return `${around.logged.join('\n')} ${names.join(' ')}`;
  };

  beforeEach(async () => {
    now = at('2024-07-02T14:00:00Z');
    server = await QuestradeServer.start({ clock, refreshToken: FIRST, listings: LISTINGS });
    server.load(dailyBars('SHOP-TO', '2024-06-01', '2024-06-10', 'questrade'));
    around = await surroundings();
  });
  afterEach(async () => {
    await server.stop();
    await around.end();
  });

  it('redeems the first token once and goes on from what it kept, also after a restart', async () => {
    const source = open();
    expect(await read(source)).toHaveLength(5);
    await source.close();
    const again = open();
    expect(await read(again)).toHaveLength(5);
    expect(server.redemptions()).toBe(1);
    now = at('2024-07-02T14:31:00Z');
    await read(again);
    expect(server.redemptions()).toBe(2);
    await again.close();
  });
  it('redeems once for many calls at a time, and for two sources that share the folder', async () => {
    const sources = [open(), open()];
    await Promise.all(sources.flatMap((source) => [read(source), read(source), read(source)]));
    expect(server.redemptions()).toBe(1);
    for (const source of sources) await source.close();
  });
  it('renews an access token that the vendor turns down before its time, once', async () => {
    const source = open();
    await read(source);
    server.revokeAccess();
    expect(await read(source)).toHaveLength(5);
    expect(server.redemptions()).toBe(2);
    server.fail({ kind: 'refused-key' }, 100);
    await expect(read(source)).rejects.toMatchObject({ code: 'AUTHENTICATION' });
    expect(server.redemptions()).toBe(3);
    await source.close();
  });
  it('takes a new first token from the settings instead of what it kept of another', async () => {
    const source = open();
    await read(source);
    await source.close();
    const other = open('another-first-token-9999');
    await expect(read(other)).rejects.toMatchObject({ code: 'AUTHENTICATION' });
    expect(server.seen.at(-1)).toContain('another-first-token-9999');
    await other.close();
  });
  it('keeps the session readable by its owner alone, whole at any time, and no token in logs, errors or names', async () => {
    const source = open();
    await read(source);
    const path = join(around.environment.directory, 'session.json');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(JSON.parse(await readFile(path, 'utf8'))).toHaveProperty('refreshToken');
    server.fail({ kind: 'internal-error' }, 100);
    const error = await read(source).then(
      () => new Error('nothing was refused'),
      (reason: unknown) => reason as Error,
    );
    const said = `${await everythingSaid()} ${error.message} ${error.stack}`;
    for (const token of [FIRST, ...server.tokens()]) expect(said).not.toContain(token);
    await source.close();
  });
  it('takes over the lock of a process that died', async () => {
    const lock = join(around.environment.directory, 'session.lock');
    await writeFile(lock, '');
    await utimes(lock, new Date(0), new Date(0));
    const source = open();
    expect(await read(source)).toHaveLength(5);
    await source.close();
  });
  it('refuses to send its token to a server that is not of the vendor', async () => {
    const elsewhere = await QuestradeServer.start({ clock, refreshToken: FIRST, listings: LISTINGS });
    elsewhere.apiServer = 'https://api01.iq.questrade.example.net/';
    const source = definition.open(definition.settings.parse({ refreshToken: FIRST, loginUrl: elsewhere.url }), {
      ...around.environment,
      clock,
    });
    await expect(read(source)).rejects.toMatchObject({ code: 'BAD_RESPONSE', details: { field: 'token.api_server' } });
    await source.close();
    await elsewhere.stop();
  });
  it('refuses delayed quotes as a fault of the message', async () => {
    const source = open();
    const sink = new RecordingSink();
    const session = await source.live({ symbols: [SYMBOL], kinds: ['quotes'], interval: '1m' }, sink);
    const quote: Quote = {
      kind: 'quote',
      symbol: SYMBOL,
      at: now,
      sequence: 0,
      bidPrice: price('88'),
      bidQuantity: quantity('1'),
      askPrice: price('88.01'),
      askQuantity: quantity('2'),
      venue: '',
    };
    server.publish(quote, 1);
    server.publish(quote);
    await until('the real-time quote arrives', () => sink.ticks.length > 0);
    expect(sink.ticks).toEqual([quote]);
    expect(sink.faults.map(({ error }) => error.details.field)).toEqual(['message.quotes[0].delay']);
    await session.close();
    await source.close();
  });
});
