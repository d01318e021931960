import { subjectOf, textOf } from '@tradewind/alerts';
import type { Severity } from '@tradewind/alerts';

import { postJson } from '../http-post.js';
import type { Notifier } from '../notifier.js';

const TEXT_MAX = 4_096;

/** Bot API, sendMessage (https://core.telegram.org/bots/api#sendmessage). Plain text, so that nothing has to be escaped. */
export const telegram = (settings: {
  readonly token: string;
  readonly chatId: string;
  readonly url: string;
  readonly severityMin: Severity;
}): Notifier => ({
  name: 'telegram',
  severityMin: settings.severityMin,
  send: async (message) => {
    const text = `${subjectOf(message)}\n\n${textOf(message)}`.slice(0, TEXT_MAX);
    const body = { chat_id: settings.chatId, text, disable_notification: message.severity === 'INFO' };
    await postJson('telegram', `${settings.url}/bot${settings.token}/sendMessage`, JSON.stringify(body));
  },
});
