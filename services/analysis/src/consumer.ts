import { Controller, Inject } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import type { FeaturesComputed } from '@tradewind/features';

import { AnalysisHandler } from './handler.js';

@Controller()
export class AnalysisConsumer {
  constructor(@Inject(AnalysisHandler) private readonly handler: AnalysisHandler) {}

  @EventPattern('features.vectors')
  onVectors(@Payload() fact: FeaturesComputed): Promise<void> {
    return this.handler.handle(fact);
  }
}
