import { rootOf, withLeaf } from './merkle.js';
import {
  AUDIT_CHAIN,
  type AuditRecord,
  type ChainFormat,
  type ChainHead,
  type ChainState,
  linkHashOf,
  linkTextOf,
  payloadDigestOf,
} from './record.js';

/**
 * - `ALTERED_PAYLOAD`: the payload is not what its digest says.
 * - `ALTERED_RECORD`: another field of the record was changed.
 * - `BROKEN_LINK`: the record, consistent in itself, does not follow the one before it: one of the two was replaced.
 * - `GAP`: records are missing before it. `REORDERED`: it comes again or too late. `FOREIGN_CHAIN`: it belongs to another chain.
 * - `HEAD_MISMATCH`: the chain ends elsewhere than its head says: records were cut off or added at the end.
 * - `ROOT_MISMATCH`: the records are not those that a checkpoint was signed over: history was rewritten, or cut off.
 * - `GENESIS_MISMATCH`: the chain does not begin as a chain of its name begins.
 * - `CHECKPOINT_…`: a checkpoint that is malformed, missing before the next, not the successor of the one before, signed by nobody known, or not
 *   signed as it is.
 * - `KEY_UNENDORSED`: a key took over without the signature of the one before it.
 * - `REDACTION_…`: a payload was taken away without a signed record of it, or is there although a record says it was taken away.
 * - `ANCHOR_MISSING`: a hash noted earlier, outside this database, is nowhere: history was rewritten.
 */
export type AuditFaultCode =
  | 'ALTERED_PAYLOAD'
  | 'ALTERED_RECORD'
  | 'BROKEN_LINK'
  | 'GAP'
  | 'REORDERED'
  | 'FOREIGN_CHAIN'
  | 'HEAD_MISMATCH'
  | 'ROOT_MISMATCH'
  | 'GENESIS_MISMATCH'
  | 'CHECKPOINT_MALFORMED'
  | 'CHECKPOINT_GAP'
  | 'CHECKPOINT_LINK'
  | 'CHECKPOINT_KEY'
  | 'CHECKPOINT_SIGNATURE'
  | 'KEY_UNENDORSED'
  | 'REDACTION_UNPROVEN'
  | 'REDACTION_SIGNATURE'
  | 'REDACTION_UNDONE'
  | 'ANCHOR_MISSING';

export interface AuditFault {
  readonly code: AuditFaultCode;
  /** Name of the chain; `checkpoints` for a fault of theirs. */
  readonly chain: string;
  /** Of the first bad record, or number of the checkpoint; 0 for none. */
  readonly sequence: number;
  /** What of it is wrong, e.g. `payload`, `link`, `previousHash`, `signature`. */
  readonly field: string;
  readonly factId: string;
  readonly expected: string;
  readonly found: string;
}

/** A record as it is verified: the text that was hashed, and what stands beside it. */
export interface LinkRow {
  readonly link: string;
  readonly payload: string;
  readonly hash: string;
  readonly redaction: number;
}

/** What a checkpoint says of one chain. */
export interface CheckpointMark {
  readonly number: number;
  readonly size: number;
  readonly root: string;
  readonly head: string;
}

/** A record whose payload is gone. */
export interface RedactedRecord {
  readonly chain: string;
  readonly sequence: number;
  readonly factId: string;
  readonly payloadDigest: string;
  /** Sequence in the chain AUDIT. */
  readonly redaction: number;
}

/** A record of the chain AUDIT, as far as verification needs it. */
export interface OwnRecord {
  readonly sequence: number;
  readonly kind: string;
  readonly payload: string;
}

const DIGEST_LENGTH = 64;
/** Position of fields in a link. */
const AT = { chain: 0, sequence: 1, previousHash: 2, factId: 4, kind: 5 } as const;

/** The record as verification reads it. */
export const linkRowOf = (record: AuditRecord, format: ChainFormat): LinkRow => ({
  link: linkTextOf(record, format),
  payload: record.payload,
  hash: record.hash,
  redaction: record.redaction,
});

const fieldsOf = (link: string): readonly unknown[] => {
  try {
    const fields: unknown = JSON.parse(link);
    return Array.isArray(fields) ? fields : [];
  } catch {
    return [];
  }
};

const textAt = (fields: readonly unknown[], index: number): string => {
  const field = fields[index];
  return typeof field === 'string' ? field : '';
};

/**
 * Checks a chain record by record, so that any amount fits in memory: `check` each in order of sequence until it answers a fault, then
 * `finish` with the head kept beside the records. No record is parsed while all is well: that the link begins with what is due and ends with
 * the payload's digest is compared as text.
 */
export class ChainVerifier {
  readonly redacted: RedactedRecord[] = [];
  /** Of the chain AUDIT. */
  readonly own: OwnRecord[] = [];
  fault: AuditFault | undefined;
  sequence = 0;
  private hash: string;
  private readonly prefix: string;
  private readonly peaks: string[] = [];
  private markAt = 0;

