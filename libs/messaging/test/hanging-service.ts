import { Registry } from 'prom-client';

import { connectBus, JetStreamStrategy } from '../src/index.js';
import { besideBars, jsonCodec, recordingLog, smallTopology } from './rig.js';

/** A process of its own that takes a message in hand and never finishes, or dies of it: `hanging-service.ts <url> <hang|die>`. */
const [, , servers = '', mode = 'hang'] = process.argv;
const bus = await connectBus({ servers, name: 'hanging', codec: jsonCodec, registry: new Registry(), log: recordingLog([]) });
const strategy = new JetStreamStrategy({
  bus,
  service: 'features',
  partitions: 1,
  subscriptions: ['market.bars', ...besideBars],
  classify: () => 'retry',
  topology: smallTopology,
});
for (const event of besideBars) strategy.addHandler(event, async () => undefined, true);
strategy.addHandler(
  'market.bars',
  async () => {
    process.stdout.write('in hand\n');
    if (mode === 'die') process.kill(process.pid, 'SIGKILL');
    await new Promise(() => undefined);
  },
  true,
);
strategy.listen((error) => process.stdout.write(error === undefined ? 'listening\n' : 'failed\n'));
