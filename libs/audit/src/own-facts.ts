import { hash as digestOf } from 'node:crypto';

import { stateText, type UnixNanos } from '@tradewind/vocabulary';

import { type AuditEntry, type ChainHead, type FactKind } from './record.js';

/** A public Ed25519 key that signs from here on. */
export interface SigningKey {
  readonly key: string;
  /** The 32 bytes of the key, hex. */
  readonly publicKey: string;
  /** Id of the key before it, empty for the first. */
  readonly previous: string;
  /** Signature of the key before it over `endorsementText`, hex: who held that one vouches for this. Empty for the first, or when it was lost. */
  readonly endorsement: string;
}

/** A payload that was taken away; what proves its record stays. */
export interface Redaction {
  readonly chain: string;
  readonly sequence: number;
  readonly factId: string;
  readonly payloadDigest: string;
  readonly actor: string;
  readonly reason: string;
  readonly at: UnixNanos;
}

export interface SignedRedaction extends Redaction {
  readonly key: string;
  /** Ed25519 over `redactionText`, hex. */
  readonly signature: string;
}

/** Name of a key: the first 16 hex digits of the SHA-256 of its 32 bytes. */
export const keyIdOf = (publicKey: string): string => digestOf('sha256', Buffer.from(publicKey, 'hex')).slice(0, 16);

/** What the old key signs when a new one takes over. */
export const endorsementText = (publicKey: string, previous: string): string =>
  JSON.stringify(['tradewind/audit/signing-key/1', publicKey, previous]);

/** What is signed of a redaction. */
export const redactionText = ({ chain, sequence, factId, payloadDigest, actor, reason, at }: Redaction): string =>
  JSON.stringify(['tradewind/audit/redaction/1', chain, sequence, factId, payloadDigest, actor, reason, at.toString()]);

/** Payload of a fact of the audit's own: plain JSON, keys as written, so that a verifier elsewhere needs no decoder of ours. */
const ownEntry = (
  kind: FactKind,
  factId: string,
  fact: Readonly<Record<string, string | number>>,
  said: { readonly actor: string; readonly at: UnixNanos; readonly causes?: readonly string[] },
): AuditEntry => ({
  factId,
  kind,
  event: `audit.${kind}`,
  messageId: factId,
  actor: said.actor,
  run: '',
  step: -1,
  at: said.at,
  symbol: '',
  orderId: '',
  fillId: '',
  causes: said.causes ?? [],
  model: '',
  signal: '',
  flags: [],
  payload: stateText(fact),
});

/** `ordinal` counts the keys of a trail from 1: an old key that comes back is a new fact. */
export const signingKeyEntry = (key: SigningKey, ordinal: number, at: UnixNanos): AuditEntry =>
  ownEntry('signing-key', `key/${key.key}/${ordinal}`, { ...key }, { actor: 'audit', at });

export const chainClosedEntry = (head: ChainHead, at: UnixNanos): AuditEntry =>
  ownEntry('chain-closed', `closed/${head.chain}`, { chain: head.chain, sequence: head.sequence, hash: head.hash }, { actor: 'audit', at });

export const redactionEntry = (redaction: SignedRedaction): AuditEntry =>
  ownEntry(
    'redaction',
    `redaction/${redaction.chain}/${redaction.sequence}`,
    { ...redaction, at: redaction.at.toString() },
    { actor: redaction.actor, at: redaction.at, causes: [redaction.factId] },
  );

const parsed = (record: { readonly payload: string }): Record<string, unknown> | undefined => {
  try {
    const value: unknown = JSON.parse(record.payload);
    return value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
};

/** The key that a record of kind `signing-key` introduces; undefined for a payload that is none. */
export const signingKeyOf = (record: { readonly payload: string }): SigningKey | undefined => {
  const told = parsed(record);
  const texts = [told?.['key'], told?.['publicKey'], told?.['previous'], told?.['endorsement']];
  if (!texts.every((text) => typeof text === 'string')) return undefined;
  const [key, publicKey, previous, endorsement] = texts as [string, string, string, string];
  return /^[0-9a-f]{64}$/.test(publicKey) && keyIdOf(publicKey) === key ? { key, publicKey, previous, endorsement } : undefined;
};

/** The redaction that a record of kind `redaction` tells; undefined for a payload that is none. */
export const redactionOf = (record: { readonly payload: string }): SignedRedaction | undefined => {
  const told = parsed(record);
  if (told === undefined || !Number.isSafeInteger(told['sequence']) || !/^\d+$/.test(String(told['at']))) return undefined;
  const text = (name: string): string => String(told[name]);
  return {
    chain: text('chain'),
    sequence: Number(told['sequence']),
    factId: text('factId'),
    payloadDigest: text('payloadDigest'),
    actor: text('actor'),
    reason: text('reason'),
    at: BigInt(text('at')) as UnixNanos,
    key: text('key'),
    signature: text('signature'),
  };
};
