import { checkpointHashOf, type Checkpoint, readCheckpoint, type SignedCheckpoint } from './checkpoint.js';
import { endorsementText, redactionOf, redactionText, type SignedRedaction, type SigningKey, signingKeyOf } from './own-facts.js';
import { type ChainHead, type ChainState, genesisOf, LEGACY_CHAIN } from './record.js';
import {
  type AuditFault,
  type AuditFaultCode,
  ChainVerifier,
  type CheckpointMark,
  type OwnRecord,
  type RedactedRecord,
} from './verification.js';

/** Whether `signature` (hex) is the Ed25519 signature of the text in UTF-8 under the public key (32 bytes, hex). Never throws. */
export type SignatureCheck = (text: string, signature: string, publicKey: string) => boolean;

export interface TrailVerifierOptions {
  /** In order of their numbers. */
  readonly checkpoints: readonly SignedCheckpoint[];
  readonly isSigned: SignatureCheck;
  /** Public keys (hex) known from elsewhere. Without them the trail's first key is taken at its word. */
  readonly trustedKeys?: readonly string[];
  /** Hash of a record or of a checkpoint, noted earlier elsewhere, that must occur. */
  readonly anchor?: string;
}

export interface TrailVerification {
  readonly ok: boolean;
  /** Good records, over all chains. */
  readonly records: number;
  readonly chains: readonly ChainHead[];
  readonly checkpoints: number;
  /** Hash of the last checkpoint: what to note elsewhere. Empty without one. */
  readonly head: string;
  /** Records that no checkpoint covers yet. */
  readonly unsigned: number;
  readonly redactions: readonly SignedRedaction[];
  /** One at most for each chain, then those of checkpoints, keys and redactions. */
  readonly faults: readonly AuditFault[];
}

interface ReadCheckpoint {
  readonly signed: SignedCheckpoint;
  readonly checkpoint: Checkpoint | undefined;
}

/** Verifies a whole trail: take a `chain` verifier for each chain, feed it all records, then `finish`. */
export class TrailVerifier {
  private readonly verifiers = new Map<string, ChainVerifier>();
  private readonly heads = new Map<string, ChainHead>();
  private readonly marks = new Map<string, CheckpointMark[]>();
  private readonly faults: AuditFault[] = [];
  private readonly checkpoints: readonly ReadCheckpoint[];
  private anchorSeen: boolean;
  private readonly follows: { chain: string; genesis: string; format: 1 | 2 }[] = [];

  constructor(private readonly options: TrailVerifierOptions) {
    this.checkpoints = options.checkpoints.map((signed) => ({ signed, checkpoint: readCheckpoint(signed.text) }));
    this.anchorSeen = options.anchor === undefined;
    for (const { checkpoint } of this.checkpoints) {
      for (const { chain, size, root, head } of checkpoint?.chains ?? []) {
        const marks = this.marks.get(chain) ?? [];
        const last = marks.at(-1);
        // One mark per size: a chain that stood still is not checked again, but what is said of it must be the same.
        if (last === undefined || last.size !== size || last.root !== root || last.head !== head)
          marks.push({ number: checkpoint!.number, size, root, head });
        this.marks.set(chain, marks);
      }
    }
  }

  /** Verifier of one chain, from its beginning to `head`. */
  chain(start: Pick<ChainState, 'chain' | 'format' | 'genesis'>, head: ChainHead): ChainVerifier {
    const { anchor } = this.options;
    const seen = (hash: string): void => {
      if (hash === anchor) this.anchorSeen = true;
    };
    const verifier = new ChainVerifier(start, this.marks.get(start.chain), seen);
    this.verifiers.set(start.chain, verifier);
    this.heads.set(start.chain, head);
    this.follows.push(start);
    return verifier;
  }

  finish(): TrailVerification {
    for (const [chain, verifier] of this.verifiers) {
      const fault = verifier.finish(this.heads.get(chain)!);
      if (fault !== undefined) this.faults.push(fault);
    }
    this.checkBeginnings();
    const own = this.verifiers.get('AUDIT')?.own ?? [];
    const keys = this.checkKeys(own);
    this.checkCheckpoints(keys);
    const redactions = this.checkRedactions(own, keys);
    if (!this.anchorSeen) this.fault('ANCHOR_MISSING', 'checkpoints', 0, 'anchor', this.options.anchor!, 'no such record or checkpoint');
    const chains = [...this.verifiers.values()].map(({ head }) => head);
    const covered = this.checkpoints.at(-1)?.checkpoint?.chains ?? [];
    const records = chains.reduce((sum, { sequence }) => sum + sequence, 0);
    const last = this.options.checkpoints.at(-1);
    return {
      ok: this.faults.length === 0,
      records,
      chains,
      checkpoints: this.checkpoints.length,
      head: last === undefined ? '' : checkpointHashOf(last.text),
      unsigned: Math.max(0, records - covered.reduce((sum, { size }) => sum + size, 0)),
      redactions,
      faults: this.faults,
    };
  }

  private fault(code: AuditFaultCode, chain: string, sequence: number, field: string, expected: string, found: string, factId = ''): void {
    this.faults.push({ code, chain, sequence, field, factId, expected, found });
  }

