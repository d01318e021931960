import { setting } from '@tradewind/service-kit';
import { z } from 'zod';

/**
 * TW_AUDIT_BATCH_MAX: most messages a statement, for each chain. TW_AUDIT_GATHER_MS: how long a smaller batch waits for more; a record is that much later than its fact.
 * TW_AUDIT_KEY_FILE: Ed25519 key that signs checkpoints, PEM, mode 0600; made at the first start when it is not there.
 * TW_AUDIT_EXPORT_PATH: folder that signed checkpoints are written to as well, so that a later rewrite of the database is found.
 * TW_AUDIT_CHECKPOINT_RECORDS, TW_AUDIT_CHECKPOINT_SECONDS: a checkpoint is signed after so many new records, or so long after the first of them.
 */
export const auditSettings = z.object({
  batchMax: setting.integer({ least: 1, most: 2_000 }).default(400),
  gatherMs: setting.integer({ least: 0, most: 1_000 }).default(200),
  keyFile: setting.text().default('var/audit/signing-key.pem'),
  exportPath: setting.text().default('var/audit/checkpoints'),
  checkpointRecords: setting.integer({ least: 1, most: 10_000_000 }).default(20_000),
  checkpointSeconds: setting.integer({ least: 1, most: 86_400 }).default(10),
});
/** Settings of the channels that alerts go to, which each reads for itself. */
export const channelVariables = (): Readonly<Record<string, string | undefined>> => process.env;

export type AuditSettings = z.output<typeof auditSettings>;
