import { nanosFromMillis } from '@tradewind/vocabulary';
import { describe, expect, it } from 'vitest';

import {
  appendEntries,
  type AuditRecord,
  type ChainState,
  checkpointHashOf,
  checkpointText,
  emptyChain,
  endorsementText,
  keyIdOf,
  linkRowOf,
  nextCheckpoint,
  payloadDigestOf,
  readCheckpoint,
  redactionEntry,
  redactionText,
  type SignedCheckpoint,
  signingKeyEntry,
  TrailVerifier,
  type TrailVerifierOptions,
} from '../src/index.js';
import { chained, story } from './story.js';

/** Ed25519 comes in from outside; any scheme that binds text and key shows the rules. */
const signature = (text: string, publicKey: string): string => payloadDigestOf(`${publicKey} ${text}`).repeat(2);
const isSigned: TrailVerifierOptions['isSigned'] = (text, given, publicKey) => given === signature(text, publicKey);
const at = nanosFromMillis(1_700_000_000_000);
const [first, second, stranger] = ['11', '22', '33'].map((byte) => byte.repeat(32)) as [string, string, string];

interface Told {
  readonly orders: readonly AuditRecord[];
  readonly audit: readonly AuditRecord[];
  readonly states: readonly [orders: ChainState, audit: ChainState];
  readonly checkpoints: readonly SignedCheckpoint[];
}

const target = chained().records[2]!;
const redaction = {
  chain: 'ORDERS',
  sequence: 3,
  factId: target.factId,
  payloadDigest: target.payloadDigest,
  actor: 'Ada',
  reason: 'privacy',
  at,
};

/** A trail with a checkpoint in the middle, a second key, a redaction, and a checkpoint at the end. */
const trail = (endorsement = signature(endorsementText(second, keyIdOf(first)), first)): Told => {
  const sign = (publicKey: string, text: string): SignedCheckpoint => ({
    text,
    key: keyIdOf(publicKey),
    signature: signature(text, publicKey),
  });
  const begun = appendEntries(
    emptyChain('AUDIT'),
    [signingKeyEntry({ key: keyIdOf(first), publicKey: first, previous: '', endorsement: '' }, 1, at)],
    at,
  );
  const half = appendEntries(emptyChain('ORDERS'), story.slice(0, 6), at);
  const one = checkpointText(nextCheckpoint(undefined, [half.state, begun.state], at));
  const whole = appendEntries(half.state, story.slice(6), at);
  const signed = { ...redaction, key: keyIdOf(second), signature: signature(redactionText(redaction), second) };
  const key = { key: keyIdOf(second), publicKey: second, previous: keyIdOf(first), endorsement };
  const ended = appendEntries(begun.state, [signingKeyEntry(key, 2, at), redactionEntry(signed)], at);
  const two = checkpointText(nextCheckpoint({ number: 1, text: one }, [whole.state, ended.state], at));
  const orders = [...half.records, ...whole.records].map((record) =>
    record.sequence === 3 ? { ...record, payload: '', redaction: 3 } : record,
  );
  return {
    orders,
    audit: [...begun.records, ...ended.records],
    states: [whole.state, ended.state],
    checkpoints: [sign(first, one), sign(second, two)],
  };
};

const verify = ({ orders, audit, states, checkpoints }: Told, options: Partial<TrailVerifierOptions> = {}) => {
  const verifier = new TrailVerifier({ checkpoints, isSigned, ...options });
  for (const [index, records] of [orders, audit].entries()) {
    const chain = verifier.chain(states[index]!, states[index]!);
    for (const record of records) if (chain.check(linkRowOf(record, 2)) !== undefined) break;
  }
  return verifier.finish();
};
const codes = (told: Told, options?: Partial<TrailVerifierOptions>): string[] => verify(told, options).faults.map(({ code }) => code);

