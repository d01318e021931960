import { nanosFromMillis, price, quantity, symbolOf } from '@tradewind/vocabulary';

import { definition } from '../../src/interactive-brokers/index.js';

/** A process of its own that connects, places one order and waits for its answer, to be killed in between: `placing-process.ts <port> <client order id>`. */
const [port, clientOrderId] = process.argv.slice(2);
const ignored = (): void => undefined;
const broker = definition.open(definition.settings.parse({ port, answerTimeoutMs: '60000' }), {
  clock: { now: () => nanosFromMillis(Date.now()) },
  log: { info: ignored, warn: ignored },
});
await broker.connect({ report: ignored, link: ignored, fault: ignored }, AbortSignal.timeout(10_000));
const answer = await broker.submit({
  clientOrderId: clientOrderId!,
  symbol: symbolOf('AAPL'),
  side: 'BUY',
  type: 'LIMIT',
  quantity: quantity('10'),
  limitPrice: price('90'),
  timeInForce: 'DAY',
});
process.stdout.write(`${answer.status}\n`);
