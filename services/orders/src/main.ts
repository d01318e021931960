import { runService } from '@tradewind/service-kit';

import { settings } from './config.js';
import { buildOrders } from './module.js';
import { codec, SUBSCRIPTIONS } from './wire.js';

await runService({
  name: 'orders',
  settings,
  migrations: new URL('../prisma/migrations/', import.meta.url),
  codec,
  subscriptions: SUBSCRIPTIONS,
  lead: 'service',
  build: (kit) => buildOrders(kit),
});
