import { type AuditRecord, type ChainHead, emptyChain, payloadDigestOf, recordHashOf } from './record.js';

/**
 * - `ALTERED_PAYLOAD`: the payload is not what its digest says.
 * - `ALTERED_RECORD`: another field of the record was changed.
 * - `BROKEN_LINK`: the record, consistent in itself, does not follow the one before it: one of the two was replaced.
 * - `GAP`: records are missing before it. `REORDERED`: it comes again or too late. `FOREIGN_CHAIN`: it belongs to another chain.
 * - `HEAD_MISMATCH`: the chain ends elsewhere than its head says: records were cut off or added at the end.
 * - `ANCHOR_MISSING`: a hash noted earlier, outside this database, is not in the chain: history was rewritten.
 */
export type ChainFaultCode =
  | 'ALTERED_PAYLOAD'
  | 'ALTERED_RECORD'
  | 'BROKEN_LINK'
  | 'GAP'
  | 'REORDERED'
  | 'FOREIGN_CHAIN'
  | 'HEAD_MISMATCH'
  | 'ANCHOR_MISSING';

export interface ChainFault {
  readonly code: ChainFaultCode;
  /** Sequence of the first bad record. */
  readonly sequence: number;
  readonly factId: string;
  readonly expected: string;
  readonly found: string;
}

export type Verification =
  | { readonly ok: true; readonly records: number; readonly head: ChainHead }
  /** `records` are the good ones before the fault. */
  | { readonly ok: false; readonly records: number; readonly head: ChainHead; readonly fault: ChainFault };

const faultOf = (last: ChainHead, record: AuditRecord): ChainFault | undefined => {
  const fault = (code: ChainFaultCode, expected: string, found: string): ChainFault => ({
    code,
    sequence: record.sequence,
    factId: record.factId,
    expected,
    found,
  });
  const due = last.sequence + 1;
  if (record.chain !== last.chain) return fault('FOREIGN_CHAIN', last.chain, record.chain);
  if (record.sequence !== due) return fault(record.sequence > due ? 'GAP' : 'REORDERED', String(due), String(record.sequence));
  const digest = payloadDigestOf(record.payload);
  if (digest !== record.payloadDigest) return fault('ALTERED_PAYLOAD', record.payloadDigest, digest);
  const hash = recordHashOf(record);
  if (hash !== record.hash) return fault('ALTERED_RECORD', record.hash, hash);
  if (record.previousHash !== last.hash) return fault('BROKEN_LINK', last.hash, record.previousHash);
  return undefined;
};

/**
 * Checks a chain record by record, so that any amount fits in memory: `check` each in order of sequence until it answers a fault, then
 * `finish` with the head kept beside the records. `anchor` is a hash noted earlier elsewhere (a report, say) that must occur.
 */
export class ChainVerifier {
  private last: ChainHead;
  private fault: ChainFault | undefined;
  private anchorSeen: boolean;

  constructor(
    chain: string,
    private readonly anchor?: string,
  ) {
    this.last = emptyChain(chain);
    this.anchorSeen = anchor === undefined || anchor === this.last.hash;
  }

  check(record: AuditRecord): ChainFault | undefined {
    this.fault ??= faultOf(this.last, record);
    if (this.fault !== undefined) return this.fault;
    this.last = { chain: this.last.chain, sequence: record.sequence, hash: record.hash };
    if (record.hash === this.anchor) this.anchorSeen = true;
    return undefined;
  }

  finish(head: ChainHead): Verification {
    const { last } = this;
    const end = (code: ChainFaultCode, expected: string, found: string): ChainFault => ({
      code,
      sequence: last.sequence,
      factId: '',
      expected,
      found,
    });
    if (this.fault === undefined && (head.sequence !== last.sequence || head.hash !== last.hash)) {
      this.fault = end('HEAD_MISMATCH', `${head.sequence} ${head.hash}`, `${last.sequence} ${last.hash}`);
    }
    if (this.fault === undefined && !this.anchorSeen) this.fault = end('ANCHOR_MISSING', this.anchor!, 'no such record');
    if (this.fault !== undefined) return { ok: false, records: last.sequence, head: last, fault: this.fault };
    return { ok: true, records: last.sequence, head: last };
  }
}

/** Verifies a whole chain in order of sequence; stops at the first bad record and says what is wrong with it. */
export const verifyChain = (records: Iterable<AuditRecord>, head: ChainHead, anchor?: string): Verification => {
  const verifier = new ChainVerifier(head.chain, anchor);
  for (const record of records) {
    if (verifier.check(record) !== undefined) break;
  }
  return verifier.finish(head);
};
