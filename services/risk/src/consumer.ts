import { Controller, Inject } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import type { BarsClosed } from '@tradewind/market';
import type { MessageContext } from '@tradewind/messaging';
import type { ExecutionsReported, OrdersChanged } from '@tradewind/orders';
import type { RiskCommand } from '@tradewind/risk';
import type { SignalsDecided } from '@tradewind/signals';

import { RiskHandler } from './handler.js';
import { SilenceWatch } from './silence-watch.js';

/** Each message is acknowledged when what it led to is committed. */
@Controller()
export class RiskConsumer {
  constructor(
    @Inject(RiskHandler) private readonly handler: RiskHandler,
    @Inject(SilenceWatch) private readonly silence: SilenceWatch,
  ) {}

  @EventPattern('signals.decisions')
  onDecisions(@Payload() fact: SignalsDecided): Promise<void> {
    return this.handler.offerDecisions(fact);
  }

  @EventPattern('orders.executions')
  onExecutions(@Payload() fact: ExecutionsReported): Promise<void> {
    return this.handler.offerExecutions(fact);
  }

  // oxlint-disable-next-line typescript/no-unnecessary-type-arguments -- without it Nest's types refuse the context
  @EventPattern<string>('market.bars')
  onBars(@Payload() fact: BarsClosed, @Ctx() context: MessageContext): Promise<void> {
    this.silence.hear(fact);
    return this.handler.offerBars(fact, context.publishedAt);
  }

  @EventPattern('orders.changes')
  onChanges(@Payload() fact: OrdersChanged): Promise<void> {
    return this.handler.changes(fact);
  }

  @EventPattern('risk.commands')
  onCommand(@Payload() command: RiskCommand): Promise<void> {
    return this.handler.command(command);
  }
}
