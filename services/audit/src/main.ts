import { runService } from '@tradewind/service-kit';

import { auditSettings } from './config.js';
import { auditModule } from './module.js';
import { auditCodec } from './wire.js';

await runService({
  name: 'audit',
  settings: auditSettings,
  migrations: new URL('../prisma/migrations/', import.meta.url),
  codec: auditCodec,
  // Owned by nobody who can log in, written by a role that can only append: see the migration.
  databaseRole: 'tradewind_audit_writer',
  subscriptions: [],
  build: auditModule,
});
