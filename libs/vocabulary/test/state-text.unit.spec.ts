import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { createStateText, stateText } from '../src/index.js';

const leaf = fc.oneof(
  fc.string(),
  fc.bigInt(),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.float64Array({ maxLength: 3 }),
  fc.constantFrom('"', '\\', '\u2028', '\u0000'),
);
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof({ maxDepth: 5 }, leaf, fc.array(tie('tree'), { maxLength: 4 }), tie('record')),
  record: fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('10', '9', 'b', 'a', '01')), fc.oneof(tie('tree'), fc.constant(undefined)), {
    maxKeys: 6,
  }),
}));

describe('the text of a state that is remembered', () => {
  it('is the text of the state, at first and again', () => {
    fc.assert(
      fc.property(tree, (state) => {
        const textOf = createStateText();
        const plain = stateText(state);
        expect(textOf(state)).toBe(plain);
        expect(textOf({ before: state, after: [state] })).toBe(`{"after":[${plain}],"before":${plain}}`);
      }),
      { numRuns: 300 },
    );
  });

  it('does not look again into what it has seen', () => {
    const textOf = createStateText();
    let looks = 0;
    const row = {
      get price() {
        looks += 1;
        return 7n;
      },
    };
    textOf({ rows: { row }, step: 1 });
    const before = looks;
    expect(textOf({ rows: { row, other: 1 }, step: 2 })).toBe('{"rows":{"other":1,"row":{"price":{"$n":"7"}}},"step":2}');
    expect(looks).toBe(before);
  });

  it('refuses what is not plain data', () => {
    expect(() => createStateText()({ when: new Map() })).toThrow('not plain data');
  });
});
