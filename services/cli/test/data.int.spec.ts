import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { openCatalogue } from '@tradewind/catalogue';
import { nyseCalendar } from '@tradewind/market';
import { type BarRequest, type MarketSource, SourceError } from '@tradewind/sources';
import { nanosFromMillis, price, quantity, symbolOf, type UnixNanos } from '@tradewind/vocabulary';
import { describe, expect, it, onTestFinished } from 'vitest';

import { backfill } from '../src/data/backfill.js';
import { BackfillJournal } from '../src/data/journal.js';

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const SYMBOLS = ['AAA', 'BBB', 'CCC'];
const LIMITS = { memoryBytesMax: 256 * 1_048_576, threads: 1 } as const;

const folder = async (): Promise<string> => {
  const path = await mkdtemp(join(tmpdir(), 'tw-data-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
};

/** Twenty years of daily rows of three symbols. */
const recordings = async (): Promise<string> => {
  const path = await folder();
  const dates = nyseCalendar.sessionsBetween('1999-12-31' as never, '2020-01-01' as never);
  for (const [index, symbol] of SYMBOLS.entries()) {
    const rows = dates.map((date, day) => `${date},${10 + index + (day % 7) / 10},20,5,${11 + index},1000`);
    await writeFile(join(path, `${symbol}.csv`), `Date,Open,High,Low,Close,Volume\n${rows.join('\n')}\n`);
  }
  return path;
};

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

const start = (words: readonly string[]): ChildProcess & { readonly ended: Promise<Ended> } => {
  const child = spawn(process.execPath, [MAIN, ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  const ended = once(child, 'close').then(([code]): Ended => ({ code: code as number | null, out, err }));
  return Object.assign(child, { ended });
};

const run = (...words: readonly string[]): Promise<Ended> => start(words).ended;

const backfillWords = (path: string, catalogue: string): readonly string[] =>
  `data backfill --json --source recorded --path ${path} --symbols ${SYMBOLS.join(',')} --from 2000-01-01 --to 2019-12-31 --catalogue ${catalogue}`.split(
    ' ',
  );

/** Name, items and digest of everything in a catalogue. */
const contents = async (catalogue: string): Promise<readonly unknown[]> => {
  const { out } = await run('data', 'ls', '--json', '--catalogue', catalogue);
  return (JSON.parse(out) as { name: string; items: number; superseded: number; bytes: number }[]).map(
    ({ name, items, superseded, bytes }) => [name, items, superseded, bytes],
  );
};

describe('tradewind data', () => {
  it('backfills twenty years, stops at Ctrl-C and at a kill, goes on, and ends as though it had never stopped', async () => {
    const [path, whole, broken] = [await recordings(), await folder(), await folder()];
    const first = await run(...backfillWords(path, whole));
    expect(first.code, first.err).toBe(0);
    expect(JSON.parse(first.out)).toMatchObject({ chunks: 60, fetched: 60, added: 3 * 5_031, superseded: 0, failed: [], stopped: false });

    for (const [signal, code] of [
      ['SIGINT', 130],
      ['SIGKILL', null],
    ] as const) {
      const child = start(backfillWords(path, broken));
      // The first line of progress: chunks are stored, and many are left.
      await once(child.stderr!, 'data');
      child.kill(signal);
      const ended = await child.ended;
      expect(ended.code).toBe(code);
      if (signal === 'SIGINT') expect(JSON.parse(ended.out)).toMatchObject({ stopped: true });
    }
    const rest = await run(...backfillWords(path, broken));
    expect(rest.code, rest.err).toBe(0);
    const result = JSON.parse(rest.out) as {
      readonly fetched: number;
      readonly duplicates: number;
      readonly skipped: { readonly done: number; readonly covered: number };
    };
    expect(result.skipped.done).toBeGreaterThan(0);
    expect(result.fetched + result.skipped.done + result.skipped.covered).toBe(60);
    expect(await contents(broken)).toEqual(await contents(whole));
    const again = await run(...backfillWords(path, broken));
    expect(JSON.parse(again.out)).toMatchObject({
      chunks: 0,
      added: 0,
      skipped: { done: 60 - result.skipped.covered, covered: result.skipped.covered },
    });
  }, 120_000);

  it('judges a faulty file: findings by line and kind, a score, proposals, exit code 65', async () => {
    const path = await folder();
    const file = join(path, 'SPX.csv');
    const dates = nyseCalendar.sessionsBetween('2012-12-31' as never, '2013-12-31' as never);
    const rows = dates.map((date, day) => `${date},100.${10 + (day % 7)},100.60,99.90,100.${20 + (day % 11)},1000`);
    rows[100] = `${dates[100]},1,2,3`;
    rows[120] = `${dates[120]},100,101,102,100.5,1000`;
    rows[150] = `${dates[150]},-5,101,99,100,1000`;
    for (let day = 200; day < rows.length; day += 1) rows[day] = `${dates[day]},50.10,50.30,49.90,50.${20 + (day % 11)},1000`;
    await writeFile(file, `Date,Open,High,Low,Close,Volume\n${rows.join('\n')}\n`);
    const { code, out, err } = await run('data', 'check', file, '--json');
    expect(code).toBe(65);
    expect(JSON.parse(err.trim().split('\n').at(-1)!)).toMatchObject({ error: { code: 'DATA_FAULTY' } });
    const report = JSON.parse(out) as {
      readonly errors: number;
      readonly scores: readonly { readonly score: number }[];
      readonly findings: readonly { readonly line: number; readonly code: string; readonly proposal: string }[];
    };
    const found = report.findings.map(({ line, code: kind }) => `${line} ${kind}`);
    expect(found).toEqual(
      expect.arrayContaining(['102 ROW_COLUMN_COUNT', '152 ROW_OUT_OF_RANGE', '202 BAR_PRICE_JUMP', '202 SPLIT_WITHOUT_NOTICE']),
    );
    expect(report.findings.find(({ code: kind }) => kind === 'SPLIT_WITHOUT_NOTICE')!.proposal).toContain('a split 2 for 1');
    expect(report.scores[0]!.score).toBeLessThan(1);
    expect((await run('data', 'check', 'bars/NONE', '--catalogue', join(path, 'catalogue'))).code).toBe(69);
    expect((await run('data', 'ls', '--catalogue', path)).code).toBe(78);
    expect((await run('data', 'check', 'bars/NONE', '--catalogue', await folder())).code).toBe(64);
    const text = (await run('data', 'check', file)).out;
    expect(text).toContain('SPX.csv:202');
  });
});

const at = (iso: string): UnixNanos => nanosFromMillis(Date.parse(iso));

/** A source of the port that refuses as its script says, then answers with one bar for each session. */
const scripted = (script: readonly SourceError[]): { readonly source: MarketSource; readonly requests: BarRequest[] } => {
  const requests: BarRequest[] = [];
  const refusals = [...script];
  const none = (): never => {
    throw new SourceError('UNSUPPORTED', 'scripted', 'nothing else');
  };
  return {
    requests,
    source: {
      name: 'scripted',
      capabilities: { bars: ['1d'], ticks: [], live: [], records: [], simulated: false },
      async *bars(request) {
        requests.push(request);
        const refusal = refusals.shift();
        if (refusal !== undefined) throw refusal;
        const dates = nyseCalendar
          .sessionsBetween('2012-12-31' as never, '2016-01-01' as never)
          .map((date) => nyseCalendar.sessionOf(date)!);
        yield dates
          .filter(({ closeTime }) => closeTime >= request.from && closeTime < request.until)
          .map(({ date, openTime, closeTime }) => ({
            id: `bar/${request.symbol}/1d/${date}`,
            symbol: request.symbol,
            interval: '1d' as const,
            openTime,
            closeTime,
            open: price('1'),
            high: price('1'),
            low: price('1'),
            close: price('1'),
            volume: quantity('1'),
            source: 'scripted',
            warmUp: false,
          }));
      },
      ticks: none,
      records: none,
      live: none,
      close: () => Promise.resolve(),
    },
  };
};

const around = async (script: readonly SourceError[]) => {
  const directory = await folder();
  const catalogue = await openCatalogue({ directory, ...LIMITS });
  onTestFinished(() => catalogue.close());
  const { source, requests } = scripted(script);
  const pauses: number[] = [];
  const news: string[] = [];
  const request = {
    symbols: SYMBOLS.slice(0, 2).map(symbolOf),
    kinds: ['bars'] as const,
    interval: '1d' as const,
    series: [],
    from: at('2013-01-01'),
    until: at('2015-01-01'),
  };
  const go = () =>
    backfill(request, {
      catalogue,
      source,
      journal: new BackfillJournal(directory, 'scripted', ''),
      calendar: nyseCalendar,
      clock: { now: () => at('2014-06-30T12:00:00Z') },
      signal: new AbortController().signal,
      pause: (ms) => Promise.resolve(void pauses.push(ms)),
      onProgress: () => undefined,
      onNews: (event) => void news.push(event),
    });
  return { go, requests, pauses, news, directory };
};

describe('a backfill', () => {
  it('waits as long as the source says, longer each time when it says nothing, and gives up at last', async () => {
    const busy = (retryAfterMs?: number) =>
      new SourceError('RATE_LIMITED', 'scripted', 'slow down', retryAfterMs === undefined ? {} : { retryAfterMs });
    const one = await around([busy(1_234), busy(), busy()]);
    expect(await one.go()).toMatchObject({ fetched: 4, failed: [] });
    expect(one.pauses).toEqual([1_234, 4_000, 8_000]);
    const two = await around(Array.from({ length: 5 }, () => busy()));
    await expect(two.go()).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    expect(two.requests).toHaveLength(5);
  });

  it('fetches a year that is not over again the next time, and no other', async () => {
    const { go, requests } = await around([]);
    expect(await go()).toMatchObject({ chunks: 4, fetched: 4, superseded: 0 });
    expect(requests).toHaveLength(4);
    expect(await go()).toMatchObject({ chunks: 0, skipped: { done: 2, covered: 2 }, added: 0 });
  });

  it('goes on with the other symbols when one is unknown, and tells it; other refusals end it with what was stored', async () => {
    const unknown = new SourceError('UNKNOWN_SYMBOL', 'scripted', 'no AAA');
    const one = await around([unknown]);
    expect(await one.go()).toMatchObject({ fetched: 3, failed: [{ chunk: 'bars/AAA/1d/2013-01-01..2014-01-01', code: 'UNKNOWN_SYMBOL' }] });
    const exhausted = await around([new SourceError('KEY_EXHAUSTED', 'scripted', 'tomorrow again')]);
    await expect(exhausted.go()).rejects.toMatchObject({ code: 'KEY_EXHAUSTED' });
    expect(await exhausted.go()).toMatchObject({ fetched: 4 });
  });

  it('takes a line of the journal that a crash cut off for nothing', async () => {
    const { go, requests, directory } = await around([]);
    await go();
    const journal = join(directory, '.backfill', 'scripted.jsonl');
    const text = await readFile(journal, 'utf8');
    expect(text.trim().split('\n')).toHaveLength(2);
    await writeFile(journal, text.slice(0, -10));
    requests.length = 0;
    expect(await go()).toMatchObject({ skipped: { done: 1, covered: 3 } });
    expect(requests).toEqual([]);
  });
});
