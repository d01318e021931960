import {
  appendEntries,
  AUDIT_CHAIN,
  AUDIT_COLUMNS,
  type AuditRecord,
  type ChainState,
  checkpointText,
  nextCheckpoint,
  redactionEntry,
  redactionText,
} from '@tradewind/audit';
import type { Signer } from '@tradewind/audit-keys';
import type { UnixNanos } from '@tradewind/vocabulary';
import type { Client } from 'pg';

import type { AuditTrail } from './audit-trail.js';
import { CliError, EXIT } from './exit-codes.js';

/** Role that may append and call `redact`, and nothing else. */
const WRITER_ROLE = 'tradewind_audit_writer';
const ATTEMPTS_MAX = 20;
const UNIQUE_VIOLATION = '23505';

export interface RedactionOrder {
  readonly factId: string;
  readonly actor: string;
  readonly reason: string;
  readonly at: UnixNanos;
}

const valueOf = (record: AuditRecord, column: (typeof AUDIT_COLUMNS)[number]): unknown => {
  const name = column.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()) as keyof AuditRecord;
  const value = record[name];
  return typeof value === 'bigint' ? value.toString() : Array.isArray(value) ? JSON.stringify(value) : value;
};

/** Moves the head of the chain AUDIT and inserts one record behind it; false when somebody else moved it first. */
export const appendRecord = async (client: Client, from: ChainState, to: ChainState, record: AuditRecord): Promise<boolean> => {
  const moved = await client.query('UPDATE chain SET sequence = $3, hash = $4, peaks = $5 WHERE name = $1 AND sequence = $2', [
    from.chain,
    from.sequence,
    to.sequence,
    to.hash,
    JSON.stringify(to.peaks),
  ]);
  if (moved.rowCount !== 1) return false;
  await client.query(
    `INSERT INTO record (${AUDIT_COLUMNS.join(', ')}) VALUES (${AUDIT_COLUMNS.map((_, index) => `$${index + 1}`).join(', ')})`,
    AUDIT_COLUMNS.map((column) => valueOf(record, column)),
  );
  return true;
};

/** So that what is exported under the last signature always holds the redaction with what was redacted. */
export const signCheckpoint = async (client: Client, trail: AuditTrail, signer: Signer, at: UnixNanos): Promise<void> => {
  const { rows } = await client.query<{ number: string; text: string }>('SELECT number, text FROM checkpoint ORDER BY number DESC LIMIT 1');
  const last = rows[0] && { number: Number(rows[0].number), text: rows[0].text };
  const checkpoint = nextCheckpoint(last, await trail.chains(), at);
  const text = checkpointText(checkpoint);
  await client.query('INSERT INTO checkpoint (number, text, key, signature) VALUES ($1, $2, $3, $4)', [
    checkpoint.number,
    text,
    signer.key,
    signer.sign(text),
  ]);
};

const targetOf = async (trail: AuditTrail, factId: string): Promise<AuditRecord> => {
  const found = await trail.facts(factId);
  const [target] = found;
  if (target === undefined) throw new CliError(EXIT.data, 'NOT_FOUND', `no fact '${factId}' is recorded`);
  if (found.length > 1)
    throw new CliError(
      EXIT.data,
      'AMBIGUOUS',
      `'${factId}' is recorded ${found.length} times: ${found.map((one) => `${one.chain}/${one.sequence}`).join(', ')}`,
    );
  if (target.chain === AUDIT_CHAIN) throw new CliError(EXIT.data, 'NOT_REDACTABLE', 'what the audit says of itself cannot be redacted');
  if (target.redaction !== 0) throw new CliError(EXIT.data, 'REDACTED_ALREADY', `'${factId}' was redacted by AUDIT/${target.redaction}`);
  return target;
};

/**
 * Takes the payload of a fact away: records who, why and when, signed, and empties the payload in the same transaction. Its digest stays in the
 * record, so chain, tree and checkpoints stay as they are. Throws CliError.
 */
export const redactFact = async (
  client: Client,
  trail: AuditTrail,
  signer: Signer,
  order: RedactionOrder,
): Promise<{ readonly target: AuditRecord; readonly redaction: AuditRecord }> => {
  const target = await targetOf(trail, order.factId);
  const { chain, sequence, payloadDigest } = target;
  const told = { ...order, chain, sequence, payloadDigest };
  const entry = redactionEntry({ ...told, key: signer.key, signature: signer.sign(redactionText(told)) });
  await client.query(`SET ROLE ${WRITER_ROLE}`);
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    await client.query('BEGIN');
    try {
      const from = (await trail.chains()).find((one) => one.chain === AUDIT_CHAIN);
      if (from === undefined) throw new CliError(EXIT.data, 'NO_TRAIL', 'this state has no audit trail yet');
      const { state, records } = appendEntries(from, [entry], order.at);
      const redaction = records[0]!;
      if (await appendRecord(client, from, state, redaction)) {
        await client.query('SELECT redact($1, $2, $3)', [chain, sequence, redaction.sequence]);
        await signCheckpoint(client, trail, signer, order.at);
        await client.query('COMMIT');
        return { target, redaction };
      }
      await client.query('ROLLBACK');
    } catch (error) {
      await client.query('ROLLBACK').catch(() => undefined);
      // The audit service signed a checkpoint of the same number at the same time.
      if ((error as { readonly code?: unknown }).code !== UNIQUE_VIOLATION) throw error;
    }
  }
  throw new CliError(EXIT.unavailable, 'CONTENDED', 'the chain AUDIT is being written by others; try again');
};
