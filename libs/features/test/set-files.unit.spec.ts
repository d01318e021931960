import { readdirSync, readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import {
  BASELINE_SET,
  copyModelInputs,
  createFeatureSet,
  FEATURE_CATALOGUE,
  type FeatureSetFault,
  type FeatureSetText,
  parseFeatureSets,
  satisfiesSet,
} from '../src/index.js';

const folder = new URL('../sets/', import.meta.url);
const product = readdirSync(folder).map((file): FeatureSetText => ({ file, text: readFileSync(new URL(file, folder), 'utf8') }));
const baseline = product.find(({ file }) => file === 'baseline@1.json')!;

const setText = (parts: Readonly<Record<string, unknown>>): FeatureSetText => {
  const whole = { name: 'own', version: 1, features: [], modelInputs: [], hash: '', ...parts };
  return { file: `${String(whole.name)}@${String(whole.version)}.json`, text: JSON.stringify(whole) };
};
const faultsOf = (...texts: readonly FeatureSetText[]): readonly FeatureSetFault[] => {
  const parsed = parseFeatureSets(texts, FEATURE_CATALOGUE);
  return parsed.ok ? [] : parsed.error;
};
const codesOf = (...texts: readonly FeatureSetText[]): readonly string[] => faultsOf(...texts).map(({ file, code }) => `${file} ${code}`);
/** The same text with the hash that the refusal names. */
const hashed = (text: FeatureSetText, ...others: readonly FeatureSetText[]): FeatureSetText => {
  const fault = faultsOf(...others, text).find(({ code }) => code === 'HASH_CHANGED')!;
  const hash = /hash ([0-9a-f]{64})$/.exec(fault.detail)![1]!;
  return { ...text, text: JSON.stringify({ ...(JSON.parse(text.text) as object), hash }) };
};

describe('the sets of the product', () => {
  const parsed = parseFeatureSets(product, FEATURE_CATALOGUE);
  if (!parsed.ok) throw new RangeError(JSON.stringify(parsed.error));
  const sets = parsed.value;

  it('are those of the files, without a fault', () => {
    expect(sets.all.map(({ name, version }) => `${name}@${version}.json`).sort()).toEqual(product.map(({ file }) => file).sort());
  });

  it('have the baseline of the models trained so far, to the hash', () => {
    expect(BASELINE_SET.hash).toBe('058223d2215a0a1fb0b46ea4fe510d9888e743121975b56bb0ab73b27aeb1c31');
    expect(sets.named('baseline@1')).toMatchObject({
      hash: BASELINE_SET.hash,
      names: BASELINE_SET.names,
      ancestorHashes: [BASELINE_SET.hash],
    });
    expect(sets.withHash(BASELINE_SET.hash)).toBe(sets.named('baseline@1'));
  });

  it("put the parent's columns first, in order, and keep the ancestors' hashes, nearest first", () => {
    const [base, level2, full] = ['baseline@1', 'level2@1', 'full@1'].map((name) => sets.named(name));
    expect(level2!.names.slice(0, base!.names.length)).toEqual(base!.names);
    expect(full!.names.slice(0, level2!.names.length)).toEqual(level2!.names);
    expect(full!.ancestorHashes).toEqual([full!.hash, level2!.hash, base!.hash]);
    expect([base, level2, full].map((set) => [set!.readsTicks, set!.readsRecords])).toEqual([
      [false, false],
      [true, false],
      [true, true],
    ]);
  });

  it('let a model of a set read vectors of the sets that extend it, and of no other', () => {
    const [base, level2, full] = ['baseline@1', 'level2@1', 'full@1'].map((name) => sets.named(name).hash);
    expect([full, level2, base].map((offered) => sets.satisfies(offered!, base!))).toEqual([true, true, true]);
    expect([sets.satisfies(base!, full!), sets.satisfies('unknown', base!), sets.satisfies('unknown', 'unknown')]).toEqual([
      false,
      false,
      true,
    ]);
    expect(satisfiesSet(sets.named('full@1'), level2!)).toBe(true);
  });

  it('give a model of the baseline its columns from wider vectors by the same positions', () => {
    const full = sets.named('full@1');
    const values = Float64Array.from(full.names, (_name, index) => index);
    const row = new Float64Array(BASELINE_SET.modelInputs.length);
    copyModelInputs(BASELINE_SET, values, row);
    expect([...row].map((position) => full.names[position]!)).toEqual(BASELINE_SET.modelInputs);
  });

  it('are not warm later for what they add to the baseline', () => {
    for (const set of sets.all) expect(set.warmAfterBars, set.name).toBe(BASELINE_SET.warmAfterBars);
  });

  it('throw on a name that there is not', () =>
    expect(() => sets.named('baseline@9')).toThrow('baseline@9: SET_UNKNOWN: there are only baseline@1'));
});

describe('a set file', () => {
  it('may extend a set that extends another, in whatever order they come', () => {
    const one = hashed(setText({ name: 'one', features: [{ feature: 'rsi', period: 9 }] }));
    const two = hashed(setText({ name: 'two', extends: 'one@1', features: [{ feature: 'sma', period: 5 }], modelInputs: ['rsi_9'] }), one);
    const three = hashed(setText({ name: 'three', extends: 'two@1', features: [{ feature: 'obv' }] }), one, two);
    const parsed = parseFeatureSets([three, two, one], FEATURE_CATALOGUE);
    expect(parsed.ok ? parsed.value.named('three@1').names : parsed.error).toEqual(['rsi_9', 'sma_5', 'obv']);
  });

  it('means what the code means: the hash is that of the definitions', () => {
    const text = hashed(setText({ features: [{ feature: 'macd_line', fast: 5 }], modelInputs: ['macd_line'] }));
    const entry = FEATURE_CATALOGUE.find(({ name }) => name === 'macd_line')!;
    const definition = (entry.define as (...values: readonly number[]) => ReturnType<typeof entry.define>)(5, 26, 9);
    const set = createFeatureSet({ name: 'own', version: 1, definitions: [definition], modelInputs: ['macd_line'] });
    expect((JSON.parse(text.text) as { hash: string }).hash).toBe(set.hash);
  });

  it.each([
    ['is cut off', { file: 'own@1.json', text: '{"name": "own"' }, ['own@1.json NOT_JSON']],
    ['is no object', { file: 'own@1.json', text: '[]' }, ['own@1.json SHAPE_INVALID']],
    ['has another name inside', { ...setText({}), file: 'other@1.json' }, ['other@1.json FILE_NAME_WRONG']],
    ['has an unknown key', setText({ colour: 'red' }), ['own@1.json SHAPE_INVALID']],
    ['has no version', setText({ version: 'one' }), ['own@one.json SHAPE_INVALID']],
    ['has a parameter that is a list', setText({ features: [{ feature: 'sma', period: [1] }] }), ['own@1.json SHAPE_INVALID']],
    ['names a feature that there is not', setText({ features: [{ feature: 'nothing' }] }), ['own@1.json FEATURE_UNKNOWN']],
    ['names a parameter that there is not', setText({ features: [{ feature: 'sma', bars: 5 }] }), ['own@1.json PARAMETER_INVALID']],
    ['goes beyond a limit', setText({ features: [{ feature: 'sma', period: 0 }] }), ['own@1.json PARAMETER_INVALID']],
    ['names a column twice', setText({ features: [{ feature: 'obv' }, { feature: 'obv' }] }), ['own@1.json FEATURE_DUPLICATE']],
    [
      'lets a model see what it lacks',
      setText({ features: [{ feature: 'obv' }], modelInputs: ['close'] }),
      ['own@1.json MODEL_INPUT_UNKNOWN'],
    ],
    ['extends what is not there', setText({ extends: 'absent@1' }), ['own@1.json PARENT_UNKNOWN']],
    ['extends itself', setText({ extends: 'own@1' }), ['own@1.json EXTENDS_CYCLE']],
    ['has another hash', setText({ features: [{ feature: 'obv' }], hash: '00' }), ['own@1.json HASH_CHANGED']],
  ])('is refused when it %s', (_what, text, codes) => expect(codesOf(text)).toEqual(codes));

  it('is refused when it names a column of its parent again', () => {
    expect(codesOf(baseline, setText({ extends: 'baseline@1', features: [{ feature: 'rsi', period: 14 }] }))).toEqual([
      'own@1.json FEATURE_DUPLICATE',
    ]);
  });

  it('is refused with all that extend it, on a circle too', () => {
    const circle = [setText({ name: 'a', extends: 'b@1' }), setText({ name: 'b', extends: 'c@1' }), setText({ name: 'c', extends: 'a@1' })];
    expect(codesOf(...circle)).toEqual(['c@1.json EXTENDS_CYCLE', 'b@1.json PARENT_FAULTY', 'a@1.json PARENT_FAULTY']);
  });

  it('is refused when it is there twice', () => expect(codesOf(baseline, baseline)).toEqual(['baseline@1.json SET_DUPLICATE']));

  it('is refused with every fault at once, of every file', () => {
    const one = setText({ name: 'one', features: [{ feature: 'nothing' }, { feature: 'sma', period: 'long', colour: 3 }] });
    const two = setText({ name: 'two', features: 5, hash: 7 });
    expect([...codesOf(one, two)].sort()).toEqual([
      'one@1.json FEATURE_UNKNOWN',
      'one@1.json PARAMETER_INVALID',
      'one@1.json PARAMETER_INVALID',
      'two@1.json SHAPE_INVALID',
      'two@1.json SHAPE_INVALID',
    ]);
  });
});
