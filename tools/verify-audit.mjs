#!/usr/bin/env node
/**
 * Verifies an export of Tradewind's audit trail. Needs Node 22 or later and the folder, nothing else: it shares no code with what wrote it.
 *
 *   node verify-audit.mjs [folder] [--key <hex>] [--checkpoints <file>] [--json]
 *
 * --key          a public key (32 bytes, hex) to trust, and no other; may be given again; without it the first key of the trail is taken at its word
 * --checkpoints  checkpoints kept elsewhere (`checkpoints.jsonl`): the export must go on from each of them
 *
 * Exit code 0: every byte is as it was signed. 1: not; each fault names chain, sequence and field. 2: wrong use.
 * The format is described in docs/reference/audit-export.md.
 */
/* oxlint-disable max-lines -- whoever verifies carries this one file, and needs nothing beside it */
import { hash as digest, verify } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const FORMAT = 'tradewind/audit/export/1';
const CHECKPOINT_FORMAT = 'tradewind/audit/checkpoint/1';
const LINE_START = Buffer.from('{"hash":"');
const LINK_START = Buffer.from('","link":');
const PAYLOAD_START = Buffer.from('"],"payload":');
const REDACTION_START = Buffer.from('"],"redaction":');
const HEX = 64;
const NEWLINE = 0x0a;
const FAULTS_MAX = 100;
/** Position of fields in a link. */
const AT = { chain: 0, sequence: 1, previousHash: 2, factId: 4, kind: 5 };
const EMPTY_ROOT = digest('sha256', '');
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

const sha256 = (data) => digest('sha256', data);

// ---- Merkle tree of RFC 9162, 2.1 --------------------------------------------------------------------------------------------------

const node = Buffer.alloc(65, 1);
const nodeHash = (left, right) => {
  node.write(left, 1, 'hex');
  node.write(right, 33, 'hex');
  return sha256(node);
};
const addLeaf = (peaks, size, leaf) => {
  let subtree = leaf;
  for (let rest = size; rest % 2 === 1; rest = (rest - 1) / 2) subtree = nodeHash(peaks.pop(), subtree);
  peaks.push(subtree);
};
const rootOf = (peaks) =>
  peaks.length === 0 ? EMPTY_ROOT : peaks.slice(0, -1).reduceRight((right, left) => nodeHash(left, right), peaks.at(-1));

// ---- Signatures --------------------------------------------------------------------------------------------------------------------

const isSigned = (text, signature, publicKey) => {
  if (!/^[0-9a-f]{128}$/.test(signature) || !/^[0-9a-f]{64}$/.test(publicKey)) return false;
  const key = { key: Buffer.concat([SPKI_PREFIX, Buffer.from(publicKey, 'hex')]), format: 'der', type: 'spki' };
  try {
    return verify(null, Buffer.from(text), key, Buffer.from(signature, 'hex'));
  } catch {
    return false;
  }
};

// ---- Reading -----------------------------------------------------------------------------------------------------------------------

const parsed = (text) => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** The parts of a line as places in the bytes, so that what was hashed is hashed again as it stands. Undefined for a line of another form. */
const partsOf = (bytes, start, end) => {
  const hashAt = start + LINE_START.length;
  const linkAt = hashAt + HEX + LINK_START.length;
  if (linkAt >= end || bytes[end - 1] !== 0x7d) return undefined;
  if (bytes.compare(LINE_START, 0, LINE_START.length, start, hashAt) !== 0) return undefined;
  if (bytes.compare(LINK_START, 0, LINK_START.length, hashAt + HEX, linkAt) !== 0) return undefined;
  const hash = bytes.latin1Slice(hashAt, hashAt + HEX);
  const mark = bytes.indexOf(PAYLOAD_START, linkAt);
  if (mark !== -1 && mark < end) {
    return { hash, linkAt, linkEnd: mark + 2, payloadAt: mark + PAYLOAD_START.length, payloadEnd: end - 1, redaction: 0 };
  }
  const gone = bytes.indexOf(REDACTION_START, linkAt);
  if (gone === -1 || gone >= end) return undefined;
  const text = bytes.latin1Slice(gone + REDACTION_START.length, end - 1);
  return /^[1-9]\d*$/.test(text) ? { hash, linkAt, linkEnd: gone + 2, payloadAt: -1, payloadEnd: -1, redaction: Number(text) } : undefined;
};

