import { setting } from '@tradewind/service-kit';
import { z } from 'zod';

/** TW_AUDIT_BATCH_MAX: most messages a statement. TW_AUDIT_CHAIN: name of the chain, which its first hash binds. */
export const auditSettings = z.object({
  batchMax: setting.integer({ least: 1, most: 2_000 }).default(400),
  chain: setting.text().default('main'),
});
export type AuditSettings = z.output<typeof auditSettings>;
