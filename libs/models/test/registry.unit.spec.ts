import { nanosFromMillis } from '@tradewind/vocabulary';
import { describe, expect, it } from 'vitest';

import {
  championOf,
  decideRegistry,
  EMPTY_REGISTRY,
  evolveRegistry,
  type ModelStageChanged,
  type RegistryCommand,
  type RegistryState,
} from '../src/index.js';

const AT = nanosFromMillis(1_000);
const register = (model: string, digest: string): RegistryCommand => ({ type: 'Register', model, digest, actor: 'quant', at: AT });
const promote = (model: string, version: number): RegistryCommand => ({
  type: 'Promote',
  model,
  version,
  actor: 'owner',
  reason: 'better',
  at: AT,
});

const events: ModelStageChanged[] = [];
const after = (...commands: readonly RegistryCommand[]): RegistryState => {
  events.length = 0;
  return commands.reduce((state, command) => {
    const decided = decideRegistry(state, command);
    if (!decided.ok) throw new Error(decided.error.code);
    events.push(...decided.value);
    return decided.value.reduce(evolveRegistry, state);
  }, EMPTY_REGISTRY);
};

describe('model registry', () => {
  it('counts versions of each model from 1', () => {
    const { versions } = after(register('baseline', 'aa'), register('other', 'bb'), register('baseline', 'cc'));
    expect(versions.map(({ model, version, stage }) => [model, version, stage])).toEqual([
      ['baseline', 1, 'REGISTERED'],
      ['other', 1, 'REGISTERED'],
      ['baseline', 2, 'REGISTERED'],
    ]);
  });

  it('registers the same file of a model once', () => {
    const state = after(register('baseline', 'aa'));
    expect(decideRegistry(state, register('baseline', 'aa'))).toEqual({ ok: true, value: [] });
  });

  it('has one champion over all models: promotion retires the last one, first', () => {
    const state = after(register('baseline', 'aa'), register('other', 'bb'), promote('baseline', 1), promote('other', 1));
    expect(championOf(state)).toMatchObject({ model: 'other', version: 1 });
    expect(events.slice(-2).map(({ id, previous, stage, actor }) => [id, previous, stage, actor])).toEqual([
      ['ms/baseline@1/RETIRED/3', 'CHAMPION', 'RETIRED', 'owner'],
      ['ms/other@1/CHAMPION/2', 'REGISTERED', 'CHAMPION', 'owner'],
    ]);
  });

  it('changes nothing when the champion is promoted again, so that a lost answer can be asked for twice', () => {
    const state = after(register('baseline', 'aa'), promote('baseline', 1));
    expect(decideRegistry(state, promote('baseline', 1))).toEqual({ ok: true, value: [] });
  });

  it('rolls back to a retired version, each change with an id of its own', () => {
    const state = after(
      register('baseline', 'aa'),
      register('baseline', 'bb'),
      promote('baseline', 1),
      promote('baseline', 2),
      promote('baseline', 1),
    );
    expect(championOf(state)?.version).toBe(1);
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
  });

  it('refuses an unknown version and a change by nobody', () => {
    expect(decideRegistry(EMPTY_REGISTRY, promote('baseline', 1))).toMatchObject({ ok: false, error: { code: 'MODEL_VERSION_UNKNOWN' } });
    expect(decideRegistry(EMPTY_REGISTRY, { ...register('baseline', 'aa'), actor: ' ' })).toMatchObject({
      ok: false,
      error: { code: 'ACTOR_MISSING' },
    });
  });

  it('gives its state back when its events are folded', () => {
    const state = after(register('baseline', 'aa'), register('baseline', 'bb'), promote('baseline', 1), promote('baseline', 2));
    expect(events.reduce(evolveRegistry, EMPTY_REGISTRY)).toEqual(state);
  });

  it('throws on a change that does not follow from the state', () => {
    const state = after(register('baseline', 'aa'), promote('baseline', 1));
    expect(() => evolveRegistry(state, { ...events[1]!, previous: 'RETIRED' })).toThrow(RangeError);
    expect(() => evolveRegistry(EMPTY_REGISTRY, events[1]!)).toThrow(RangeError);
  });
});
