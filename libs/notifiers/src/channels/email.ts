import { subjectOf, textOf } from '@tradewind/alerts';
import type { Severity } from '@tradewind/alerts';
import { createTransport } from 'nodemailer';

import { type Notifier, NotifierError } from '../notifier.js';

const TIMEOUT_MS = 5_000;
const PERMANENT_FAILURES = 500;

const asNotifierError = (error: unknown): NotifierError => {
  const { responseCode, code, message } = error as { responseCode?: number; code?: string; message?: string };
  const permanent = (responseCode !== undefined && responseCode >= PERMANENT_FAILURES) || code === 'EAUTH' || code === 'EENVELOPE';
  return new NotifierError(permanent ? 'REFUSED' : 'UNREACHABLE', `e-mail: ${message ?? String(error)}`, undefined, { cause: error });
};

/**
 * SMTP, with TLS from the start on port 465 and STARTTLS elsewhere. A server without TLS is refused unless `insecure`. The message's id becomes the Message-ID, by
 * which mail programs recognise one that is sent twice.
 */
export const email = (settings: {
  readonly host: string;
  readonly port: number;
  readonly user?: string | undefined;
  readonly secret?: string | undefined;
  readonly from: string;
  readonly to: readonly string[];
  readonly insecure: boolean;
  readonly severityMin: Severity;
}): Notifier => {
  const { host, port, user, secret, from, to, insecure } = settings;
  const transport = createTransport({
    host,
    port,
    secure: port === 465,
    requireTLS: !insecure,
    ignoreTLS: insecure,
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    ...(user === undefined ? {} : { auth: { user, pass: secret ?? '' } }),
  });
  return {
    name: 'email',
    severityMin: settings.severityMin,
    send: async (message) => {
      const id = `${message.id.replaceAll('/', '.')}.${message.atMs}@tradewind`;
      try {
        await transport.sendMail({ from, to: [...to], subject: subjectOf(message), text: textOf(message), messageId: `<${id}>` });
      } catch (error) {
        throw asNotifierError(error);
      }
    },
  };
};
