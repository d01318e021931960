import { BarOrderError } from '@tradewind/features';
import { classifyError, runService } from '@tradewind/service-kit';

import { settings } from './config.js';
import { FeaturesModule } from './module.js';
import { StepGapError } from './partition-features.js';
import { subscriptions, wireCodec } from './wire.js';

await runService({
  name: 'features',
  settings,
  migrations: new URL('../prisma/migrations/', import.meta.url),
  codec: wireCodec,
  subscriptions,
  build: (kit) => FeaturesModule.build(kit),
  // A hole or a step back in the bars does not close by trying again.
  classify: (error) => (error instanceof StepGapError || error instanceof BarOrderError ? 'dead-letter' : classifyError(error)),
});
