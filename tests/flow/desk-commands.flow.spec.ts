import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { price } from '@tradewind/vocabulary';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { markOf, writeRunFile } from '../../deploy/local/src/run-file.js';
import { CliError } from '../../services/cli/src/exit-codes.js';
import { buildProgram } from '../../services/cli/src/program.js';
import { DeskPlatform, SYMBOL } from '../../services/orders/test/desk-platform.js';
import { buildServices } from '../../services/orders/test/platform.js';

interface Said {
  readonly exitCode: number;
  readonly code: string;
  readonly said: Readonly<Record<string, unknown>>;
  readonly text: string;
}

describe('the commands about orders at a broker', () => {
  const root = mkdtempSync(join(tmpdir(), 'tw-desk-'));
  let desk: DeskPlatform;

  /** What a person types, on the platform of this test. */
  const type = async (...words: readonly string[]): Promise<Said> => {
    const printed: string[] = [];
    const writing = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => printed.push(String(chunk)) > 0);
    let ended: CliError | undefined;
    try {
      const config = { root, environment: {}, user: 'tester', colour: false, terminal: false, width: 120 };
      await buildProgram(config, '0').parseAsync(['node', 'tradewind', ...words]);
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      ended = error;
    } finally {
      writing.mockRestore();
    }
    const text = printed.join('');
    const said = words.includes('--json') && text !== '' ? (JSON.parse(text) as Said['said']) : {};
    return { exitCode: ended?.exitCode ?? 0, code: ended?.code ?? '', said, text };
  };

  beforeAll(async () => {
    buildServices();
    desk = await DeskPlatform.start();
    await desk.service();
    const state = join(root, 'var', 'up');
    mkdirSync(state, { recursive: true });
    const urls = { nats: desk.platform.nats.url, database: desk.platform.postgres.url, http: {} };
    writeRunFile(state, { name: 'up', startedAt: '', launcher: markOf(process.pid), urls, ports: {}, processes: {} });
    await desk.step([]);
  });
  afterAll(async () => {
    await desk[Symbol.asyncDispose]();
    rmSync(root, { recursive: true });
  });

  it('list an order with what is under way, and cancel it at the broker', async () => {
    await desk.step([desk.intent('tw-low', { type: 'LIMIT', limitPrice: price('50') })]);
    await desk.eventually('it works', async () => (await desk.idsOf('OrderAccepted')).includes('tw-low'));
    const listed = await type('orders', '--json');
    expect(listed.said).toMatchObject({
      venue: 'alpaca',
      link: 'UP',
      tradable: true,
      orders: [{ clientOrderId: 'tw-low', status: 'ACCEPTED', limitPrice: '50' }],
    });
    expect((await type('orders')).text).toMatch(/^alpaca: UP\n.*tw-low.*ACCEPTED/s);
    expect(await type('orders', 'cancel', 'tw-low', '--reason', 'a test', '--json')).toMatchObject({
      exitCode: 0,
      said: { order: 'tw-low', status: 'CANCELED' },
    });
    expect(desk.venueOrders()[0]?.status).toBe('canceled');
    expect(await type('orders', 'cancel', 'tw-low', '--reason', 'again')).toMatchObject({ exitCode: 65, code: 'NOT_OPEN' });
  });

  it('compare, show what differs with an exit code, and take the broker’s word for what is accepted', async () => {
    expect(await type('reconcile', '--json')).toMatchObject({ exitCode: 0, said: { tradable: true, differences: [] } });
    const byHand = {
      symbol: SYMBOL,
      qty: '1',
      side: 'buy',
      type: 'limit',
      limit_price: '10',
      time_in_force: 'gtc',
      client_order_id: 'by-hand',
    };
    desk.venue.ask('POST', '/v2/orders', byHand);
    const found = await type('reconcile');
    expect(found).toMatchObject({ exitCode: 65, code: 'DIFFERENCES_OPEN' });
    expect(found.text).toContain('UNKNOWN_ORDER');
    const [id] = /df-[0-9a-f]{12}/.exec(found.text) ?? [];
    expect(found.text).toContain(`tradewind reconcile --accept ${id} --reason`);
    expect(await type('reconcile', '--accept', 'df-000000000000', '--reason', 'x')).toMatchObject({ exitCode: 65, code: 'NOT_OPEN' });
    expect(await type('reconcile', '--accept', id!, '--reason', 'mine')).toMatchObject({ exitCode: 0 });
    expect(await type('reconcile', '--json')).toMatchObject({ exitCode: 0, said: { tradable: true } });
  });

  it('say that nobody answers once orders is dead', async () => {
    await desk.processes[0]!.end('SIGKILL');
    expect(await type('orders')).toMatchObject({ exitCode: 69 });
    expect(await type('reconcile')).toMatchObject({ exitCode: 69 });
  });
});
