import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { appendEntries, type AuditEntry, CHAINS, emptyChain, endorsementText, signingKeyEntry } from '@tradewind/audit';
import { openKeyFile, rotateKeyFile, type Signer } from '@tradewind/audit-keys';
import { migrate } from '@tradewind/database';
import { startTestPostgres } from '@tradewind/testkit';
import { nanosFromMillis } from '@tradewind/vocabulary';
import { Client } from 'pg';

import { exportTrail } from '../src/audit-export.js';
import { appendRecord, redactFact, signCheckpoint } from '../src/audit-redaction.js';
import { AuditTrail } from '../src/audit-trail.js';

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const at = nanosFromMillis(1_700_000_000_000);

/** Texts that any format between here and a verifier could trip over. */
const ODD = [
  'plain',
  'Ä €漢字🚀',
  'quote " back \\ slash',
  'tab \t newline \n',
  '"],"payload":{}',
  '"],"redaction":7}',
  '\u2028 \u007f <script>',
  '1e-7',
];

const entryOf = (chain: string, index: number): AuditEntry => ({
  factId: `${chain}/${index}`,
  kind: 'analysis',
  event: `${chain.toLowerCase()}.facts`,
  messageId: `m/${chain}/${index}`,
  actor: ODD[index % ODD.length]!,
  run: 'test',
  step: index,
  at,
  symbol: 'SPX',
  orderId: '',
  fillId: '',
  causes: [ODD[(index + 3) % ODD.length]!],
  model: index % 2 === 0 ? 'payload' : ODD[index % ODD.length]!,
  signal: '',
  flags: ['rule-based'],
  payload: JSON.stringify({ value: index * 1e-7, text: ODD[index % ODD.length] }),
});

export interface ExportedTrail extends AsyncDisposable {
  readonly url: string;
  readonly client: Client;
  readonly trail: AuditTrail;
  /** The export. */
  readonly folder: string;
  readonly signers: readonly Signer[];
}

/** A small trail in a real database, with two keys, three checkpoints and a redaction, and its export. */
export const exportedTrail = async (): Promise<ExportedTrail> => {
  const postgres = await startTestPostgres();
  const place = await mkdtemp(join(tmpdir(), 'tradewind-export-'));
  const migrationsDir = fileURLToPath(new URL('../../audit/prisma/migrations', import.meta.url));
  await migrate({ url: postgres.url, schema: 'audit', migrationsDir, log: silent });
  const client = new Client({ connectionString: postgres.url, options: '-c search_path=audit' });
  await client.connect();
  const trail = new AuditTrail(client);
  const append = async (chain: string, entries: readonly AuditEntry[]): Promise<void> => {
    for (const entry of entries) {
      const from = (await trail.chains()).find((one) => one.chain === chain)!;
      const { state, records } = appendEntries(from, [entry], at);
      await client.query('BEGIN');
      await appendRecord(client, from, state, records[0]!);
      await client.query('COMMIT');
    }
  };
  for (const chain of CHAINS) {
    const { genesis } = emptyChain(chain);
    await client.query('INSERT INTO chain (name, sequence, hash, last_step, format, genesis) VALUES ($1, 0, $2, -1, 2, $2)', [
      chain,
      genesis,
    ]);
  }
  const keyFile = join(place, 'key.pem');
  const [first] = await openKeyFile(keyFile);
  await append('AUDIT', [signingKeyEntry({ key: first.key, publicKey: first.publicKey, previous: '', endorsement: '' }, 1, at)]);
  const told = (chain: string, from: number, to: number): AuditEntry[] =>
    Array.from({ length: to - from }, (_, index) => entryOf(chain, from + index));
  await append('MARKET', told('MARKET', 0, 9));
  await signCheckpoint(client, trail, first, at);
  await append('RISK', told('RISK', 0, 3));
  const second = await rotateKeyFile(keyFile);
  const endorsement = first.sign(endorsementText(second.publicKey, first.key));
  await append('AUDIT', [signingKeyEntry({ key: second.key, publicKey: second.publicKey, previous: first.key, endorsement }, 2, at)]);
  await signCheckpoint(client, trail, second, at);
  await redactFact(client, trail, second, { factId: 'MARKET/4', actor: 'Ada', reason: 'personal data', at });
  const folder = join(place, 'export');
  await exportTrail(trail, folder, fileURLToPath(new URL('../../../tools/verify-audit.mjs', import.meta.url)));
  return {
    url: postgres.url,
    client,
    trail,
    folder,
    signers: [first, second],
    [Symbol.asyncDispose]: async () => {
      await client.end();
      await Promise.all([postgres.dispose(), rm(place, { recursive: true, force: true })]);
    },
  };
};
