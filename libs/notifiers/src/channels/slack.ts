import { subjectOf, textOf } from '@tradewind/alerts';
import type { AlertMessage, Severity } from '@tradewind/alerts';

import { postJson } from '../http-post.js';
import type { Notifier } from '../notifier.js';

/** Slack's limits of a header and of a section's text, in characters. */
const HEADER_MAX = 150;
const SECTION_MAX = 3_000;

/** `&`, `<` and `>` are Slack's markup. */
const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const cut = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

const bodyOf = (message: AlertMessage): string => {
  const subject = subjectOf(message);
  return JSON.stringify({
    text: escaped(subject),
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: cut(subject, HEADER_MAX) } },
      { type: 'section', text: { type: 'mrkdwn', text: cut(escaped(textOf(message)), SECTION_MAX) } },
    ],
  });
};

/** An incoming webhook (https://api.slack.com/messaging/webhooks). The address is the secret. */
export const slack = (settings: { readonly url: string; readonly severityMin: Severity }): Notifier => ({
  name: 'slack',
  severityMin: settings.severityMin,
  send: async (message) => {
    await postJson('slack', settings.url, bodyOf(message));
  },
});