/** Checks one chain over all its files. */
class Chain {
  constructor(told, marks, say) {
    this.told = told;
    this.marks = marks;
    this.say = (code, sequence, field, expected, found) => {
      this.broken = true;
      say(code, told.chain, sequence, field, expected, found);
    };
    this.head = told.genesis;
    this.sequence = 0;
    this.peaks = [];
    this.markAt = 0;
    this.broken = false;
    this.own = [];
    this.redacted = [];
    this.files = [];
    this.checkMarks();
  }

  file(name, bytes) {
    const first = this.sequence + 1;
    for (let start = 0; start < bytes.length && !this.broken;) {
      let end = bytes.indexOf(NEWLINE, start);
      if (end === -1) {
        this.say('MALFORMED_LINE', this.sequence + 1, 'newline', 'a newline at the end of the file', 'none');
        end = bytes.length;
      } else this.line(bytes, start, end);
      start = end + 1;
    }
    this.files.push({ file: name, first, last: this.sequence, bytes: bytes.length, sha256: sha256(bytes) });
  }

  line(bytes, start, end) {
    const due = this.sequence + 1;
    const parts = partsOf(bytes, start, end);
    if (parts === undefined)
      return this.say(
        'MALFORMED_LINE',
        due,
        'line',
        '{"hash":"…","link":[…],"payload":…}',
        bytes.toString('utf8', start, Math.min(end, start + 100)),
      );
    const { linkAt, linkEnd, hash } = parts;
    const linkHash = this.linkHash(bytes, linkAt, linkEnd);
    const digestAt = linkEnd - 2 - HEX;
    const payloadDigest = bytes.latin1Slice(digestAt, digestAt + HEX);
    const prefix = `["${this.told.chain}",${due},"${this.head}",`;
    const isWhole = linkHash === hash;
    if (!isWhole || bytes.latin1Slice(linkAt, linkAt + prefix.length) !== prefix) return this.explain(bytes, parts, linkHash, due);
    if (parts.redaction === 0) {
      const found = sha256(bytes.subarray(parts.payloadAt, parts.payloadEnd));
      if (found !== payloadDigest) return this.say('ALTERED_PAYLOAD', due, 'payload', payloadDigest, found);
    }
    if (this.told.chain === 'AUDIT' || parts.redaction !== 0) this.note(bytes, parts, due, payloadDigest);
    addLeaf(this.peaks, this.sequence, hash);
    this.sequence = due;
    this.head = hash;
    return this.checkMarks();
  }

  /** Format 2 hashes a zero byte and the link. The byte before the link is lent for it, so that nothing is copied. */
  linkHash(bytes, linkAt, linkEnd) {
    if (this.told.format === 1) return sha256(bytes.subarray(linkAt, linkEnd));
    const before = bytes[linkAt - 1];
    bytes[linkAt - 1] = 0;
    const hash = sha256(bytes.subarray(linkAt - 1, linkEnd));
    bytes[linkAt - 1] = before;
    return hash;
  }

  explain(bytes, { linkAt, linkEnd, hash }, linkHash, due) {
    const link = parsed(bytes.toString('utf8', linkAt, linkEnd)) ?? [];
    if (linkHash !== hash) {
      const field = link[AT.chain] !== this.told.chain ? 'chain' : link[AT.sequence] !== due ? 'sequence' : 'link';
      return this.say('ALTERED_RECORD', due, field, hash, linkHash);
    }
    if (link[AT.chain] !== this.told.chain) return this.say('FOREIGN_CHAIN', due, 'chain', this.told.chain, link[AT.chain]);
    if (link[AT.sequence] !== due) return this.say(link[AT.sequence] > due ? 'GAP' : 'REORDERED', due, 'sequence', due, link[AT.sequence]);
    return this.say('BROKEN_LINK', due, 'previousHash', this.head, link[AT.previousHash]);
  }

  note(bytes, { linkAt, linkEnd, payloadAt, payloadEnd, redaction }, sequence, payloadDigest) {
    const link = parsed(bytes.toString('utf8', linkAt, linkEnd)) ?? [];
    if (redaction !== 0) this.redacted.push({ chain: this.told.chain, sequence, payloadDigest, redaction });
    else this.own.push({ sequence, kind: link[AT.kind], fact: objectIn(parsed(bytes.toString('utf8', payloadAt, payloadEnd))) });
  }

  checkMarks() {
    for (let mark = this.marks[this.markAt]; mark?.size === this.sequence; mark = this.marks[this.markAt]) {
      const root = rootOf(this.peaks);
      if (mark.root !== root) return this.say('ROOT_MISMATCH', mark.size, `root of checkpoint ${mark.number}`, mark.root, root);
      if (mark.head !== this.head) return this.say('ROOT_MISMATCH', mark.size, `head of checkpoint ${mark.number}`, mark.head, this.head);
      this.markAt += 1;
    }
    return undefined;
  }

