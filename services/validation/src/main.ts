import { runService } from '@tradewind/service-kit';

import { settings } from './config.js';
import { buildValidation } from './module.js';
import { codec, SUBSCRIPTIONS } from './wire.js';

await runService({
  name: 'validation',
  settings,
  migrations: new URL('../prisma/migrations/', import.meta.url),
  codec,
  subscriptions: SUBSCRIPTIONS,
  lead: 'service',
  build: buildValidation,
});
