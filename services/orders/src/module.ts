import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { BrokerSettingsError, discoverBrokers, openBroker } from '@tradewind/brokers';
import { INSTRUMENTS } from '@tradewind/market';
import { paperVenue } from '@tradewind/orders';
import { SettingsError } from '@tradewind/service-kit';
import type { Kit } from '@tradewind/service-kit';

import { brokerVariables, PAPER } from './config.js';
import type { OrdersSettings } from './config.js';
import { OrdersConsumer } from './consumer.js';
import { buildDesk } from './desk/build-desk.js';
import type { OpenBroker } from './desk/open-broker.js';
import { OrdersHandler } from './handler.js';
import { OrdersMetrics } from './metrics.js';
import { statusOf } from './status.js';
import { openOrdersStage } from './store.js';
import type { OrdersStage } from './store.js';
import { TRADING, type Trading } from './trading.js';
import { encodeStatus, STATUS_REQUEST } from './wire.js';

@Module({})
class OrdersModule {}

const instruments = Object.fromEntries(INSTRUMENTS.map((entry) => [entry.symbol, entry]));

const buildPaper = (kit: Kit<OrdersSettings>, stage: OrdersStage): Trading => {
  const { config } = kit;
  const { slippageModel, slippageRatio, commissionModel, commissionRatio, participationRatio, seriesEndSessions, partitions } = config;
  return new OrdersHandler({
    stage,
    bus: kit.bus,
    clock: kit.clock,
    venue: paperVenue({
      slippageModel,
      slippageRatio,
      commissionModel,
      commissionRatio,
      latency: { fixedMs: config.latencyMs, meanMs: config.latencyMeanMs, seed: config.latencySeed },
      seriesEndSessions,
      instruments,
      ...(participationRatio === undefined ? {} : { participationRatio }),
    }),
    metrics: new OrdersMetrics(kit.registry),
    partitions,
  });
};

const openConfigured =
  (name: string): OpenBroker =>
  async (environment) => {
    try {
      return openBroker(await discoverBrokers(), name, brokerVariables(), environment);
    } catch (error) {
      if (error instanceof BrokerSettingsError)
        throw new SettingsError(error.faults.map(({ variable, problem }) => ({ variable, rule: 'invalid', message: problem })));
      throw error;
    }
  };

/** Loads the account and wires the service to its venue: bars inside the steps, or a broker beside them. */
export const buildOrders = async (
  kit: Kit<OrdersSettings>,
  open: OpenBroker = openConfigured(kit.config.broker),
): Promise<DynamicModule> => {
  const { broker } = kit.config;
  const stage = await openOrdersStage(kit);
  const desk = broker === PAPER ? undefined : await buildDesk(kit, stage, open, instruments);
  const trading = desk?.trading ?? buildPaper(kit, stage);
  kit.onLead('joins', () => trading.forget());
  kit.bus.serve(STATUS_REQUEST, async () => {
    await stage.refresh();
    return encodeStatus(statusOf(stage.state, broker, desk?.comparisons() ?? 0));
  });
  return { module: OrdersModule, controllers: [OrdersConsumer], providers: [{ provide: TRADING, useValue: trading }] };
};
