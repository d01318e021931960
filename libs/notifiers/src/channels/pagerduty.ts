import type { Alert, AlertMessage, Severity } from '@tradewind/alerts';

import { postJson } from '../http-post.js';
import type { Notifier } from '../notifier.js';

const SUMMARY_MAX = 1_024;
const DEDUP_KEY_MAX = 255;
const SEVERITY: Readonly<Record<Severity, string>> = { INFO: 'info', WARNING: 'warning', CRITICAL: 'critical' };
const ACTION: Readonly<Record<Alert['status'], string>> = { OPEN: 'trigger', ACKNOWLEDGED: 'acknowledge', RESOLVED: 'resolve' };

const eventOf = (alert: Alert, message: AlertMessage, routingKey: string): string =>
  JSON.stringify({
    routing_key: routingKey,
    event_action: ACTION[alert.status],
    dedup_key: `${alert.key}#${alert.episode}`.slice(-DEDUP_KEY_MAX),
    payload: {
      summary: alert.title.slice(0, SUMMARY_MAX),
      source: 'tradewind',
      severity: SEVERITY[alert.severity],
      timestamp: new Date(message.atMs).toISOString(),
      group: alert.group,
      custom_details: { lines: alert.lines, count: alert.count, facts: alert.factIds, message: message.id },
    },
  });

/** Events API v2 (https://developer.pagerduty.com/docs/events-api-v2-overview): one incident an episode of an alert. */
export const pagerduty = (settings: { readonly routingKey: string; readonly url: string; readonly severityMin: Severity }): Notifier => ({
  name: 'pagerduty',
  severityMin: settings.severityMin,
  send: async (message) => {
    for (const alert of message.alerts) await postJson('pagerduty', settings.url, eventOf(alert, message, settings.routingKey));
  },
});
