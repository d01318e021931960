import { createHmac } from 'node:crypto';

import { subjectOf, textOf } from '@tradewind/alerts';
import type { Severity } from '@tradewind/alerts';

import { postJson } from '../http-post.js';
import type { Notifier } from '../notifier.js';

/** `t=<seconds>,v1=<hex>`: HMAC-SHA256 over `<seconds>.<body>`. The receiver checks it and refuses old times. */
const signatureOf = (secret: string, seconds: number, body: string): string =>
  `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}`;

/** The whole message as JSON, signed when there is a secret. The id comes as `idempotency-key`: a receiver that knows it already has it. */
export const webhook = (settings: {
  readonly url: string;
  readonly secret?: string | undefined;
  readonly severityMin: Severity;
}): Notifier => ({
  name: 'webhook',
  severityMin: settings.severityMin,
  send: async (message) => {
    const body = JSON.stringify({ ...message, subject: subjectOf(message), text: textOf(message) });
    const signature: Record<string, string> =
      settings.secret === undefined ? {} : { 'tradewind-signature': signatureOf(settings.secret, Math.floor(message.atMs / 1_000), body) };
    await postJson('webhook', settings.url, body, { 'idempotency-key': message.id, ...signature });
  },
});
