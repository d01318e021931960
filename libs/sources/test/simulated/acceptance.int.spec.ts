import { symbolOf } from '@tradewind/vocabulary';

import { definition } from '../../src/simulated/index.js';
import type { SourceCapabilities } from '../../src/source.js';
import type { SourceHarness } from '../acceptance/harness.js';
import { describeSource } from '../acceptance/suite.js';

const CAPABILITIES: SourceCapabilities = { bars: [], ticks: [], live: ['trades', 'quotes', 'book'], records: [], simulated: true };
const none = (): void => undefined;

/** The source is its own venue: there is nothing to connect to, to publish through or to cut. */
const harness: SourceHarness = {
  start: () =>
    Promise.resolve({
      open: (environment) => definition.open(definition.settings.parse({ activity: '200', lookMs: '20' }), environment),
      fail: none,
      requests: () => 0,
      connections: () => 0,
      subscriptions: () => [],
      publish: none,
      drop: none,
      silence: none,
      refuse: none,
      sendUnreadable: none,
      stop: () => Promise.resolve(),
    }),
  unknownSymbol: symbolOf('NOSUCH'),
  tellsUnknownSymbol: false,
  bars: undefined,
  ticks: undefined,
  records: undefined,
  live: { symbols: [symbolOf('AAPL'), symbolOf('SPY')], interval: '1m', messages: {}, bookChanges: [] },
  selfMade: true,
  requestFaults: new Set(),
  liveFaults: new Set(),
  secrets: [],
  backoffMsMax: 0,
};

describeSource('simulated', CAPABILITIES, harness);
