import { Controller, Inject } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import type { BarsClosed, RecordsKnown, TicksArrived } from '@tradewind/market';
import type { MessageContext } from '@tradewind/messaging';

import { FeaturesHandler } from './handler.js';

/** One consumer delivers the three in stream order. */
@Controller()
export class Consumer {
  constructor(@Inject(FeaturesHandler) private readonly handler: FeaturesHandler) {}

  // oxlint-disable-next-line typescript/no-unnecessary-type-arguments -- without it Nest's types refuse the context
  @EventPattern<string>('market.records')
  async onRecords(@Payload() fact: RecordsKnown, @Ctx() context: MessageContext): Promise<void> {
    await this.handler.take({ event: 'market.records', fact }, context.sequence);
  }

  // oxlint-disable-next-line typescript/no-unnecessary-type-arguments -- as above
  @EventPattern<string>('market.ticks')
  async onTicks(@Payload() fact: TicksArrived, @Ctx() context: MessageContext): Promise<void> {
    await this.handler.take({ event: 'market.ticks', fact }, context.sequence);
  }

  // oxlint-disable-next-line typescript/no-unnecessary-type-arguments -- as above
  @EventPattern<string>('market.bars')
  async onBars(@Payload() fact: BarsClosed, @Ctx() context: MessageContext): Promise<void> {
    await this.handler.take({ event: 'market.bars', fact }, context.sequence);
  }
}
