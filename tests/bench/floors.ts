import { Agent, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

import { jetstream } from '@nats-io/jetstream';
import type { Bus } from '@tradewind/messaging';
import pg from 'pg';

const SAMPLES = 1_200;
const WARM_UP = 200;

const timed = async (once: (round: number) => Promise<unknown>): Promise<readonly number[]> => {
  const samples: number[] = [];
  for (let round = 0; round < SAMPLES; round += 1) {
    const started = performance.now();
    await once(round);
    if (round >= WARM_UP) samples.push(performance.now() - started);
  }
  return samples;
};

/** Milliseconds from a bare publication to its delivery, one message at a time: what the server and its client cost. */
export const bareHops = async (bus: Bus): Promise<readonly number[]> => {
  const client = jetstream(bus.connection);
  const manager = await client.jetstreamManager();
  await manager.streams.add({ name: 'FLOOR', subjects: ['floor.>'] });
  await manager.consumers.add('FLOOR', { durable_name: 'floor', ack_policy: 'explicit' as never, max_ack_pending: 1 });
  const consumer = await client.consumers.get('FLOOR', 'floor');
  const messages = await consumer.consume({ max_messages: 256 });
  const iterator = messages[Symbol.asyncIterator]();
  const samples = await timed(async () => {
    const stored = client.publish('floor.x', new Uint8Array(600));
    const next = await iterator.next();
    next.value?.ack();
    await stored;
  });
  messages.stop();
  await manager.streams.delete('FLOOR');
  return samples;
};

/** Milliseconds to write and commit one row, with fsync as in use. */
export const bareCommits = async (url: string): Promise<readonly number[]> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('CREATE TABLE IF NOT EXISTS public.floor (id int PRIMARY KEY, payload jsonb)');
  await client.query('TRUNCATE public.floor');
  const samples = await timed((id) =>
    client.query({ name: 'floor', text: 'INSERT INTO public.floor VALUES ($1, $2)', values: [id, '{"step":1}'] }),
  );
  await client.query('DROP TABLE public.floor');
  await client.end();
  return samples;
};

/** An answer as long as Alpaca's to an order. */
const ANSWER = JSON.stringify({ id: 'x'.repeat(900) });

/** Milliseconds of bare HTTP round trips on one kept connection, with bodies as long as those of an order. */
export const bareRoundTrips = async (): Promise<readonly number[]> => {
  const server = createServer((incoming, response) => {
    incoming.resume();
    incoming.on('end', () => response.end(ANSWER));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const { port } = server.address() as AddressInfo;
  const samples = await timed(
    () =>
      new Promise<void>((resolve, reject) => {
        const sent = request({ port, agent, method: 'POST' }, (response) => {
          response.resume();
          response.on('end', resolve);
        });
        sent.on('error', reject);
        sent.end('x'.repeat(180));
      }),
  );
  agent.destroy();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  return samples;
};
