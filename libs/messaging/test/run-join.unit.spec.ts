import { describe, expect, it } from 'vitest';

import { RunJoin } from '../src/index.js';

const settledIn = async (promise: Promise<void>): Promise<boolean> => {
  let settled = false;
  promise.then(
    () => {
      settled = true;
    },
    () => undefined,
  );
  await new Promise((resolve) => setImmediate(resolve));
  return settled;
};

const joined = (start = { run: '', step: -1 }, past: readonly string[] = []) => {
  let done = start;
  const processed: string[] = [];
  const join = new RunJoin<string>({
    sources: [{ name: 'bars', required: true }],
    partitions: 2,
    progress: () => done,
    isPast: (run) => past.includes(run),
    process: (inputs) => {
      const [first = ''] = inputs.get('bars') ?? [];
      const [run = '', step] = first.split('/');
      done = { run, step: Number(step) };
      processed.push(first);
      return Promise.resolve();
    },
  });
  const offer = (run: string, step: number, partition: number): Promise<void> =>
    join.offer('bars', partition, { run, step }, `${run}/${step}`);
  return { offer, processed };
};

describe('RunJoin', () => {
  it('joins the partitions of each step, and counts steps anew in a new run', async () => {
    const { offer, processed } = joined();
    await Promise.all([offer('a', 0, 0), offer('a', 0, 1)]);
    await Promise.all([offer('b', 0, 1), offer('b', 0, 0)]);
    expect(processed).toEqual(['a/0', 'b/0']);
  });
  it('lets go what waits of a run once another one begins', async () => {
    const { offer, processed } = joined();
    const orphan = offer('a', 7, 0);
    expect(await settledIn(orphan)).toBe(false);
    const next = offer('b', 0, 1);
    await orphan;
    await Promise.all([next, offer('b', 0, 0)]);
    expect(processed).toEqual(['b/0']);
  });
  it('does not go back to the committed run when its late input is delivered after the new run began', async () => {
    const { offer, processed } = joined({ run: 'a', step: 3 });
    const waiting = offer('b', 0, 1);
    await offer('a', 4, 0);
    expect(await settledIn(waiting)).toBe(false);
    await Promise.all([waiting, offer('b', 0, 0)]);
    expect(processed).toEqual(['b/0']);
  });
  it('answers what is done or of a past run at once', async () => {
    const { offer, processed } = joined({ run: 'b', step: 3 }, ['a']);
    await Promise.all([offer('b', 3, 0), offer('a', 9, 0)]);
    expect(processed).toEqual([]);
  });
});
