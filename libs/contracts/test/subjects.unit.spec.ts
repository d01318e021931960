import { describe, expect, it } from 'vitest';

import { eventMap, eventNames, parseSubject, rpcSubjectOf, schemaNameOf, STEP_KEY, subjectFilterOf, subjectOf } from '../src/index.js';

describe('subjects', () => {
  it.each(eventNames)('builds and parses the subject of %s', (name) => {
    const subject = subjectOf(name, 3, STEP_KEY);
    expect(subject).toMatch(/^tw\.[a-z]+\.v1\.[a-z-]+\.3\.step$/);
    expect(parseSubject(subject)).toEqual({ event: name, partition: 3, key: STEP_KEY });
    expect(subject.startsWith(subjectFilterOf(name, 3).slice(0, -1))).toBe(true);
  });

  it('has one message an event, in the package of its context', () => {
    expect(new Set(eventNames.map(schemaNameOf)).size).toBe(Object.keys(eventMap).length);
    for (const name of eventNames) expect(schemaNameOf(name)).toContain(`tradewind.${name.split('.')[0]}.v1.`);
  });

  it('refuses keys and partitions that would break the subject', () => {
    for (const key of ['', 'a.b', '*', '>', 'a b', 'x'.repeat(65)]) expect(() => subjectOf('market.bars', 0, key), key).toThrow(RangeError);
    for (const partition of [-1, 1.5, Number.NaN]) expect(() => subjectOf('market.bars', partition, 'k')).toThrow(RangeError);
  });

  it('does not parse what is not ours', () => {
    for (const subject of [
      '',
      'x.market.v1.bars.0.step',
      'tw.market.v2.bars.0.step',
      'tw.market.v1.what.0.step',
      'tw.market.v1.bars.x.step',
      'tw.market.v1.bars.0.step.more',
      rpcSubjectOf('audit.status'),
    ]) {
      expect(parseSubject(subject), subject).toBeUndefined();
    }
  });
});
