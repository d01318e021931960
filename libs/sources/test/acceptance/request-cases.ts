import { expect, it } from 'vitest';

import type { Bar } from '@tradewind/market';

import { type BarRequest, type MarketSource, SourceError, type SourceErrorCode } from '../../src/source.js';
import type { RequestFault, SourceHarness, Venue } from './harness.js';
import { collect, type Surroundings } from './surroundings.js';

/** One running venue with the source opened against it. */
export interface Bench {
  readonly venue: Venue;
  readonly source: MarketSource;
  readonly around: Surroundings;
}

export const NEVER = new AbortController().signal;
const MANY = 1000;

/** The SourceError that the call rejects with; anything else is a failure of the test. */
export const refusal = async (call: Promise<unknown>): Promise<SourceError> => {
  const outcome = await call.then(
    (value) => ({ value }),
    (error: unknown) => error,
  );
  if (!(outcome instanceof SourceError))
    throw new Error(`expected a SourceError, got ${JSON.stringify(outcome, (_key, value: unknown) => String(value))}`);
  return outcome;
};

const rigOf = (harness: SourceHarness, bench: () => Bench) => {
  const loaded = harness.bars;
  const request = (change: Partial<BarRequest> = {}): BarRequest => {
    const { symbol, interval, from, until } = loaded!;
    return { symbol, interval, from, until, ...change };
  };
  const read = (change: Partial<BarRequest> = {}, signal = NEVER) => collect<Bar>(bench().source.bars(request(change), signal));
  const has = (fault: RequestFault['kind']): boolean => loaded !== undefined && harness.requestFaults.has(fault);
  const failing = async (fault: RequestFault, code: SourceErrorCode): Promise<SourceError> => {
    bench().venue.fail(fault, MANY);
    const error = await refusal(read());
    expect(error.code).toBe(code);
    return error;
  };
  const recovering = async (fault: RequestFault): Promise<void> => {
    bench().venue.fail(fault, 1);
    expect((await read()).rows).toEqual(loaded!.expected);
  };

  return { loaded, read, has, failing, recovering };
};
type Rig = ReturnType<typeof rigOf>;

const answerCases = ({ loaded, read }: Rig, harness: SourceHarness, bench: () => Bench): void => {
  it.runIf(loaded)('gives the bars of the interval to the last field, in order of time', async () => {
    expect((await read()).rows).toEqual(loaded!.expected);
  });
  it.runIf(loaded)('takes from as in and until as out, by the close', async () => {
    const [, second, third] = loaded!.expected;
    expect((await read({ from: second!.closeTime, until: third!.closeTime })).rows).toEqual([second]);
  });
  it.runIf(loaded !== undefined && loaded.pagesMin > 1)('follows the pages to the last without a bar lost or doubled', async () => {
    const before = bench().venue.requests();
    expect((await read()).rows.map(({ id }) => id)).toEqual(loaded!.expected.map(({ id }) => id));
    expect(bench().venue.requests() - before).toBeGreaterThanOrEqual(loaded!.pagesMin);
  });
  it.runIf(loaded)('gives no bar for an interval without any', async () => {
    const start = loaded!.expected[0]!.closeTime;
    const { rows } = await read({ from: (start + 1n) as never, until: (start + 2n) as never });
    expect(rows).toEqual([]);
  });
  it.runIf(loaded)('refuses an interval that ends before it begins', async () => {
    const { code } = await refusal(read({ from: loaded!.until, until: loaded!.from }));
    expect(code).toBe('INVALID_REQUEST');
  });
  it.runIf(loaded)('refuses an interval of bars that it does not have', async () => {
    const { code } = await refusal(read({ interval: 'volume-123457' }));
    expect(code).toBe('UNSUPPORTED');
  });
  it.runIf(loaded !== undefined && harness.tellsUnknownSymbol)('tells an unknown symbol', async () => {
    expect((await refusal(read({ symbol: harness.unknownSymbol }))).code).toBe('UNKNOWN_SYMBOL');
  });
  it.runIf(loaded !== undefined && !harness.tellsUnknownSymbol)('gives nothing for a symbol that it does not know', async () => {
    expect((await read({ symbol: harness.unknownSymbol })).rows).toEqual([]);
  });
};

