import { nanosFromMillis } from '@tradewind/vocabulary';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { appendEntries, type AuditRecord, emptyChain, payloadDigestOf, recordHashOf, verifyChain } from '../src/index.js';
import { chained, story } from './story.js';

const { head, records } = chained();
const replaced = (index: number, change: Partial<AuditRecord>): AuditRecord[] =>
  records.map((record, position) => (position === index ? { ...record, ...change } : record));
const faultOf = (tampered: readonly AuditRecord[], anchor?: string) => {
  const result = verifyChain(tampered, head, anchor);
  return result.ok ? undefined : { code: result.fault.code, sequence: result.fault.sequence };
};

describe('the chain', () => {
  it('verifies from its first record to its head', () => {
    expect(verifyChain(records, head)).toEqual({ ok: true, records: records.length, head });
    expect(records.map((record) => record.sequence)).toEqual(records.map((_, index) => index + 1));
  });

  it('is the same whether appended at once or in pieces, at any cut', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: story.length }), (cut) => {
        const at = nanosFromMillis(5);
        const first = appendEntries(emptyChain('main'), story.slice(0, cut), at);
        const second = appendEntries(first.head, story.slice(cut), at);
        expect(second.head).toEqual(appendEntries(emptyChain('main'), story, at).head);
      }),
    );
  });

  it('of another name has another beginning', () => {
    expect(emptyChain('main').hash).not.toBe(emptyChain('other').hash);
    expect(verifyChain([], emptyChain('main'))).toMatchObject({ ok: true, records: 0 });
  });
});

describe('verification', () => {
  it('locates an altered payload', () => {
    expect(faultOf(replaced(3, { payload: records[3]!.payload.replace('trend', 'trent') }))).toEqual({
      code: 'ALTERED_PAYLOAD',
      sequence: 4,
    });
  });

  it.each(['factId', 'event', 'messageId', 'actor', 'run', 'symbol', 'orderId', 'fillId', 'payloadDigest', 'kind'] as const)(
    'locates an altered %s',
    (field) => {
      const change = { [field]: `${records[5]![field]}x` } as Partial<AuditRecord>;
      expect(faultOf(replaced(5, change))?.sequence).toBe(6);
    },
  );

  it('locates altered times, steps and causes', () => {
    expect(faultOf(replaced(2, { at: nanosFromMillis(1) }))).toEqual({ code: 'ALTERED_RECORD', sequence: 3 });
    expect(faultOf(replaced(2, { recordedAt: nanosFromMillis(1) }))).toEqual({ code: 'ALTERED_RECORD', sequence: 3 });
    expect(faultOf(replaced(2, { step: 9 }))).toEqual({ code: 'ALTERED_RECORD', sequence: 3 });
    expect(faultOf(replaced(2, { causes: ['fv/SPX', '0'] }))).toEqual({ code: 'ALTERED_RECORD', sequence: 3 });
  });

  it('locates a record that was replaced by one consistent in itself', () => {
    const forged = { ...records[4]!, payload: '{}', payloadDigest: payloadDigestOf('{}') };
    expect(faultOf(replaced(4, { ...forged, hash: recordHashOf(forged) }))).toEqual({ code: 'BROKEN_LINK', sequence: 6 });
  });

  it('locates a gap, a repetition and a swap', () => {
    expect(faultOf(records.toSpliced(4, 1))).toEqual({ code: 'GAP', sequence: 6 });
    expect(faultOf(records.toSpliced(4, 0, records[3]!))).toEqual({ code: 'REORDERED', sequence: 4 });
    expect(faultOf(records.toSpliced(4, 2, { ...records[5]!, sequence: 5 }, { ...records[4]!, sequence: 6 }))).toEqual({
      code: 'ALTERED_RECORD',
      sequence: 5,
    });
  });

  it('sees records cut off at the end, and a rewritten history by its anchor', () => {
    expect(faultOf(records.slice(0, -2))).toEqual({ code: 'HEAD_MISMATCH', sequence: records.length - 2 });
    expect(faultOf(records, records[6]!.hash)).toBeUndefined();
    expect(faultOf(records, 'f'.repeat(64))?.code).toBe('ANCHOR_MISSING');
  });

  it('refuses the records of another chain', () => {
    expect(faultOf(appendEntries(emptyChain('other'), story, nanosFromMillis(1)).records)?.code).toBe('FOREIGN_CHAIN');
  });

  it('finds any single changed character of any payload', () => {
    fc.assert(
      fc.property(fc.nat(records.length - 1), fc.nat(), (index, seed) => {
        const { payload } = records[index]!;
        const place = seed % payload.length;
        const other = String.fromCharCode(payload.charCodeAt(place) ^ 1);
        expect(faultOf(replaced(index, { payload: payload.slice(0, place) + other + payload.slice(place + 1) }))?.sequence).toBe(index + 1);
      }),
    );
  });
});