describe('a trail', () => {
  const good = trail();

  it('verifies as a whole: chains, checkpoints of two keys, and a redaction', () => {
    const result = verify(good);
    expect(result).toMatchObject({ ok: true, records: story.length + 3, checkpoints: 2, unsigned: 0, faults: [] });
    expect(result.head).toBe(checkpointHashOf(good.checkpoints[1]!.text));
    expect(result.redactions).toMatchObject([{ factId: target.factId, actor: 'Ada', reason: 'privacy' }]);
  });

  it('says how many records no checkpoint covers yet', () => {
    expect(verify({ ...good, checkpoints: good.checkpoints.slice(0, 1) }).unsigned).toBe(story.length - 6 + 2);
  });

  it('holds a hash that was noted elsewhere, of a record or of a checkpoint, or is found rewritten', () => {
    expect(codes(good, { anchor: good.orders[4]!.hash })).toEqual([]);
    expect(codes(good, { anchor: checkpointHashOf(good.checkpoints[0]!.text) })).toEqual([]);
    expect(codes(good, { anchor: 'f'.repeat(64) })).toEqual(['ANCHOR_MISSING']);
  });

  it('whose chains were rewritten from some record on no longer fits what was signed', () => {
    const forged = story.map((entry, index) => (index === 4 ? { ...entry, actor: 'nobody' } : entry));
    const { state, records } = appendEntries(emptyChain('ORDERS'), forged, at);
    expect(verify({ ...good, orders: records, states: [state, good.states[1]] }).faults[0]).toMatchObject({
      code: 'ROOT_MISMATCH',
      chain: 'ORDERS',
      sequence: 6,
      field: 'root',
    });
  });

  it('that was cut off behind a checkpoint is short of what was signed', () => {
    const { state, records } = appendEntries(emptyChain('ORDERS'), story.slice(0, 8), at);
    expect(codes({ ...good, orders: records, states: [state, good.states[1]] })).toContain('ROOT_MISMATCH');
  });

  it.each([
    ['missing', (told: readonly SignedCheckpoint[]) => told.slice(1), 'CHECKPOINT_GAP'],
    [
      'altered',
      (told: readonly SignedCheckpoint[]) => [{ ...told[0]!, text: told[0]!.text.replace('"at":"17', '"at":"16') }, told[1]!],
      'CHECKPOINT_SIGNATURE',
    ],
    [
      'spelt otherwise',
      (told: readonly SignedCheckpoint[]) => [{ ...told[0]!, text: `${told[0]!.text} ` }, told[1]!],
      'CHECKPOINT_MALFORMED',
    ],
    ['signed by a stranger', (told: readonly SignedCheckpoint[]) => [told[0]!, { ...told[1]!, key: keyIdOf(stranger) }], 'CHECKPOINT_KEY'],
    [
      'replaced by another',
      (told: readonly SignedCheckpoint[]) => {
        const { number, chains } = readCheckpoint(told[0]!.text)!;
        const text = checkpointText({ number, at: nanosFromMillis(5), previous: '', chains });
        return [{ text, key: keyIdOf(first), signature: signature(text, first) }, told[1]!];
      },
      'CHECKPOINT_LINK',
    ],
  ])('shows a checkpoint that is %s', (_what, change, code) => {
    expect(codes({ ...good, checkpoints: change(good.checkpoints) })).toContain(code);
  });

  it('takes a new key only with the word of the one before it, or from outside', () => {
    expect(codes(trail('00'.repeat(64)))).toEqual(['KEY_UNENDORSED', 'CHECKPOINT_KEY', 'REDACTION_SIGNATURE']);
    expect(codes(trail('00'.repeat(64)), { trustedKeys: [first, second] })).toEqual([]);
    expect(codes(good, { trustedKeys: [first] })).toEqual([]);
    expect(codes(good, { trustedKeys: [stranger] })).toContain('KEY_UNENDORSED');
  });

  it('shows a payload that went without a word, and one that came back', () => {
    const [third, fourth] = [good.orders[2]!, good.orders[3]!];
    expect(codes({ ...good, orders: good.orders.with(3, { ...fourth, payload: '', redaction: 3 }) })).toEqual(['REDACTION_UNPROVEN']);
    expect(codes({ ...good, orders: good.orders.with(3, { ...fourth, payload: '' }) })[0]).toBe('ALTERED_PAYLOAD');
    expect(codes({ ...good, orders: good.orders.with(2, { ...third, payload: target.payload, redaction: 0 }) })).toEqual([
      'REDACTION_UNDONE',
    ]);
  });

  it('begins as its name begins', () => {
    const { state, records } = appendEntries(emptyChain('ORDERS', 'another'), story, at);
    expect(codes({ ...good, orders: records, states: [state, good.states[1]], checkpoints: [] })).toContain('GENESIS_MISMATCH');
  });
});
