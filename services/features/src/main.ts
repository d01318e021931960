import { classifyError, runService } from '@tradewind/service-kit';

import { settings } from './config.js';
import { buildFeatures } from './module.js';
import { isBrokenOrder } from './partition-features.js';
import { subscriptions, wireCodec } from './wire.js';

await runService({
  name: 'features',
  settings,
  migrations: new URL('../prisma/migrations/', import.meta.url),
  codec: wireCodec,
  subscriptions: [...subscriptions],
  lead: 'partition',
  build: buildFeatures,
  classify: (error) => (isBrokenOrder(error) ? 'dead-letter' : classifyError(error)),
});
