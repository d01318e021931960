import 'reflect-metadata';
import { Controller, Module } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import type { EventName } from '@tradewind/contracts';
import type { Codec, MessageContext } from '@tradewind/messaging';
import { nanosFromMillis } from '@tradewind/vocabulary';
import { z } from 'zod';
import { runService, setting } from '../src/index.js';
import type { Kit } from '../src/index.js';

/** A whole service in one file, run as a process of its own: sums the steps it receives and tells the sum. It takes the name of a real one. */
interface Fact {
  readonly step: number;
  readonly sum?: number;
}
interface Sum {
  readonly sum: number;
  readonly lastStep: number;
}

const jsonCodec: Codec = {
  encode: (_name, fact) => new TextEncoder().encode(JSON.stringify(fact)),
  decode: (_name, bytes) => JSON.parse(new TextDecoder().decode(bytes)) as unknown,
};

/** The real one's: its bars come through one consumer with the rest. */
const subscriptions = ['market.records', 'market.ticks', 'market.bars'] as const satisfies readonly EventName[];

const settings = z.object({ crashAtStep: setting.integer({ least: -1, most: 1_000_000 }).default(-1), token: setting.secret().optional() });

const tinyModule = async (kit: Kit<z.output<typeof settings>>) => {
  const stage = await kit.openStage<Sum>({ name: 'sum', initialState: () => ({ sum: 0, lastStep: -1 }) });
  kit.log.info({ note: `token ${kit.config.token ?? 'none'} at ${kit.config.databaseUrl}` }, 'built');

  class TinyController {
    async on(fact: Fact, context: MessageContext): Promise<void> {
      if (fact.step === kit.config.crashAtStep)
        setImmediate(() => {
          throw new Error('planted bug');
        });
      await stage.run([context.messageId], (state) => {
        const next = { sum: state.sum + fact.step, lastStep: fact.step };
        return {
          state: next,
          events: [{ id: `summed/${fact.step}`, type: 'Summed', step: fact.step, at: nanosFromMillis(0), payload: next }],
          outbox: [
            kit.bus.envelope('features.vectors', { step: fact.step, sum: next.sum } satisfies Fact, {
              id: `vectors/${fact.step}`,
              partition: 0,
              key: 'step',
            }),
          ],
          result: undefined,
        };
      });
    }
  }
  Payload()(TinyController.prototype, 'on', 0);
  Ctx()(TinyController.prototype, 'on', 1);
  EventPattern([...subscriptions])(
    TinyController.prototype,
    'on',
    Object.getOwnPropertyDescriptor(TinyController.prototype, 'on') as PropertyDescriptor,
  );
  Controller()(TinyController);
  class TinyModule {}
  Module({ controllers: [TinyController] })(TinyModule);
  kit.onReady('note', () => kit.log.info({}, 'on ready'));
  kit.onShutdown('note', () => kit.log.info({}, 'on shutdown'));
  return TinyModule;
};

await runService({
  name: 'features',
  settings,
  migrations: new URL('../../../services/analysis/prisma/migrations/', import.meta.url),
  codec: jsonCodec,
  subscriptions,
  build: tinyModule,
});
