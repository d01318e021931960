import { nanosFromMillis } from '@tradewind/vocabulary';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  appendEntries,
  type AuditFault,
  type AuditRecord,
  ChainVerifier,
  emptyChain,
  linkHashOf,
  linkRowOf,
  linkTextOf,
  payloadDigestOf,
  rootOf,
  treeRootOf,
} from '../src/index.js';
import { chained, story } from './story.js';

const { state, records } = chained();
const verify = (told: readonly AuditRecord[]): ChainVerifier => {
  const verifier = new ChainVerifier(emptyChain('ORDERS'));
  for (const record of told) if (verifier.check(linkRowOf(record, 2)) !== undefined) break;
  verifier.finish(state);
  return verifier;
};
const replaced = (index: number, change: Partial<AuditRecord>): AuditRecord[] =>
  records.map((record, position) => (position === index ? { ...record, ...change } : record));
const faultOf = (tampered: readonly AuditRecord[]): Pick<AuditFault, 'code' | 'sequence'> | undefined => {
  const { fault } = verify(tampered);
  return fault && { code: fault.code, sequence: fault.sequence };
};
const rehashed = (record: AuditRecord): AuditRecord => ({ ...record, hash: linkHashOf(linkTextOf(record, 2), 2) });

describe('the chain', () => {
  it('verifies from its first record to its head', () => {
    expect(verify(records)).toMatchObject({ fault: undefined, sequence: records.length });
    expect(records.map((record) => record.sequence)).toEqual(records.map((_, index) => index + 1));
  });

  it('is the same whether appended at once or in pieces, at any cut', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: story.length }), (cut) => {
        const at = nanosFromMillis(5);
        const first = appendEntries(emptyChain('ORDERS'), story.slice(0, cut), at);
        const second = appendEntries(first.state, story.slice(cut), at);
        expect(second.state).toEqual(appendEntries(emptyChain('ORDERS'), story, at).state);
      }),
    );
  });

  it('begins otherwise under another name, in another format, and behind another chain', () => {
    const beginnings = [emptyChain('ORDERS'), emptyChain('RISK'), emptyChain('ORDERS', 'ab'), emptyChain('ORDERS', '', 1)];
    expect(new Set(beginnings.map(({ genesis }) => genesis)).size).toBe(4);
  });

  it('is a Merkle tree too: the hash of a record is its leaf', () => {
    expect(rootOf(state.peaks)).toBe(treeRootOf(records.map(({ hash }) => hash)));
  });

  it('of the first format still verifies: no zero byte, no model, signal and flags', () => {
    const old = appendEntries(emptyChain('main', '', 1), story, nanosFromMillis(5));
    const verifier = new ChainVerifier(emptyChain('main', '', 1));
    for (const record of old.records) verifier.check(linkRowOf({ ...record, model: 'added later' }, 1));
    expect(verifier.finish(old.state)).toBeUndefined();
    expect(old.records[0]!.hash).toBe(payloadDigestOf(linkTextOf(old.records[0]!, 1)));
  });
});

describe('verification', () => {
  it('locates an altered payload', () => {
    expect(faultOf(replaced(3, { payload: records[3]!.payload.replace('trend', 'trent') }))).toEqual({
      code: 'ALTERED_PAYLOAD',
      sequence: 4,
    });
  });

  it.each([
    'factId',
    'event',
    'messageId',
    'actor',
    'run',
    'symbol',
    'orderId',
    'fillId',
    'payloadDigest',
    'kind',
    'model',
    'signal',
  ] as const)('locates an altered %s', (field) => {
    const change = { [field]: `${records[5]![field]}x` } as Partial<AuditRecord>;
    expect(faultOf(replaced(5, change))?.sequence).toBe(6);
  });

  it('locates altered times, steps and causes', () => {
    expect(faultOf(replaced(2, { at: nanosFromMillis(1) }))).toEqual({ code: 'ALTERED_RECORD', sequence: 3 });
    expect(faultOf(replaced(2, { recordedAt: nanosFromMillis(1) }))).toEqual({ code: 'ALTERED_RECORD', sequence: 3 });
    expect(faultOf(replaced(2, { step: 9 }))).toEqual({ code: 'ALTERED_RECORD', sequence: 3 });
    expect(faultOf(replaced(2, { flags: ['approved'] }))).toEqual({ code: 'ALTERED_RECORD', sequence: 3 });
    expect(faultOf(replaced(2, { causes: ['fv/SPX', '0'] }))).toEqual({ code: 'ALTERED_RECORD', sequence: 3 });
  });

  it('locates a record that was replaced by one consistent in itself', () => {
    const forged = { ...records[4]!, payload: '{}', payloadDigest: payloadDigestOf('{}') };
    expect(faultOf(replaced(4, rehashed(forged)))).toEqual({ code: 'BROKEN_LINK', sequence: 6 });
  });

  it('locates a gap, a repetition and a swap', () => {
    expect(faultOf(records.toSpliced(4, 1))).toEqual({ code: 'GAP', sequence: 6 });
    expect(faultOf(records.toSpliced(4, 0, records[3]!))).toEqual({ code: 'REORDERED', sequence: 4 });
    expect(faultOf(records.toSpliced(4, 2, { ...records[5]!, sequence: 5 }, { ...records[4]!, sequence: 6 }))).toEqual({
      code: 'ALTERED_RECORD',
      sequence: 5,
    });
  });

  it('sees records cut off at the end', () => {
    expect(faultOf(records.slice(0, -2))).toEqual({ code: 'HEAD_MISMATCH', sequence: records.length - 2 });
  });

  it('refuses the records of another chain', () => {
    expect(faultOf(chained(story, 'RISK').records)?.code).toBe('FOREIGN_CHAIN');
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
