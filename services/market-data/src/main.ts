import { runService } from '@tradewind/service-kit';

import { settings } from './config.js';
import { buildMarketData } from './module.js';
import { subscriptions, wireCodec } from './wire.js';

await runService({
  name: 'market-data',
  settings,
  migrations: new URL('../prisma/migrations/', import.meta.url),
  codec: wireCodec,
  subscriptions,
  build: buildMarketData,
});
