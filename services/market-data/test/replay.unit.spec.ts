import { describe, expect, it } from 'vitest';

import {
  nextInLockstep,
  nextPaced,
  NO_REPLAY,
  type Replay,
  type ReplayRequest,
  savedReplay,
  startReplay,
  stepFinished,
  stepReleased,
} from '../src/replay.js';

const request: ReplayRequest = { run: 'run-1', mode: 'lockstep', paceMs: 10, stepLimit: 0 };
const data = { name: 'demo', digest: 'abc', steps: 3 };

const started = (changes: Partial<ReplayRequest> = {}, from: Replay = NO_REPLAY): Replay => {
  const outcome = startReplay(from, { ...request, ...changes }, data);
  if (!outcome.ok) throw new Error(outcome.error.code);
  return outcome.value.replay;
};
const refusal = (from: Replay, changes: Partial<ReplayRequest> = {}, changed = data): string => {
  const outcome = startReplay(from, { ...request, ...changes }, changed);
  return outcome.ok ? 'none' : outcome.error.code;
};
const finishedUpTo = (steps: number): Replay =>
  Array.from({ length: steps }, (_value, step) => step).reduce(
    (replay, step) => stepFinished(stepReleased(replay, step), 'run-1', step),
    started(),
  );

describe('a lock-step replay', () => {
  it('releases a step only when the one before is finished', () => {
    const first = started();
    expect(nextInLockstep(first)).toBe(0);
    const released = stepReleased(first, 0);
    expect(nextInLockstep(released)).toBe(0);
    expect(nextInLockstep(stepFinished(released, 'run-1', 0))).toBe(1);
  });

  it('is done when its last step is finished', () => {
    expect(finishedUpTo(2).status).toBe('RUNNING');
    expect(finishedUpTo(3)).toMatchObject({ status: 'DONE', released: 3, finished: 3 });
    expect(nextInLockstep(finishedUpTo(3))).toBeUndefined();
  });

  it('believes the pipeline when what was saved lags behind', () => {
    const saved = savedReplay({
      run: 'run-1',
      dataset: 'demo',
      digest: 'abc',
      mode: 'lockstep',
      paceMs: 10,
      steps: 100,
      released: 5,
      finished: 4,
    });
    const after = stepFinished(saved, 'run-1', 41);
    expect(after).toMatchObject({ released: 42, finished: 42 });
    expect(nextInLockstep(after)).toBe(42);
  });

  it('ignores the end of a step that was finished before, of another run, and beyond its end', () => {
    const replay = finishedUpTo(2);
    expect(stepFinished(replay, 'run-1', 1)).toBe(replay);
    expect(stepFinished(replay, 'run-0', 2)).toBe(replay);
    expect(stepFinished(replay, 'run-1', 3)).toBe(replay);
  });

  it('never releases by the clock', () => expect(nextPaced(started())).toBeUndefined());
});

describe('a paced replay', () => {
  it('releases the next step whatever the pipeline has finished, and ends with the data', () => {
    let replay = started({ mode: 'paced' });
    for (const step of [0, 1, 2]) {
      expect(nextPaced(replay)).toBe(step);
      expect(nextInLockstep(replay)).toBeUndefined();
      replay = stepReleased(replay, step);
    }
    expect(nextPaced(replay)).toBeUndefined();
    expect(replay.status).toBe('RUNNING');
    expect(stepFinished(replay, 'run-1', 2).status).toBe('DONE');
  });
});

describe('starting', () => {
  it('resumes the run that is current and changes nothing', () => {
    const replay = finishedUpTo(2);
    expect(startReplay(replay, request, data)).toEqual({ ok: true, value: { replay, resumed: true } });
  });

  it('is refused while another run goes on, and allowed when it is done', () => {
    expect(refusal(finishedUpTo(2), { run: 'run-2' })).toBe('REPLAY_RUNNING');
    expect(started({ run: 'run-2' }, finishedUpTo(3))).toMatchObject({ run: 'run-2', released: 0, finished: 0 });
  });

  it('is refused when the data of the run changed under it', () => {
    expect(refusal(finishedUpTo(1), {}, { ...data, digest: 'other' })).toBe('DATASET_CHANGED');
  });

  it.each(['', 'a b', 'a/b', '-a', 'x'.repeat(65)])('is refused for the run name %j', (run) =>
    expect(refusal(NO_REPLAY, { run })).toBe('RUN_NAME_INVALID'),
  );

  it('is refused without data', () => expect(refusal(NO_REPLAY, {}, { ...data, steps: 0 })).toBe('DATASET_EMPTY'));

  it('limits the steps to what is asked for and to what there is', () => {
    expect(started({ stepLimit: 2 })).toMatchObject({ steps: 2 });
    expect(started({ stepLimit: 9 })).toMatchObject({ steps: 3 });
  });
});
