import type { Alert } from './alert-book.js';
import type { AlertMessage } from './message.js';

const statusOf = ({ status, count, lastToldAtMs }: Alert): string => {
  if (status === 'RESOLVED') return 'resolved';
  const times = count > 1 ? `, ${count} times` : '';
  return `${lastToldAtMs === undefined ? 'new' : status === 'OPEN' ? 'still open' : 'acknowledged'}${times}`;
};

/** One line that says what it is about. */
export const subjectOf = ({ alerts, severity }: AlertMessage): string => {
  const [first] = alerts;
  const more = alerts.length > 1 ? ` and ${alerts.length - 1} more` : '';
  const over = alerts.every(({ status }) => status === 'RESOLVED');
  return `[${over ? 'RESOLVED' : severity}] ${first?.title ?? ''}${more}`;
};

const ALERTS_SHOWN = 20;

/** The message as plain text, with the key that acknowledges each alert. */
export const textOf = ({ alerts }: AlertMessage): string => {
  const shown = alerts
    .slice(0, ALERTS_SHOWN)
    .flatMap((alert) => [
      `${alert.severity} ${alert.title} (${statusOf(alert)})`,
      ...alert.lines.filter((line) => line !== '').map((line) => `  ${line}`),
      `  key ${alert.key}`,
    ]);
  return [...shown, ...(alerts.length > ALERTS_SHOWN ? [`and ${alerts.length - ALERTS_SHOWN} more`] : [])].join('\n');
};
