import { BulkConsumer, type StreamName } from '@tradewind/messaging';
import type { Kit } from '@tradewind/service-kit';
import { Gauge } from 'prom-client';

import type { Checkpoints } from './checkpoints.js';
import type { AuditSettings } from './config.js';
import type { AuditHandler } from './handler.js';
import type { AuditStore } from './store.js';
import { encodeStatus, STATUS_REQUEST } from './wire.js';

const LOOK_MS = 250;

/** Reads each stream in large batches into its own chain, and answers how far it is. */
export const consumeEverything = (kit: Kit<AuditSettings>, handlers: readonly AuditHandler[], store: AuditStore): void => {
  const { bus, config, registry } = kit;
  const { batchMax, gatherMs } = config;
  const consumers = handlers.map(
    (handler) =>
      new BulkConsumer({
        bus,
        service: 'audit',
        streams: [handler.chain as StreamName],
        batchMax,
        gatherMs,
        handle: (events) => handler.record(events),
      }),
  );
  const pending = async (): Promise<number> => {
    const each = await Promise.all(consumers.map((consumer) => consumer.pending()));
    return each.reduce((sum, messages) => sum + messages, 0);
  };
  kit.onReady('audit consumers', async () => void (await Promise.all(consumers.map((consumer) => consumer.start()))));
  kit.onShutdown('audit consumers', async () => void (await Promise.all(consumers.map((consumer) => consumer.stop()))));
  bus.serve(STATUS_REQUEST, async () => {
    // Pending first: what is recorded meanwhile then counts twice at worst, and is never missed.
    const messages = await pending();
    const [chains, last] = await Promise.all([store.chains(), store.lastCheckpointHash()]);
    return encodeStatus({
      records: chains.reduce((sum, { sequence }) => sum + sequence, 0),
      head: last,
      pending: messages,
      lastStep: chains.reduce((most, { lastStep }) => Math.max(most, lastStep), -1),
    });
  });
  const pendingGauge: Gauge = new Gauge({
    name: 'tw_audit_pending_messages',
    help: 'Stored messages that are not recorded yet',
    registers: [registry],
    collect: async () => pendingGauge.set(await pending().catch(() => Number.NaN)),
  });
};

/** Signs a checkpoint after so many records or so much time, and a last one when the service stops. `recorded` tells how many records this process wrote. */
export const signCheckpoints = (kit: Kit<AuditSettings>, checkpoints: Checkpoints, recorded: () => number): void => {
  const { config, log, registry } = kit;
  let covered = 0;
  let signedAt = performance.now();
  let working: Promise<void> | undefined;
  const failing = new Gauge({ name: 'tw_audit_checkpoint_failing', help: '1 while no checkpoint can be signed', registers: [registry] });
  const sign = async (): Promise<void> => {
    const known = recorded();
    try {
      await checkpoints.sign();
      covered = known;
      failing.set(0);
    } catch (err) {
      // The trail goes on; what is not signed yet is signed with the next one.
      failing.set(1);
      log.error({ err }, 'no checkpoint could be signed and written; it is tried again');
    }
    signedAt = performance.now();
  };
  const look = (): void => {
    const fresh = recorded() - covered;
    const isDue = fresh >= config.checkpointRecords || (fresh > 0 && performance.now() - signedAt >= config.checkpointSeconds * 1_000);
    if (!isDue) return;
    working ??= sign().finally(() => {
      working = undefined;
    });
  };
  let timer: NodeJS.Timeout | undefined;
  // Registered before the consumers, so it stops after them: the last checkpoint covers the last record.
  kit.onShutdown('audit checkpoints', async () => {
    clearInterval(timer);
    await working;
    await sign();
  });
  kit.onReady('audit checkpoints', () => {
    timer = setInterval(look, LOOK_MS);
  });
};
