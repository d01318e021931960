import { Controller, Inject } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import type { BarsClosed, RecordsKnown, TicksArrived } from '@tradewind/market';
import type { MessageContext } from '@tradewind/messaging';
import type { OrdersCommand } from '@tradewind/orders';
import type { ProtectionsOrdered, RiskCommand, TradingStateChanged, VerdictsReached } from '@tradewind/risk';

import { TRADING, type Trading } from './trading.js';

/** Each message is acknowledged when what it led to is committed. */
@Controller()
export class OrdersConsumer {
  constructor(@Inject(TRADING) private readonly trading: Trading) {}

  @EventPattern('market.records')
  onRecords(@Payload() fact: RecordsKnown): Promise<void> {
    return this.trading.know(fact);
  }

  @EventPattern('market.ticks')
  onTicks(@Payload() fact: TicksArrived): void {
    this.trading.hold(fact);
  }

  // oxlint-disable-next-line typescript/no-unnecessary-type-arguments -- without it Nest's types refuse the context
  @EventPattern<string>('market.bars')
  onBars(@Payload() fact: BarsClosed, @Ctx() context: MessageContext): Promise<void> {
    return this.trading.offerBars({ fact, sequence: context.sequence });
  }

  @EventPattern('risk.verdicts')
  onVerdicts(@Payload() fact: VerdictsReached): Promise<void> {
    return this.trading.place(fact);
  }

  @EventPattern('risk.states')
  onTradingState(@Payload() fact: TradingStateChanged): Promise<void> {
    return this.trading.announce(fact);
  }

  @EventPattern('risk.commands')
  onRiskCommand(@Payload() command: RiskCommand): Promise<void> {
    return this.trading.hear(command);
  }

  @EventPattern('risk.protections')
  onProtections(@Payload() fact: ProtectionsOrdered): Promise<void> {
    return this.trading.protect(fact);
  }

  @EventPattern('orders.commands')
  onCommand(@Payload() command: OrdersCommand): Promise<void> {
    return this.trading.obey(command);
  }
}
