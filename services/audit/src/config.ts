import { setting } from '@tradewind/service-kit';
import { z } from 'zod';

/**
 * TW_AUDIT_BATCH_MAX: most messages a statement. TW_AUDIT_GATHER_MS: how long a smaller batch waits for more; a record is that much later than its fact.
 * TW_AUDIT_CHAIN: name of the chain, which its first hash binds.
 */
export const auditSettings = z.object({
  batchMax: setting.integer({ least: 1, most: 2_000 }).default(400),
  gatherMs: setting.integer({ least: 0, most: 1_000 }).default(100),
  chain: setting.text().default('main'),
});
export type AuditSettings = z.output<typeof auditSettings>;