  finish() {
    const mark = this.marks[this.markAt];
    if (!this.broken && mark !== undefined)
      this.say('RECORDS_MISSING', this.sequence + 1, `size of checkpoint ${mark.number}`, mark.size, this.sequence);
    const covered = this.marks.at(-1)?.size ?? 0;
    if (!this.broken && covered !== this.sequence)
      this.say('RECORDS_ADDED', covered + 1, 'size of the last checkpoint', covered, this.sequence);
  }
}

// ---- Checkpoints, keys, redactions -------------------------------------------------------------------------------------------------

const objectIn = (value) => (value !== null && typeof value === 'object' && !Array.isArray(value) ? value : {});
const treeHeadsOf = ({ chains }) => (Array.isArray(chains) ? chains.map(objectIn) : []);
const isTreeHead = ({ chain, size }) => typeof chain === 'string' && Number.isSafeInteger(size) && size >= 0;
const checkpointText = (checkpoint) =>
  JSON.stringify({
    format: CHECKPOINT_FORMAT,
    number: checkpoint.number,
    at: checkpoint.at,
    previous: checkpoint.previous,
    chains: treeHeadsOf(checkpoint).map(({ chain, size, root, head }) => ({ chain, size, root, head })),
  });

/** Lines of a file of checkpoints; one that is not exactly as a checkpoint is written is a fault. */
const readCheckpoints = (bytes, say) => {
  const text = bytes.toString('utf8');
  const lines = text.split('\n');
  if (lines.pop() !== '') say('MALFORMED_CHECKPOINT', 'checkpoints', lines.length + 1, 'newline', 'a newline at the end', 'none');
  let previous = '';
  return lines.map((line, index) => {
    const fault = (code, field, expected, found) => say(code, 'checkpoints', index + 1, field, expected, found);
    const told = objectIn(parsed(line));
    const checkpoint = objectIn(told.checkpoint);
    const { key = '', signature = '' } = told;
    const signed = checkpointText(checkpoint);
    if (line !== `{"checkpoint":${signed},"key":${JSON.stringify(key)},"signature":${JSON.stringify(signature)}}`)
      fault('MALFORMED_CHECKPOINT', 'line', 'a checkpoint', line.slice(0, 100));
    else if (checkpoint.number !== index + 1) fault('CHECKPOINT_GAP', 'number', index + 1, checkpoint.number);
    else if (checkpoint.previous !== previous) fault('CHECKPOINT_LINK', 'previous', previous, checkpoint.previous);
    previous = sha256(signed);
    return { checkpoint, key, signature, text: signed, hash: previous };
  });
};

const endorsementText = (publicKey, previous) => JSON.stringify(['tradewind/audit/signing-key/1', publicKey, previous]);
const redactionText = ({ chain, sequence, factId, payloadDigest, actor, reason, at }) =>
  JSON.stringify(['tradewind/audit/redaction/1', chain, sequence, factId, payloadDigest, actor, reason, at]);

/** Keys that may sign: those given, or the first of the trail, and each that the one before it vouches for. */
const checkKeys = (own, trusted, say) => {
  const keys = new Map();
  let last;
  for (const { sequence, fact } of own.filter(({ kind }) => kind === 'signing-key')) {
    const { key, publicKey, previous, endorsement } = fact;
    const isItself = /^[0-9a-f]{64}$/.test(publicKey) && sha256(Buffer.from(publicKey, 'hex')).slice(0, 16) === key;
    const isTrusted = trusted === undefined ? last === undefined : trusted.includes(publicKey);
    const isEndorsed =
      last !== undefined &&
      keys.has(last.key) &&
      previous === last.key &&
      isSigned(endorsementText(publicKey, previous), endorsement, last.publicKey);
    if (isItself && (isTrusted || isEndorsed || keys.has(key))) keys.set(key, publicKey);
    else say('KEY_UNENDORSED', 'AUDIT', sequence, 'endorsement', `signature by ${previous}`, endorsement || 'none');
    last = fact;
  }
  return keys;
};

const checkSignatures = (checkpoints, keys, say) => {
  for (const [index, { key, signature, text }] of checkpoints.entries()) {
    const publicKey = keys.get(key);
    const fault = (code, field, expected, found) => say(code, 'checkpoints', index + 1, field, expected, found);
    if (publicKey === undefined) fault('CHECKPOINT_KEY', 'key', [...keys.keys()].join(' or '), String(key));
    else if (!isSigned(text, signature, publicKey))
      fault('CHECKPOINT_SIGNATURE', 'signature', `signature by ${key}`, String(signature).slice(0, 128));
  }
};

