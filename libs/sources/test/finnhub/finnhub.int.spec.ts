import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { nanosFromMillis, symbolOf } from '@tradewind/vocabulary';
import { FinnhubServer } from '@tradewind/venue-servers';

import { definition } from '../../src/finnhub/index.js';
import type { MarketSource } from '../../src/source.js';
import { collect, RecordingSink, surroundings, type Surroundings, until } from '../acceptance/surroundings.js';
import { barFrom } from '../wire-values/vendor-bars.js';

const TOKEN = 'finnhub-77x';
const never = new AbortController().signal;
const AAPL = symbolOf('AAPL');
const at = (iso: string) => nanosFromMillis(Date.parse(iso));

describe('Finnhub', () => {
  let server: FinnhubServer;
  let around: Surroundings;
  let source: MarketSource;
  beforeEach(async () => {
    server = await FinnhubServer.start(TOKEN);
    around = await surroundings();
    const settings = {
      token: TOKEN,
      restUrl: server.url,
      streamUrl: server.streamUrl,
      requestTimeoutMs: '2000',
      backoffBaseMs: '100',
      settleMs: '40',
    };
    source = definition.open(definition.settings.parse(settings), around.environment);
  });
  afterEach(async () => {
    await source.close();
    await server.stop();
    await around.end();
  });

  it('gives minutes month by month, across the change of clocks, none lost or doubled', async () => {
    const bars = [
      '2024-10-01T13:30:00Z',
      '2024-10-31T19:59:00Z',
      '2024-11-01T19:59:00Z',
      '2024-11-04T14:30:00Z',
      '2024-12-20T14:30:00Z',
    ].map((iso) => barFrom('AAPL', '1m', iso, 1, 'finnhub'));
    server.load(bars);
    const { rows } = await collect(
      source.bars({ symbol: AAPL, interval: '1m', from: at('2024-10-01T00:00:00Z'), until: at('2024-12-31T00:00:00Z') }, never),
    );
    expect(rows).toEqual(bars);
    expect(server.requests()).toBe(4);
  });
  it('sends its token in a header, never in an address of a request', async () => {
    await collect(
      source.bars({ symbol: AAPL, interval: '1d', from: at('2024-10-01T00:00:00Z'), until: at('2024-10-02T00:00:00Z') }, never),
    );
    expect(server.seen.join()).not.toContain(TOKEN);
  });
  it('tells a series that its account may not have', async () => {
    const records = source.records(
      { series: 'sentiment/social', symbol: AAPL, from: at('2024-10-01T00:00:00Z'), until: at('2024-10-02T00:00:00Z') },
      never,
    );
    await expect(collect(records)).rejects.toMatchObject({ code: 'AUTHENTICATION' });
  });
  it('rejects a subscription that the vendor answers with an error', async () => {
    const symbols = Array.from({ length: 51 }, (_, index) => symbolOf(`S${index}`));
    await expect(source.live({ symbols, kinds: ['trades'], interval: '1m' }, new RecordingSink())).rejects.toMatchObject({
      code: 'RATE_LIMITED',
    });
    await until('the connection is closed', () => server.stream.clients().length === 0);
  });
  it('passes signs of life over, and good trades beside one that it can not read', async () => {
    const sink = new RecordingSink();
    const session = await source.live({ symbols: [AAPL], kinds: ['trades'], interval: '1m' }, sink);
    server.ping();
    for (const client of server.stream.clients())
      client.send({
        type: 'trade',
        data: [
          { p: 0, s: 'AAPL', t: 1, v: 1 },
          { p: 221.5, s: 'AAPL', t: 2, v: 1 },
        ],
      });
    await until('the good trade arrives', () => sink.ticks.length === 1);
    expect(sink.faults.map(({ error }) => error.details.field)).toEqual(['message.data[0].p']);
    await session.close();
  });
});
