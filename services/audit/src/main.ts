import { runService } from '@tradewind/service-kit';

import { auditSettings } from './config.js';
import { auditModule } from './module.js';
import { auditCodec } from './wire.js';

await runService({
  name: 'audit',
  settings: auditSettings,
  migrations: new URL('../prisma/migrations/', import.meta.url),
  codec: auditCodec,
  subscriptions: [],
  build: auditModule,
});