const checkRedactions = (chains, keys, say) => {
  const told = new Map(
    (chains.get('AUDIT')?.own ?? []).filter(({ kind }) => kind === 'redaction').map(({ sequence, fact }) => [sequence, fact]),
  );
  const done = new Set();
  for (const one of [...chains.values()].flatMap(({ redacted }) => redacted)) {
    const fact = told.get(one.redaction);
    done.add(`${one.chain} ${one.sequence}`);
    if (fact?.chain !== one.chain || fact.sequence !== one.sequence || fact.payloadDigest !== one.payloadDigest)
      say('REDACTION_UNPROVEN', one.chain, one.sequence, 'redaction', 'a record of who took the payload away', String(one.redaction));
  }
  for (const [sequence, fact] of told) {
    if (!isSigned(redactionText(fact), fact.signature, keys.get(fact.key) ?? ''))
      say('REDACTION_SIGNATURE', 'AUDIT', sequence, 'signature', 'signature by a known key', fact.signature);
    else if ((chains.get(fact.chain)?.sequence ?? 0) >= fact.sequence && !done.has(`${fact.chain} ${fact.sequence}`))
      say('REDACTION_UNDONE', fact.chain, fact.sequence, 'payload', 'no payload', 'a payload');
  }
  return [...told.values()];
};

// ---- The whole ---------------------------------------------------------------------------------------------------------------------

