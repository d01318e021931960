import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { type Lane, RequestLanes } from '../src/transport/request-lanes.js';

const NEVER = new AbortController().signal;

describe('lanes of requests', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
  afterEach(() => void vi.useRealTimers());

  const opened = (requestsMax: number, reserved: number) => {
    const lanes = new RequestLanes({ requestsMax, windowMs: 1000, reserved });
    const gone: { readonly lane: Lane; readonly at: number }[] = [];
    const start = performance.now();
    const take = (lane: Lane): void =>
      void lanes.take(lane, NEVER).then((went) => {
        if (went) gone.push({ lane, at: Math.round(performance.now() - start) });
      });
    return { lanes, gone, take };
  };

  it('let as many go at once as the window allows, and the next as the first leaves it', async () => {
    const { gone, take } = opened(3, 0);
    for (let request = 0; request < 7; request += 1) take('ORDER');
    await vi.advanceTimersByTimeAsync(2500);
    expect(gone.map(({ at }) => at)).toEqual([0, 0, 0, 1000, 1000, 1000, 2000]);
  });
  it('never let more go in any window than are allowed', async () => {
    const { gone, take } = opened(5, 2);
    for (let step = 0; step < 60; step += 1) {
      take((['CANCEL', 'ORDER', 'QUESTION'] as const)[step % 3]!);
      await vi.advanceTimersByTimeAsync(37);
    }
    await vi.advanceTimersByTimeAsync(20_000);
    expect(gone).toHaveLength(60);
    for (const [index, { at }] of gone.entries()) if (index >= 5) expect(at - gone[index - 5]!.at).toBeGreaterThanOrEqual(1000);
  });
  it('let cancels go before orders and orders before questions, however they came', async () => {
    const { gone, take } = opened(1, 0);
    take('QUESTION');
    for (const lane of ['QUESTION', 'ORDER', 'CANCEL'] as const) take(lane);
    await vi.advanceTimersByTimeAsync(5000);
    expect(gone.map(({ lane }) => lane)).toEqual(['QUESTION', 'CANCEL', 'ORDER', 'QUESTION']);
  });
  it('keep room for cancels', async () => {
    const { gone, take } = opened(4, 2);
    for (let request = 0; request < 6; request += 1) take('ORDER');
    take('CANCEL');
    take('CANCEL');
    await vi.advanceTimersByTimeAsync(1);
    expect(gone.map(({ lane }) => lane)).toEqual(['ORDER', 'ORDER', 'CANCEL', 'CANCEL']);
  });
  it('give up whoever is aborted while waiting, and let the others go', async () => {
    const { lanes, gone, take } = opened(1, 0);
    take('ORDER');
    const abort = new AbortController();
    const given = lanes.take('ORDER', abort.signal);
    take('ORDER');
    abort.abort();
    expect(await given).toBe(false);
    await vi.advanceTimersByTimeAsync(1500);
    expect(gone).toHaveLength(2);
  });
  it('hold everything while the venue asks for it', async () => {
    const { lanes, gone, take } = opened(10, 0);
    lanes.hold(700);
    take('CANCEL');
    await vi.advanceTimersByTimeAsync(2000);
    expect(gone.map(({ at }) => at)).toEqual([700]);
  });
});