  /** `marks` in order of size. `isAnchor` is told every hash. */
  constructor(
    private readonly start: Pick<ChainState, 'chain' | 'format' | 'genesis'>,
    private readonly marks: readonly CheckpointMark[] = [],
    private readonly isAnchor: (hash: string) => void = () => undefined,
  ) {
    this.hash = start.genesis;
    this.prefix = `[${JSON.stringify(start.chain)},`;
    isAnchor(this.hash);
    this.fault = this.checkMarks();
  }

  get head(): ChainHead {
    return { chain: this.start.chain, sequence: this.sequence, hash: this.hash };
  }

  check(row: LinkRow): AuditFault | undefined {
    if (this.fault !== undefined) return this.fault;
    const { link } = row;
    const { format, chain } = this.start;
    const due = this.sequence + 1;
    const digest = link.slice(-DIGEST_LENGTH - 2, -2);
    const isGood =
      link.startsWith(`${this.prefix}${due},"${this.hash}",`) &&
      (row.redaction === 0 ? payloadDigestOf(row.payload) === digest : row.payload === '') &&
      linkHashOf(link, format) === row.hash;
    if (!isGood) return (this.fault = this.explain(row, due, digest));
    if (row.redaction !== 0 || chain === AUDIT_CHAIN) this.note(row, due, digest);
    withLeaf(this.peaks, this.sequence, row.hash);
    this.sequence = due;
    this.hash = row.hash;
    this.isAnchor(row.hash);
    return (this.fault = this.checkMarks());
  }

  /** Ends with the head that is kept beside the records. */
  finish(head: ChainHead): AuditFault | undefined {
    const { sequence, hash } = this;
    if (this.fault === undefined && (head.sequence !== sequence || head.hash !== hash))
      this.fault = this.faultAt('HEAD_MISMATCH', sequence, 'head', '', `${head.sequence} ${head.hash}`, `${sequence} ${hash}`);
    const mark = this.marks[this.markAt];
    if (this.fault === undefined && mark !== undefined)
      this.fault = this.faultAt(
        'ROOT_MISMATCH',
        sequence,
        'size',
        '',
        `${mark.size} records of checkpoint ${mark.number}`,
        String(sequence),
      );
    return this.fault;
  }

  private note(row: LinkRow, sequence: number, payloadDigest: string): void {
    const fields = fieldsOf(row.link);
    const { chain } = this.start;
    if (chain === AUDIT_CHAIN) this.own.push({ sequence, kind: textAt(fields, AT.kind), payload: row.payload });
    if (row.redaction !== 0)
      this.redacted.push({ chain, sequence, factId: textAt(fields, AT.factId), payloadDigest, redaction: row.redaction });
  }

  private explain(row: LinkRow, due: number, digest: string): AuditFault {
    const { chain, format } = this.start;
    const fields = fieldsOf(row.link);
    const sequence = Number(fields[AT.sequence]);
    const at = Number.isSafeInteger(sequence) && sequence > 0 ? sequence : due;
    const fault = (code: AuditFaultCode, field: string, expected: string, found: string): AuditFault =>
      this.faultAt(code, at, field, textAt(fields, AT.factId), expected, found);
    const hash = linkHashOf(row.link, format);
    const isWhole = hash === row.hash;
    const misplaced = fields[AT.chain] !== chain ? 'chain' : sequence !== due ? 'sequence' : undefined;
    // A record that does not carry its own hash was altered, whatever it says about its place.
    if (!isWhole && misplaced !== undefined) return this.faultAt('ALTERED_RECORD', due, misplaced, '', row.hash, hash);
    if (misplaced === 'chain') return fault('FOREIGN_CHAIN', 'chain', chain, textAt(fields, AT.chain));
    if (misplaced === 'sequence') return fault(sequence > due ? 'GAP' : 'REORDERED', 'sequence', String(due), String(sequence));
    if (row.redaction === 0 && payloadDigestOf(row.payload) !== digest)
      return fault('ALTERED_PAYLOAD', isWhole ? 'payload' : 'payloadDigest', digest, payloadDigestOf(row.payload));
    if (row.redaction !== 0 && row.payload !== '') return fault('REDACTION_UNDONE', 'payload', 'no payload', payloadDigestOf(row.payload));
    if (!isWhole) return fault('ALTERED_RECORD', 'link', row.hash, hash);
    return fault('BROKEN_LINK', 'previousHash', this.hash, textAt(fields, AT.previousHash));
  }

  private checkMarks(): AuditFault | undefined {
    for (let mark = this.marks[this.markAt]; mark?.size === this.sequence; mark = this.marks[this.markAt]) {
      const root = rootOf(this.peaks);
      if (mark.root !== root) return this.faultAt('ROOT_MISMATCH', mark.size, 'root', `checkpoint ${mark.number}`, mark.root, root);
      if (mark.head !== this.hash)
        return this.faultAt('ROOT_MISMATCH', mark.size, 'head', `checkpoint ${mark.number}`, mark.head, this.hash);
      this.markAt += 1;
    }
    return undefined;
  }

  private faultAt(code: AuditFaultCode, sequence: number, field: string, factId: string, expected: string, found: string): AuditFault {
    return { code, chain: this.start.chain, sequence, field, factId, expected, found };
  }
}
