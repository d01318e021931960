import { nanosFromMillis } from '@tradewind/vocabulary';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { type AuditEntry, type AuditedEvent, auditedEvents, auditEntries, undecodableEntry, unsoundField } from '../src/index.js';
import { story } from './story.js';

const [sound] = story as readonly [AuditEntry, ...AuditEntry[]];
const place = { event: 'orders.placed', messageId: 'm', stream: 'ORDERS', sequence: 7, publishedAt: nanosFromMillis(5) };
const anyText = fc.string({ unit: 'binary', maxLength: 4_000 });

describe('an entry', () => {
  it('of a real fact fits a record', () => {
    expect(story.map(unsoundField)).toEqual(story.map(() => undefined));
  });

  it.each([
    ['a NUL, which Postgres refuses', { symbol: 'S\0PX' }, 'symbol'],
    ['half a surrogate pair, which UTF-8 cannot hold', { actor: 'A\ud800' }, 'actor'],
    ['more than an index takes', { orderId: 'x'.repeat(2_000) }, 'orderId'],
    ['no id', { factId: '' }, 'factId'],
    ['a step beyond 32 bits', { step: 2 ** 31 }, 'step'],
    ['half a step', { step: 0.5 }, 'step'],
    ['a time beyond 64 bits', { at: (1n << 63n) as AuditEntry['at'] }, 'at'],
    ['a cause with a NUL', { causes: ['a\0'] }, 'causes'],
    ['a flag with a NUL', { flags: ['a\0'] }, 'flags'],
    ['no text where text belongs', { run: undefined as unknown as string }, 'run'],
  ])('with %s does not', (_what, change, field) => {
    expect(unsoundField({ ...sound, ...change })).toBe(field);
  });

  it('that stands for an unreadable message always fits, whatever the message holds', () => {
    fc.assert(
      fc.property(anyText, anyText, anyText, (event, messageId, reason) => {
        expect(unsoundField(undecodableEntry({ ...place, event, messageId }, 'ab', reason))).toBeUndefined();
      }),
    );
    expect(undecodableEntry(place, 'ab', 'no such field')).toMatchObject({
      factId: 'undecodable/ORDERS/7',
      kind: 'undecodable',
      flags: ['unreadable'],
    });
  });

  it('of a fact of the wrong shape is refused by an error or by its check, never half made', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...auditedEvents),
        fc.anything({ maxDepth: 3, withBigInt: true, withNullPrototype: true }),
        (event, fact) => {
          let entries: AuditEntry[];
          try {
            entries = auditEntries(event, fact as never, 'm');
          } catch (error) {
            expect(error).toBeInstanceOf(Error);
            return;
          }
          for (const entry of entries) if (unsoundField(entry) === undefined) expect(typeof entry.payload).toBe('string');
        },
      ),
    );
  });
});

describe('what a reviewer filters by', () => {
  const told = (kind: string) => story.find((entry) => entry.kind === kind)!;

  it('is read off the facts: model, signal and flags', () => {
    expect(told('prediction')).toMatchObject({ model: 'baseline@1' });
    expect(told('analysis')).toMatchObject({ model: 'rules@1', flags: ['rule-based'] });
    expect(told('signal-decision')).toMatchObject({ signal: 'sg/SPX/0', flags: ['validated', 'layers:1/2'] });
    expect(told('verdict')).toMatchObject({ signal: 'sg/SPX/0' });
    expect(told('verdict').flags).toContain('approved');
    expect(told('breaker').flags).toEqual(['action:HALT']);
    expect(story.filter(({ event }) => event === ('orders.placed' satisfies AuditedEvent)).flatMap(({ flags }) => flags)).toContain(
      'paper',
    );
  });
});
