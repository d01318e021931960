import { ALERT_POLICY_DEFAULTS, type Alert, type AlertDesk, gravity, openAlertDesk, SEVERITIES } from '@tradewind/alerts';
import { isDatabaseAway } from '@tradewind/database';
import { DeadLetters } from '@tradewind/messaging';
import { openNotifiers } from '@tradewind/notifiers';
import { type DurableStage, type Kit, SettingsError } from '@tradewind/service-kit';
import { millisFromNanos } from '@tradewind/vocabulary';
import { Counter, Gauge } from 'prom-client';

import { AlertWatch } from './alert-watch.js';
import { type AuditSettings, channelVariables } from './config.js';
import { GivenUp } from './given-up.js';
import { RecordedFacts } from './recorded-facts.js';
import type { AuditStore } from './store.js';
import { ALERTS_REQUEST, encodeAlerts, readAlertsRequest } from './wire.js';

const LOOK_MS = 200;

const graver = (left: Alert, right: Alert): number => gravity(right.severity) - gravity(left.severity) || right.lastAtMs - left.lastAtMs;

const metricsOf = ({ registry }: Kit<AuditSettings>, stage: DurableStage<AlertDesk>) => {
  const registers = [registry];
  const open: Gauge = new Gauge({
    name: 'tw_alerts_open',
    help: 'Alerts that nobody acknowledged and nothing resolved',
    labelNames: ['severity'],
    registers,
    collect: () => {
      const alerts = Object.values(stage.state.book.alerts).filter(({ status }) => status === 'OPEN');
      for (const severity of SEVERITIES) open.set({ severity }, alerts.filter((alert) => alert.severity === severity).length);
    },
  });
  const waiting: Gauge = new Gauge({
    name: 'tw_alert_deliveries_waiting',
    help: 'Messages that a channel has not taken yet',
    registers,
    collect: () => waiting.set(stage.state.deliveries.length),
  });
  return new Counter({
    name: 'tw_alert_deliveries_total',
    help: 'Attempts to send a message, by what became of them',
    labelNames: ['channel', 'outcome'],
    registers,
  });
};

/**
 * Watches the trail for what people must hear of, from where it ends now or from where the last start left off, and sends it to the channels that have settings. What is
 * open, told and waiting is one aggregate, so a killed process loses nothing and tells a thing twice at most.
 */
export const watchAlerts = async (kit: Kit<AuditSettings>, store: AuditStore): Promise<void> => {
  const { notifiers, faults } = openNotifiers(channelVariables());
  if (faults.length > 0)
    throw new SettingsError(faults.map(({ variable, problem }) => ({ variable, rule: 'invalid', message: `${variable} ${problem}` })));
  const chains = await store.chains();
  const cursors = Object.fromEntries(chains.map(({ chain, sequence }) => [chain, sequence]));
  const stage = await kit.openStage({ name: 'alerts', initialState: () => openAlertDesk(cursors) });
  const attempts = metricsOf(kit, stage);
  const watch = new AlertWatch({
    stage,
    facts: new RecordedFacts(kit.database),
    letters: new GivenUp(new DeadLetters(kit.bus)),
    notifiers,
    policy: ALERT_POLICY_DEFAULTS,
    nowMs: () => millisFromNanos(kit.clock.now()),
    log: kit.log,
    attempted: (channel, outcome) => attempts.inc({ channel, outcome }),
  });
  kit.log.info({ channels: notifiers.map(({ name }) => name) }, 'alerts are watched');
  kit.bus.serve(ALERTS_REQUEST, (payload) => {
    const { includeResolved } = readAlertsRequest(payload);
    const alerts = Object.values(stage.state.book.alerts).filter(({ status }) => includeResolved || status !== 'RESOLVED');
    return Promise.resolve(encodeAlerts(alerts.toSorted(graver)));
  });
  let working: Promise<void> | undefined;
  const look = (): void => {
    working ??= watch
      .look()
      .catch((err: unknown) => {
        if (!isDatabaseAway(err)) kit.log.error({ err }, 'the trail could not be watched for alerts; it is tried again');
      })
      .finally(() => {
        working = undefined;
      });
  };
  let timer: NodeJS.Timeout | undefined;
  kit.onReady('alerts', () => {
    timer = setInterval(look, LOOK_MS);
  });
  kit.onShutdown('alerts', async () => {
    clearInterval(timer);
    await working;
    await watch.stop();
  });
};