/** First place where two values differ, as a path; undefined when they are equal. */
const difference = (left, right, path = '') => {
  if (left === null || right === null || typeof left !== 'object' || typeof right !== 'object')
    return left === right ? undefined : { path, left, right };
  for (const key of new Set([...Object.keys(left), ...Object.keys(right)])) {
    const found = difference(left[key], right[key], path === '' ? key : `${path}.${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
};

const readOr = (path, say) => {
  if (existsSync(path)) return readFileSync(path);
  say('FILE_MISSING', '', 0, path, 'a file', 'none');
  return Buffer.alloc(0);
};

const genesisOf = (chain, format, follows) => sha256(format === 1 ? `tradewind/audit/1/${chain}` : `tradewind/audit/2/${chain}/${follows}`);

/** What the checkpoints say of each chain, by size. */
const marksOf = (checkpoints) => {
  const marks = new Map();
  for (const { checkpoint } of checkpoints)
    for (const { chain, size, root, head } of treeHeadsOf(checkpoint).filter(isTreeHead)) {
      const list = marks.get(chain) ?? [];
      const last = list.at(-1);
      if (last === undefined || last.size !== size || last.root !== root || last.head !== head)
        list.push({ number: checkpoint.number, size, root, head });
      marks.set(chain, list);
    }
  return marks;
};

/** Checks every record. The files are found by looking, not by the manifest, which is derived from them again later. */
const checkChains = (folder, marks, say) => {
  const place = join(folder, 'records');
  const unread = new Set(existsSync(place) ? readdirSync(place) : []);
  const chains = new Map();
  // The chain of the first format comes first: the others begin with its last hash.
  const names = [...marks.keys()]
    .map(String)
    .sort((left, right) => Number(right === 'main') - Number(left === 'main') || (left < right ? -1 : 1));
  for (const chain of names) {
    const format = chain === 'main' ? 1 : 2;
    const follows = chains.get('main')?.head ?? '';
    const checker = new Chain({ chain, format, genesis: genesisOf(chain, format, follows) }, marks.get(chain) ?? [], say);
    const own = [...unread].filter((file) => file.startsWith(`${chain}-`) && /^\d{12}\.jsonl$/.test(file.slice(chain.length + 1)));
    for (const file of own.sort((left, right) => (left < right ? -1 : 1))) {
      unread.delete(file);
      checker.file(`records/${file}`, readFileSync(join(place, file)));
    }
    checker.finish();
    chains.set(chain, checker);
  }
  for (const file of unread) say('FILE_UNKNOWN', '', 0, `records/${file}`, 'nothing', 'a file');
  return chains;
};

const checkKept = (checkpoints, kept, say) => {
  for (const [index, { hash, text }] of kept.entries()) {
    const found = checkpoints[index];
    if (found?.hash !== hash)
      say('REWRITTEN', 'checkpoints', index + 1, 'text', text.slice(0, 200), found?.text.slice(0, 200) ?? 'no such checkpoint');
  }
};

/** Verifies the export in a folder. Returns what was verified and every fault; never throws for what the folder holds. */
export const verifyExport = (folder, { key: trusted, checkpoints: keptFile } = {}) => {
  const faults = [];
  const say = (code, chain, sequence, field, expected, found) =>
    void faults.push({ code, chain, sequence, field, expected: String(expected), found: String(found) });
  // 1. What was signed, every record, who signed, what was taken away, and what was kept elsewhere.
  const checkpointBytes = readOr(join(folder, 'checkpoints.jsonl'), say);
  const checkpoints = readCheckpoints(checkpointBytes, say);
  if (checkpoints.length === 0) say('NO_CHECKPOINT', 'checkpoints', 0, 'checkpoints.jsonl', 'a signed checkpoint', 'none');
  const chains = checkChains(folder, marksOf(checkpoints), say);
  const keys = checkKeys(chains.get('AUDIT')?.own ?? [], trusted, say);
  checkSignatures(checkpoints, keys, say);
  const redactions = checkRedactions(chains, keys, say);
  if (keptFile !== undefined) checkKept(checkpoints, readCheckpoints(readOr(keptFile, say), say), say);
  // 2. The manifest, which says nothing that does not follow from the rest.
  const last = checkpoints.at(-1);
  const head = last?.hash ?? '';
  const due = {
    format: FORMAT,
    at: last?.checkpoint.at ?? '',
    checkpoints: {
      file: 'checkpoints.jsonl',
      count: checkpoints.length,
      last: head,
      bytes: checkpointBytes.length,
      sha256: sha256(checkpointBytes),
    },
    keys: [...keys].map(([key, publicKey]) => ({ key, publicKey })),
    redactions: redactions.length,
    chains: [...chains.values()]
      .sort((left, right) => (left.told.chain < right.told.chain ? -1 : 1))
      .map(({ told, sequence, head: end, peaks, files }) => ({ ...told, records: sequence, head: end, root: rootOf(peaks), files })),
  };
  const manifest = readOr(join(folder, 'manifest.json'), say).toString('utf8');
  if (faults.length === 0 && manifest !== `${JSON.stringify(due, undefined, 1)}\n`) {
    const { path, left, right } = difference(due, parsed(manifest)) ?? {
      path: 'text',
      left: 'as written',
      right: 'another spelling of it',
    };
    say('ALTERED_MANIFEST', '', 0, `manifest.json ${path}`, JSON.stringify(left), JSON.stringify(right));
  }
  return {
    ok: faults.length === 0,
    records: due.chains.reduce((sum, { records }) => sum + records, 0),
    chains: due.chains.map(({ chain, records, head: end }) => ({ chain, records, head: end })),
    checkpoints: checkpoints.length,
    head,
    keys: due.keys,
    redactions,
    faults,
  };
};

const main = () => {
  let options;
  try {
    options = parseArgs({
      allowPositionals: true,
      options: { key: { type: 'string', multiple: true }, checkpoints: { type: 'string' }, json: { type: 'boolean' } },
    });
  } catch (error) {
    process.stderr.write(`${error.message}\nuse: node verify-audit.mjs [folder] [--key <hex>] [--checkpoints <file>] [--json]\n`);
    return 2;
  }
  const { values, positionals } = options;
  const startedAt = performance.now();
  const result = verifyExport(resolve(positionals[0] ?? dirname(fileURLToPath(import.meta.url))), values);
  const seconds = (performance.now() - startedAt) / 1000;
  if (values.json) process.stdout.write(`${JSON.stringify({ ...result, seconds })}\n`);
  else if (result.ok) {
    process.stdout.write(
      `verified: ${result.records} records in ${result.chains.length} chains, ${result.checkpoints} signed checkpoints, ${result.redactions.length} redactions, no fault\n`,
    );
    for (const { key, publicKey } of result.keys)
      process.stdout.write(`key ${key} ${publicKey}${values.key === undefined ? ' (as the export says)' : ''}\n`);
    process.stdout.write(`head ${result.head}\n`);
  } else {
    for (const { code, chain, sequence, field, expected, found } of result.faults.slice(0, FAULTS_MAX))
      process.stderr.write(`${code} ${chain === '' ? '' : `${chain} ${sequence} `}(${field}): expected ${expected}, found ${found}\n`);
    process.stderr.write(`NOT verified: ${result.faults.length} fault(s)\n`);
  }
  return result.ok ? 0 : 1;
};

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) process.exitCode = main();
