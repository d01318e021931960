import { type DynamicModule, Module } from '@nestjs/common';
import { AUDIT_CHAIN, CHAINS } from '@tradewind/audit';
import { openKeyFile } from '@tradewind/audit-keys';
import type { Kit } from '@tradewind/service-kit';
import { Counter } from 'prom-client';

import { CheckpointFolder } from './checkpoint-folder.js';
import { watchAlerts } from './alerts.js';
import { Checkpoints } from './checkpoints.js';
import type { AuditSettings } from './config.js';
import { consumeEverything, signCheckpoints } from './consumer.js';
import { type AuditCounts, AuditHandler } from './handler.js';
import { AuditStore } from './store.js';

@Module({})
class AuditModule {}

const countsOf = ({ registry, log }: Kit<AuditSettings>): AuditCounts & { readonly total: () => number } => {
  const counter = (name: string, help: string): Counter => new Counter({ name, help, registers: [registry] });
  const recorded = counter('tw_audit_records_total', 'Records appended to the chain');
  const repeated = counter('tw_audit_repeated_total', 'Facts that came again and were recorded already');
  const contradicted = counter('tw_audit_contradicted_total', 'Facts that came again with different content');
  // The key's own record, written before anything else, is worth a checkpoint as well.
  let total = 0;
  return {
    total: () => total,
    recorded: (records) => {
      total += records;
      recorded.inc(records);
    },
    repeated: (entries) => repeated.inc(entries),
    contradicted: (factId) => {
      contradicted.inc();
      log.error({ factId }, 'a fact came again with different content; the first one stays recorded');
    },
  };
};

/** Wires the service together. The chains are begun and the key is recorded before the first message is read. */
export const auditModule = async (kit: Kit<AuditSettings>): Promise<DynamicModule> => {
  const { clock, config, log } = kit;
  const signers = await openKeyFile(config.keyFile);
  const store = new AuditStore(kit.database);
  const counts = countsOf(kit);
  const handlers = CHAINS.map((chain) => new AuditHandler(chain, store, clock, counts));
  const checkpoints = new Checkpoints(store, signers, new CheckpointFolder(config.exportPath), clock);
  await store.begin(clock.now());
  const key = await checkpoints.introduceKey(handlers.find(({ chain }) => chain === AUDIT_CHAIN)!);
  const chains = await store.chains();
  const records = chains.reduce((sum, { sequence }) => sum + sequence, 0);
  log.info({ records, chains: chains.length, key: key.key, publicKey: key.publicKey }, 'the audit trail goes on');
  signCheckpoints(kit, checkpoints, counts.total);
  consumeEverything(kit, handlers, store);
  await watchAlerts(kit, store);
  return { module: AuditModule, providers: [{ provide: AuditStore, useValue: store }] };
};
