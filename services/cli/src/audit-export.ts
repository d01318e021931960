import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { copyFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import { createHash, type Hash } from 'node:crypto';
import { join } from 'node:path';

import {
  AUDIT_CHAIN,
  checkpointHashOf,
  checkpointLine,
  type ChainState,
  type LinkRow,
  readCheckpoint,
  type SignedCheckpoint,
  signingKeyOf,
  type TreeHead,
} from '@tradewind/audit';

import type { AuditTrail } from './audit-trail.js';
import { CliError, EXIT } from './exit-codes.js';

const EXPORT_FORMAT = 'tradewind/audit/export/1';
const FILE_RECORDS_MAX = 50_000;
const SEQUENCE_DIGITS = 12;

/** What an export holds. */
export interface AuditExport {
  readonly folder: string;
  readonly records: number;
  readonly checkpoints: number;
  /** Hash of the last checkpoint. */
  readonly head: string;
  readonly bytes: number;
}

interface ExportedFile {
  readonly file: string;
  readonly first: number;
  readonly last: number;
  readonly bytes: number;
  readonly sha256: string;
}

/** A line of an export: payload and link as they were hashed, to the byte. See docs/reference/audit-export.md. */
const lineOf = ({ hash, link, payload, redaction }: LinkRow): string =>
  redaction === 0
    ? `{"hash":"${hash}","link":${link},"payload":${payload}}\n`
    : `{"hash":"${hash}","link":${link},"redaction":${redaction}}\n`;

/** A file that counts and digests what is written to it. */
class DigestedFile {
  readonly #stream: WriteStream;
  readonly #hash: Hash = createHash('sha256');
  #bytes = 0;

  constructor(path: string) {
    this.#stream = createWriteStream(path);
  }

  async write(text: string): Promise<void> {
    const bytes = Buffer.from(text);
    this.#hash.update(bytes);
    this.#bytes += bytes.length;
    if (!this.#stream.write(bytes)) await once(this.#stream, 'drain');
  }

  async end(): Promise<{ readonly bytes: number; readonly sha256: string }> {
    this.#stream.end();
    await once(this.#stream, 'close');
    return { bytes: this.#bytes, sha256: this.#hash.digest('hex') };
  }
}

const exportChain = async (trail: AuditTrail, chain: ChainState, folder: string): Promise<ExportedFile[]> => {
  const files: ExportedFile[] = [];
  let open: { readonly file: DigestedFile; readonly name: string; readonly first: number } | undefined;
  let sequence = 0;
  const close = async (): Promise<void> => {
    if (open !== undefined) files.push({ file: open.name, first: open.first, last: sequence, ...(await open.file.end()) });
    open = undefined;
  };
  for await (const rows of trail.links(chain)) {
    for (let start = 0; start < rows.length;) {
      if (open === undefined) {
        const name = `records/${chain.chain}-${String(sequence + 1).padStart(SEQUENCE_DIGITS, '0')}.jsonl`;
        open = { file: new DigestedFile(join(folder, name)), name, first: sequence + 1 };
      }
      const part = rows.slice(start, start + FILE_RECORDS_MAX - (sequence - open.first + 1));
      await open.file.write(part.map(lineOf).join(''));
      sequence += part.length;
      start += part.length;
      if (sequence - open.first + 1 === FILE_RECORDS_MAX) await close();
    }
  }
  await close();
  return files;
};

const emptyFolder = async (folder: string): Promise<void> => {
  await mkdir(folder, { recursive: true });
  const found = await readdir(folder);
  if (found.length > 0)
    throw new CliError(EXIT.usage, 'NOT_EMPTY', `${folder} is not empty`, 'an export goes into a folder of its own: name a new one');
  await mkdir(join(folder, 'records'));
};

const keysOf = async (trail: AuditTrail, audit: TreeHead | undefined): Promise<{ key: string; publicKey: string }[]> => {
  const records = await trail.ofKind(AUDIT_CHAIN, 'signing-key', audit?.size ?? 0);
  const keys = new Map(records.flatMap((record) => signingKeyOf(record) ?? []).map(({ key, publicKey }) => [key, publicKey]));
  return [...keys].map(([key, publicKey]) => ({ key, publicKey }));
};

/**
 * Writes everything that the last checkpoint covers: records, checkpoints, a manifest that follows from them, and the program that verifies all of it.
 * Throws CliError NO_CHECKPOINT and NOT_EMPTY.
 */
export const exportTrail = (trail: AuditTrail, folder: string, verifier: string): Promise<AuditExport> =>
  trail.atOneMoment(async () => {
    const chains = new Map((await trail.chains()).map((chain) => [chain.chain, chain]));
    const checkpoints: SignedCheckpoint[] = await trail.checkpoints();
    const last = checkpoints.at(-1);
    const covered = last && readCheckpoint(last.text);
    if (last === undefined || covered === undefined)
      throw new CliError(
        EXIT.data,
        'NO_CHECKPOINT',
        'nothing is signed yet',
        'the audit service signs some seconds after the first record',
      );
    await emptyFolder(folder);
    // 1. The records under the last signature.
    const exported = [];
    for (const { chain, size, root, head } of covered.chains) {
      const state = chains.get(chain);
      if (state === undefined) throw new CliError(EXIT.data, 'ROOT_MISMATCH', `the chain ${chain} is gone`, 'run `tradewind audit verify`');
      const files = await exportChain(trail, { ...state, sequence: size }, folder);
      exported.push({ chain, format: state.format, genesis: state.genesis, records: size, head, root, files });
    }
    // 2. The signatures, and the program that checks them.
    const signed = new DigestedFile(join(folder, 'checkpoints.jsonl'));
    for (const checkpoint of checkpoints) await signed.write(`${checkpointLine(checkpoint)}\n`);
    const checkpointFile = await signed.end();
    await copyFile(verifier, join(folder, 'verify-audit.mjs'));
    // 3. What is in the folder. Nothing in it that does not follow from the rest.
    const audit = covered.chains.find(({ chain }) => chain === AUDIT_CHAIN);
    const head = checkpointHashOf(last.text);
    const manifest = {
      format: EXPORT_FORMAT,
      at: covered.at.toString(),
      checkpoints: { file: 'checkpoints.jsonl', count: checkpoints.length, last: head, ...checkpointFile },
      keys: await keysOf(trail, audit),
      redactions: (await trail.ofKind(AUDIT_CHAIN, 'redaction', audit?.size ?? 0)).length,
      chains: exported,
    };
    await writeFile(join(folder, 'manifest.json'), `${JSON.stringify(manifest, undefined, 1)}\n`);
    const files = exported.flatMap((chain) => chain.files);
    return {
      folder,
      records: exported.reduce((sum, { records }) => sum + records, 0),
      checkpoints: checkpoints.length,
      head,
      bytes: files.reduce((sum, { bytes }) => sum + bytes, checkpointFile.bytes),
    };
  });
