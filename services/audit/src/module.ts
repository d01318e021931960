import { type DynamicModule, Module } from '@nestjs/common';
import type { Kit } from '@tradewind/service-kit';
import { Counter } from 'prom-client';

import type { AuditSettings } from './config.js';
import { consumeEverything } from './consumer.js';
import { type AuditCounts, AuditHandler } from './handler.js';
import { AuditStore } from './store.js';

@Module({})
class AuditModule {}

const countsOf = ({ registry, log }: Kit<AuditSettings>): AuditCounts => {
  const counter = (name: string, help: string): Counter => new Counter({ name, help, registers: [registry] });
  const recorded = counter('tw_audit_records_total', 'Records appended to the chain');
  const repeated = counter('tw_audit_repeated_total', 'Facts that came again and were recorded already');
  const contradicted = counter('tw_audit_contradicted_total', 'Facts that came again with different content');
  return {
    recorded: (records) => recorded.inc(records),
    repeated: (entries) => repeated.inc(entries),
    contradicted: (factId) => {
      contradicted.inc();
      log.error({ factId }, 'a fact came again with different content; the first one stays recorded');
    },
  };
};

/** Wires the service together. The chain is begun before the first message is read. */
export const auditModule = async (kit: Kit<AuditSettings>): Promise<DynamicModule> => {
  const store = new AuditStore(kit.database, kit.config.chain);
  const handler = new AuditHandler(store, kit.clock, countsOf(kit));
  const { sequence, hash } = await store.head();
  kit.log.info({ records: sequence, head: hash }, 'the audit chain goes on');
  consumeEverything(kit, handler, store);
  return { module: AuditModule, providers: [{ provide: AuditHandler, useValue: handler }] };
};
