import { stateText, type UnixNanos } from '@tradewind/vocabulary';

import type { AuditEntry } from './record.js';

/** Of a message whatever it holds: these come from the stream and the subject, not from its content. */
export interface MessagePlace {
  readonly event: string;
  readonly messageId: string;
  readonly stream: string;
  readonly sequence: number;
  readonly publishedAt: UnixNanos;
}

/** Longest text of a field but the payload. Orders and fills are indexed by theirs, and a Postgres index takes no more than 2,704 bytes. */
const TEXT_BYTES_MAX = 1_200;
const CAUSES_MAX = 10_000;
const REASON_LENGTH_MAX = 500;
const INT32_MAX = 2 ** 31 - 1;
const INT64_MAX = 2n ** 63n - 1n;

const isSound = (text: string): boolean => text.isWellFormed() && !text.includes('\0') && Buffer.byteLength(text) <= TEXT_BYTES_MAX;

/** Any text in a form that every store takes: half a surrogate pair and NUL become the replacement character, what is too long is cut. */
const sound = (text: string, lengthMax = TEXT_BYTES_MAX / 3): string => text.slice(0, lengthMax).toWellFormed().replaceAll('\0', '\uFFFD');

const TEXT_FIELDS = ['factId', 'event', 'messageId', 'actor', 'run', 'symbol', 'orderId', 'fillId', 'model', 'signal'] as const;

/** What of an entry no store could keep as it is; undefined when all of it can be kept. */
export const unsoundField = (entry: AuditEntry): string | undefined => {
  const text = TEXT_FIELDS.find((field) => typeof entry[field] !== 'string' || !isSound(entry[field]));
  if (text !== undefined) return text;
  if (entry.factId === '') return 'factId';
  if (entry.causes.length > CAUSES_MAX || !entry.causes.every(isSound)) return 'causes';
  if (!entry.flags.every(isSound)) return 'flags';
  if (!Number.isInteger(entry.step) || entry.step < -1 || entry.step > INT32_MAX) return 'step';
  return entry.at < -INT64_MAX || entry.at > INT64_MAX ? 'at' : undefined;
};

/**
 * The entry for a message that can't be recorded as its facts: no contract reads it, or what it says fits no record. `bytesDigest` is the
 * SHA-256 of its payload, `reason` what was wrong. Itself it always fits.
 */
export const undecodableEntry = (message: MessagePlace, bytesDigest: string, reason: string): AuditEntry => ({
  factId: `undecodable/${message.stream}/${message.sequence}`,
  kind: 'undecodable',
  event: sound(message.event),
  messageId: sound(message.messageId),
  actor: 'unknown',
  run: '',
  step: -1,
  at: message.publishedAt,
  symbol: '',
  orderId: '',
  fillId: '',
  causes: [],
  model: '',
  signal: '',
  flags: ['unreadable'],
  payload: stateText({ bytesDigest, reason: sound(reason, REASON_LENGTH_MAX) }),
});
