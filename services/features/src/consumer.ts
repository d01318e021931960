import { Controller, Inject } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import type { BarsClosed } from '@tradewind/market';
import type { MessageContext } from '@tradewind/messaging';

import { FeaturesHandler } from './handler.js';

@Controller()
export class Consumer {
  constructor(@Inject(FeaturesHandler) private readonly handler: FeaturesHandler) {}

  // oxlint-disable-next-line typescript/no-unnecessary-type-arguments -- without it Nest's types refuse the context
  @EventPattern<string>('market.bars')
  async onBars(@Payload() closed: BarsClosed, @Ctx() context: MessageContext): Promise<void> {
    await this.handler.onBars(closed, context.sequence);
  }
}
