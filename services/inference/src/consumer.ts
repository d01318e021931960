import { Controller, Inject } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import type { FeaturesComputed } from '@tradewind/features';

import { PredictionHandler } from './handler.js';

/** Each message is acknowledged when its predictions are stored. */
@Controller()
export class FeaturesConsumer {
  constructor(@Inject(PredictionHandler) private readonly handler: PredictionHandler) {}

  @EventPattern('features.vectors')
  onVectors(@Payload() fact: FeaturesComputed): Promise<void> {
    return this.handler.onFeatures(fact);
  }
}
