import { runService } from '@tradewind/service-kit';

import { settings } from './config.js';
import { FeaturesModule } from './module.js';
import { subscriptions, wireCodec } from './wire.js';

await runService({
  name: 'features',
  settings,
  migrations: new URL('../prisma/migrations/', import.meta.url),
  codec: wireCodec,
  subscriptions,
  build: (kit) => FeaturesModule.build(kit),
});
