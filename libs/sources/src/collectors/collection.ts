import { createHash } from 'node:crypto';

import type { PointInTimeRecord } from '@tradewind/market';
import { isoFromNanos, NANOS_PER_MILLI, type Symbol, type UnixNanos } from '@tradewind/vocabulary';

import { byKnownAt } from './record.js';

/** What a collector remembers between its runs. Plain data. */
export interface Collection {
  /** End of the last look by question, `<series>/<symbol or *>`. */
  readonly lookedUntil: Readonly<Record<string, UnixNanos>>;
  /** Digest of what was last said by fact, and when it was last met. */
  readonly facts: Readonly<Record<string, { readonly digest: string; readonly metAt: UnixNanos }>>;
}

export const NOTHING_COLLECTED: Collection = { lookedUntil: {}, facts: {} };

const DIGEST_LENGTH = 16;
/** A fact that no answer has held for so long is forgotten, so that the memory stays bounded. */
const FORGOTTEN_AFTER_NANOS = 550n * 86_400_000n * NANOS_PER_MILLI;

/** The name of a question in the memory. */
export const questionOf = ({ series, symbol }: { readonly series: string; readonly symbol: Symbol | undefined }): string =>
  `${series}/${symbol ?? '*'}`;

const digestOf = (record: PointInTimeRecord): string =>
  createHash('sha256').update(`${record.value} ${record.text}`).digest('hex').slice(0, DIGEST_LENGTH);

/** What a record is about: its id without the time of knowing. */
const factOf = ({ id, knownAt }: PointInTimeRecord): string => id.replace(`/${isoFromNanos(knownAt)}`, '');

/** The record, known from when we first saw it. */
const knownFrom = (record: PointInTimeRecord, seenAt: UnixNanos): PointInTimeRecord => ({
  ...record,
  id: record.id.replace(`/${isoFromNanos(record.knownAt)}`, `/${isoFromNanos(seenAt)}`),
  knownAt: seenAt,
});

/**
 * Takes in the answer to one question: what is new in it, and the memory after it.
 * - What was met before and says the same is nothing new.
 * - What says something else is a revision: another record, known from now.
 * - What is new but claims to have been known when we last looked was not there then: it is known from now.
 * - Everything else, and the whole first look, is known from when the source says.
 */
export const takeIn = (
  collection: Collection,
  question: string,
  records: readonly PointInTimeRecord[],
  seenAt: UnixNanos,
): { readonly collection: Collection; readonly fresh: readonly PointInTimeRecord[] } => {
  const last = collection.lookedUntil[question];
  const facts = { ...collection.facts };
  const fresh: PointInTimeRecord[] = [];
  for (const record of records) {
    const fact = factOf(record);
    const digest = digestOf(record);
    const known = facts[fact];
    facts[fact] = { digest, metAt: seenAt };
    if (known?.digest === digest) continue;
    const late = known !== undefined || (last !== undefined && record.knownAt <= last);
    fresh.push(late && record.knownAt < seenAt ? knownFrom(record, seenAt) : record);
  }
  for (const [fact, { metAt }] of Object.entries(facts)) if (metAt < seenAt - FORGOTTEN_AFTER_NANOS) delete facts[fact];
  return { collection: { facts, lookedUntil: { ...collection.lookedUntil, [question]: seenAt } }, fresh: fresh.sort(byKnownAt) };
};
