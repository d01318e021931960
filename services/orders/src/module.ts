import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { INSTRUMENTS } from '@tradewind/market';
import { paperVenue } from '@tradewind/orders';
import type { Kit } from '@tradewind/service-kit';

import type { OrdersSettings } from './config.js';
import { OrdersConsumer } from './consumer.js';
import { OrdersHandler } from './handler.js';
import { OrdersMetrics } from './metrics.js';
import { openOrdersStage } from './store.js';

@Module({})
class OrdersModule {}

/** Loads the account and wires the service to the paper venue. */
export const buildOrders = async (kit: Kit<OrdersSettings>): Promise<DynamicModule> => {
  const { config, bus, registry } = kit;
  const { slippageModel, slippageRatio, commissionModel, commissionRatio, participationRatio, seriesEndSessions } = config;
  const handler = new OrdersHandler({
    stage: await openOrdersStage(kit),
    bus,
    venue: paperVenue({
      slippageModel,
      slippageRatio,
      commissionModel,
      commissionRatio,
      seriesEndSessions,
      instruments: Object.fromEntries(INSTRUMENTS.map((entry) => [entry.symbol, entry])),
      ...(participationRatio === undefined ? {} : { participationRatio }),
    }),
    metrics: new OrdersMetrics(registry),
    partitions: config.partitions,
  });
  kit.onLead('joins', () => handler.forget());
  return { module: OrdersModule, controllers: [OrdersConsumer], providers: [{ provide: OrdersHandler, useValue: handler }] };
};
