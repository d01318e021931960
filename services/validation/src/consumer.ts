import { Controller, Inject } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import type { FeaturesComputed } from '@tradewind/features';
import type { PredictionsMade } from '@tradewind/models';
import type { AnalysesMade } from '@tradewind/signals';

import { ValidationHandler } from './handler.js';

/** Each message is acknowledged when the step it belongs to is committed. */
@Controller()
export class ValidationConsumer {
  constructor(@Inject(ValidationHandler) private readonly handler: ValidationHandler) {}

  @EventPattern('features.vectors')
  onVectors(@Payload() fact: FeaturesComputed): Promise<void> {
    return this.handler.offer('features', fact);
  }

  @EventPattern('inference.predictions')
  onPredictions(@Payload() fact: PredictionsMade): Promise<void> {
    return this.handler.offer('inference', fact);
  }

  @EventPattern('analysis.analyses')
  onAnalyses(@Payload() fact: AnalysesMade): Promise<void> {
    return this.handler.offer('analysis', fact);
  }
}