const limitCases = ({ has, failing, recovering }: Rig, harness: SourceHarness, bench: () => Bench): void => {
  it.runIf(has('rate-limited'))('waits as long as Retry-After says, then goes on', async () => {
    await recovering({ kind: 'rate-limited', retryAfterSeconds: 2 });
    expect(bench().around.pauses).toContain(2000);
  });
  it.runIf(has('rate-limited'))('gives up on a limit that does not end and tells when to come back', async () => {
    const error = await failing({ kind: 'rate-limited', retryAfterSeconds: 1 }, 'RATE_LIMITED');
    expect(error.details.retryAfterMs).toBe(1000);
  });
  it.runIf(has('internal-error'))('tries again after an internal error of the venue', () => recovering({ kind: 'internal-error' }));
  it.runIf(has('internal-error'))('gives up on internal errors after a limited number of tries', async () => {
    await failing({ kind: 'internal-error' }, 'UNAVAILABLE');
    expect(bench().venue.requests()).toBeLessThan(20);
  });
  it.runIf(has('unavailable'))('tries again, each time later, while the venue is unavailable', async () => {
    await failing({ kind: 'unavailable' }, 'UNAVAILABLE');
    const waits = bench().around.pauses;
    expect(waits.length).toBeGreaterThan(0);
    expect(Math.max(...waits)).toBeLessThanOrEqual(harness.backoffMsMax);
    if (waits.length >= 3) expect(waits[2]).toBeGreaterThan(waits[0]!);
  });
};

const brokenReplyCases = ({ has, read, failing, recovering }: Rig, harness: SourceHarness, bench: () => Bench): void => {
  it.runIf(has('malformed'))('tells a reply that is not in the format', () => failing({ kind: 'malformed' }, 'BAD_RESPONSE'));
  it.runIf(has('wrong-columns'))('names the field that is missing and its rule', async () => {
    const { details } = await failing({ kind: 'wrong-columns' }, 'BAD_RESPONSE');
    expect(details).toMatchObject({ field: expect.any(String), rule: expect.any(String) });
  });
  it.runIf(has('truncated'))('tries again after a body that was cut off', () => recovering({ kind: 'truncated' }));
  it.runIf(has('truncated'))('never takes a body that was cut off for the whole', () => failing({ kind: 'truncated' }, 'UNAVAILABLE'));
  it.runIf(has('reset'))('tries again after a connection reset in the middle of the body', () => recovering({ kind: 'reset' }));
  it.runIf(has('hanging'))('gives up waiting for a reply that does not come and tries again', () => recovering({ kind: 'hanging' }));
  it.runIf(has('refused-key'))('tells a refused key at once, without a second try', async () => {
    await failing({ kind: 'refused-key' }, 'AUTHENTICATION');
    expect(bench().venue.requests()).toBe(1);
  });
  it.runIf(has('refused-key'))('keeps its keys out of errors and logs', async () => {
    bench().venue.fail({ kind: 'refused-key' }, 1);
    const errors = [await refusal(read())];
    if (has('internal-error')) errors.push(await failing({ kind: 'internal-error' }, 'UNAVAILABLE'));
    const said = [
      ...bench().around.logged,
      ...errors.map((error) => `${error.message} ${error.stack} ${JSON.stringify(error.details)} ${String(error.details.cause)}`),
    ];
    for (const secret of harness.secrets) expect(said.join('\n')).not.toContain(secret);
  });
};

const callerCases = ({ loaded, has, read }: Rig, bench: () => Bench): void => {
  it.runIf(has('hanging'))('ends a request with ABORTED as soon as the signal is aborted', async () => {
    bench().venue.fail({ kind: 'hanging' }, MANY);
    const abort = new AbortController();
    const call = refusal(read({}, abort.signal));
    setTimeout(() => abort.abort(), 30);
    expect((await call).code).toBe('ABORTED');
  });
  it.runIf(loaded)('asks nothing when the signal is aborted before the call', async () => {
    expect((await refusal(read({}, AbortSignal.abort()))).code).toBe('ABORTED');
    expect(bench().venue.requests()).toBe(0);
  });
  it.runIf(loaded)('answers several callers at once, each with its own bars', async () => {
    const answers = await Promise.all([read(), read({ until: loaded!.expected[2]!.closeTime }), read()]);
    expect(answers.map(({ rows }) => rows.length)).toEqual([loaded!.expected.length, 2, loaded!.expected.length]);
  });
};

/** Bars, paging, faults of requests: for sources that have history. */
export const requestCases = (harness: SourceHarness, bench: () => Bench): void => {
  const rig = rigOf(harness, bench);
  answerCases(rig, harness, bench);
  limitCases(rig, harness, bench);
  brokenReplyCases(rig, harness, bench);
  callerCases(rig, bench);
};
