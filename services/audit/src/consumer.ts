import { BulkConsumer } from '@tradewind/messaging';
import type { Kit } from '@tradewind/service-kit';
import { Gauge } from 'prom-client';

import type { AuditSettings } from './config.js';
import type { AuditHandler } from './handler.js';
import type { AuditStore } from './store.js';
import { encodeStatus, STATUS_REQUEST } from './wire.js';

/** Reads all streams in large batches and answers how far it is. */
export const consumeEverything = (kit: Kit<AuditSettings>, handler: AuditHandler, store: AuditStore): void => {
  const { bus, config, registry } = kit;
  const { batchMax, gatherMs } = config;
  const consumer = new BulkConsumer({ bus, service: 'audit', batchMax, gatherMs, handle: (events) => handler.record(events) });
  kit.onReady('audit consumer', () => consumer.start());
  kit.onShutdown('audit consumer', () => consumer.stop());
  bus.serve(STATUS_REQUEST, async () => {
    // Pending first: what is recorded meanwhile then counts twice at worst, and is never missed.
    const pending = await consumer.pending();
    const head = await store.head();
    return encodeStatus({ records: head.sequence, head: head.hash, pending, lastStep: head.lastStep });
  });
  const pendingGauge: Gauge = new Gauge({
    name: 'tw_audit_pending_messages',
    help: 'Stored messages that are not recorded yet',
    registers: [registry],
    collect: async () => pendingGauge.set(await consumer.pending().catch(() => Number.NaN)),
  });
};
