import { Controller, Inject } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import type { ExecutionsReported } from '@tradewind/orders';
import type { RiskCommand } from '@tradewind/risk';
import type { SignalsDecided } from '@tradewind/signals';

import { RiskHandler } from './handler.js';

/** Each message is acknowledged when what it led to is committed. */
@Controller()
export class RiskConsumer {
  constructor(@Inject(RiskHandler) private readonly handler: RiskHandler) {}

  @EventPattern('signals.decisions')
  onDecisions(@Payload() fact: SignalsDecided): Promise<void> {
    return this.handler.offerDecisions(fact);
  }

  @EventPattern('orders.executions')
  onExecutions(@Payload() fact: ExecutionsReported): Promise<void> {
    return this.handler.offerExecutions(fact);
  }

  @EventPattern('risk.commands')
  onCommand(@Payload() command: RiskCommand): Promise<void> {
    return this.handler.command(command);
  }
}