  /** The first hash of a chain is fixed by its name and, where an earlier version's chain stands beside it, by that one's end. */
  private checkBeginnings(): void {
    const legacy = this.heads.get(LEGACY_CHAIN)?.hash ?? '';
    for (const { chain, genesis, format } of this.follows) {
      const due = genesisOf(chain, format === 1 ? '' : legacy, format);
      if (genesis !== due) this.fault('GENESIS_MISMATCH', chain, 0, 'genesis', due, genesis);
    }
    for (const [chain, marks] of this.marks) {
      const { number, size } = marks.at(-1)!;
      if (!this.verifiers.has(chain))
        this.fault('ROOT_MISMATCH', chain, 0, 'size', `${size} records of checkpoint ${number}`, 'no such chain');
    }
  }

  private checkKeys(own: readonly OwnRecord[]): ReadonlyMap<string, string> {
    const { trustedKeys, isSigned } = this.options;
    const known = new Map<string, string>();
    let previous: SigningKey | undefined;
    for (const record of own.filter(({ kind }) => kind === 'signing-key')) {
      const key = signingKeyOf(record);
      if (key === undefined) {
        this.fault('KEY_UNENDORSED', 'AUDIT', record.sequence, 'payload', 'a public key', record.payload);
        continue;
      }
      const isTrusted = trustedKeys === undefined ? previous === undefined : trustedKeys.includes(key.publicKey);
      const isEndorsed =
        previous !== undefined &&
        known.has(previous.key) &&
        key.previous === previous.key &&
        isSigned(endorsementText(key.publicKey, key.previous), key.endorsement, previous.publicKey);
      if (isTrusted || isEndorsed || known.has(key.key)) known.set(key.key, key.publicKey);
      else this.fault('KEY_UNENDORSED', 'AUDIT', record.sequence, 'endorsement', `signature of ${key.previous}`, key.endorsement || 'none');
      previous = key;
    }
    return known;
  }

  private checkCheckpoints(keys: ReadonlyMap<string, string>): void {
    let previous = '';
    for (const [index, { signed, checkpoint }] of this.checkpoints.entries()) {
      const due = index + 1;
      const fault = (code: AuditFaultCode, field: string, expected: string, found: string): void =>
        this.fault(code, 'checkpoints', checkpoint?.number ?? due, field, expected, found);
      const publicKey = keys.get(signed.key);
      if (checkpoint === undefined) fault('CHECKPOINT_MALFORMED', 'text', 'canonical text of a checkpoint', signed.text.slice(0, 80));
      else if (checkpoint.number !== due) fault('CHECKPOINT_GAP', 'number', String(due), String(checkpoint.number));
      else if (checkpoint.previous !== previous) fault('CHECKPOINT_LINK', 'previous', previous, checkpoint.previous);
      if (publicKey === undefined) fault('CHECKPOINT_KEY', 'key', [...keys.keys()].join(' or ') || 'a known key', signed.key);
      else if (!this.options.isSigned(signed.text, signed.signature, publicKey))
        fault('CHECKPOINT_SIGNATURE', 'signature', `signature by ${signed.key}`, signed.signature.slice(0, 128));
      previous = checkpointHashOf(signed.text);
      if (previous === this.options.anchor) this.anchorSeen = true;
    }
  }

  private checkRedactions(own: readonly OwnRecord[], keys: ReadonlyMap<string, string>): SignedRedaction[] {
    const told = new Map<number, SignedRedaction | undefined>(
      own.filter(({ kind }) => kind === 'redaction').map((record) => [record.sequence, redactionOf(record)]),
    );
    const done = new Map<string, RedactedRecord>();
    for (const { redacted } of this.verifiers.values()) for (const one of redacted) done.set(`${one.chain} ${one.sequence}`, one);
    for (const one of done.values()) {
      const redaction = told.get(one.redaction);
      const fits = redaction?.chain === one.chain && redaction.sequence === one.sequence && redaction.payloadDigest === one.payloadDigest;
      if (!fits)
        this.fault(
          'REDACTION_UNPROVEN',
          one.chain,
          one.sequence,
          'redaction',
          'a record of who took the payload away',
          String(one.redaction),
          one.factId,
        );
    }
    for (const [sequence, redaction] of told) {
      const publicKey = redaction && keys.get(redaction.key);
      if (
        redaction === undefined ||
        publicKey === undefined ||
        !this.options.isSigned(redactionText(redaction), redaction.signature, publicKey)
      )
        this.fault('REDACTION_SIGNATURE', 'AUDIT', sequence, 'signature', 'signature by a known key', redaction?.signature ?? 'unreadable');
      else if (
        (this.verifiers.get(redaction.chain)?.sequence ?? 0) >= redaction.sequence &&
        !done.has(`${redaction.chain} ${redaction.sequence}`)
      )
        this.fault('REDACTION_UNDONE', redaction.chain, redaction.sequence, 'payload', 'no payload', 'a payload', redaction.factId);
    }
    return [...told.values()].filter((redaction) => redaction !== undefined);
  }
}
