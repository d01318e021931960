import { Controller, Inject } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import type { BarsClosed } from '@tradewind/market';
import type { TradingStateChanged, VerdictsReached } from '@tradewind/risk';

import { OrdersHandler } from './handler.js';

/** Each message is acknowledged when what it led to is committed. */
@Controller()
export class OrdersConsumer {
  constructor(@Inject(OrdersHandler) private readonly handler: OrdersHandler) {}

  @EventPattern('market.bars')
  onBars(@Payload() fact: BarsClosed): Promise<void> {
    return this.handler.offerBars(fact);
  }

  @EventPattern('risk.verdicts')
  onVerdicts(@Payload() fact: VerdictsReached): Promise<void> {
    return this.handler.place(fact);
  }

  @EventPattern('risk.states')
  onTradingState(@Payload() fact: TradingStateChanged): Promise<void> {
    return this.handler.announce(fact);
  }
}
