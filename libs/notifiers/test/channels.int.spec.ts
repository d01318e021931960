import { createHmac } from 'node:crypto';

import type { Alert, AlertMessage } from '@tradewind/alerts';
import { HttpReceiver } from '@tradewind/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { NotifierError, openNotifiers } from '../src/index.js';
import { startMailServer } from './mail-server.js';

const alert: Alert = {
  key: 'trading/paper-1',
  episode: 2,
  group: 'trading',
  severity: 'CRITICAL',
  status: 'OPEN',
  title: 'Trading of paper-1 is <HALTED> & waits',
  lines: ['by ann', 'drill'],
  count: 1,
  firstAtMs: 1,
  lastAtMs: 1,
  factIds: ['ts/1'],
};
const message: AlertMessage = { id: 'am/7', group: 'trading', severity: 'CRITICAL', atMs: 1_700_000_000_000, alerts: [alert] };

const open = (variables: Record<string, string>) => {
  const { notifiers, faults } = openNotifiers(variables);
  expect(faults).toEqual([]);
  return notifiers[0]!;
};
const faultOf = async (sending: Promise<void>): Promise<NotifierError> => {
  try {
    await sending;
  } catch (error) {
    if (error instanceof NotifierError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
};

describe('channels', () => {
  let receiver: HttpReceiver;
  beforeAll(async () => {
    receiver = await HttpReceiver.start();
  });
  afterEach(() => {
    receiver.received.length = 0;
    receiver.answer = { status: 200, body: 'ok' };
  });
  afterAll(() => receiver.stop());

  it('sends Slack a header and a section with its markup escaped', async () => {
    await open({ TW_ALERTS_SLACK_URL: `${receiver.url}/services/x` }).send(message);
    expect(receiver.received[0]?.path).toBe('/services/x');
    expect(receiver.bodies).toEqual([
      {
        text: '[CRITICAL] Trading of paper-1 is &lt;HALTED&gt; &amp; waits',
        blocks: [
          { type: 'header', text: { type: 'plain_text', text: '[CRITICAL] Trading of paper-1 is <HALTED> & waits' } },
          {
            type: 'section',
            text: {
              type: 'mrkdwn',
              text: 'CRITICAL Trading of paper-1 is &lt;HALTED&gt; &amp; waits (new)\n  by ann\n  drill\n  key trading/paper-1',
            },
          },
        ],
      },
    ]);
  });

  it('opens, acknowledges and resolves one PagerDuty incident an episode', async () => {
    receiver.answer = { status: 202, body: '{"status":"success"}' };
    const variables = { TW_ALERTS_PAGERDUTY_ROUTING_KEY: 'made-up', TW_ALERTS_PAGERDUTY_URL: `${receiver.url}/v2/enqueue` };
    const pagerduty = open(variables);
    for (const status of ['OPEN', 'ACKNOWLEDGED', 'RESOLVED'] as const)
      await pagerduty.send({ ...message, alerts: [{ ...alert, status }] });
    expect(receiver.bodies).toMatchObject(
      ['trigger', 'acknowledge', 'resolve'].map((action) => ({
        routing_key: 'made-up',
        event_action: action,
        dedup_key: 'trading/paper-1#2',
        payload: { summary: alert.title, source: 'tradewind', severity: 'critical', timestamp: '2023-11-14T22:13:20.000Z' },
      })),
    );
  });

  it('sends Telegram plain text to the chat', async () => {
    const variables = { TW_ALERTS_TELEGRAM_TOKEN: '1:a', TW_ALERTS_TELEGRAM_CHAT_ID: '-5', TW_ALERTS_TELEGRAM_URL: receiver.url };
    await open(variables).send(message);
    expect(receiver.received[0]?.path).toBe('/bot1:a/sendMessage');
    expect(receiver.bodies).toMatchObject([{ chat_id: '-5', disable_notification: false }]);
  });

  it('signs a webhook so that its receiver can check time and body, and tells its id', async () => {
    await open({ TW_ALERTS_WEBHOOK_URL: receiver.url, TW_ALERTS_WEBHOOK_SECRET: 'made-up' }).send(message);
    const [received] = receiver.received;
    const [, seconds, signature] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(received!.headers['tradewind-signature']))!;
    expect(signature).toBe(createHmac('sha256', 'made-up').update(`${seconds}.${received!.body}`).digest('hex'));
    expect(received!.headers['idempotency-key']).toBe('am/7');
    expect(receiver.bodies).toMatchObject([{ id: 'am/7', severity: 'CRITICAL', alerts: [{ key: 'trading/paper-1' }] }]);
  });

  it.each([
    [429, 'RATE_LIMITED'],
    [503, 'UNREACHABLE'],
    [404, 'REFUSED'],
  ] as const)('says of an answer %i that it is %s', async (status, code) => {
    receiver.answer = { status, body: 'no', headers: { 'retry-after': '7' } };
    const error = await faultOf(open({ TW_ALERTS_SLACK_URL: receiver.url }).send(message));
    expect(error).toMatchObject({ code, retryAfterMs: 7_000 });
  });

  it('does not tell the address of a channel that can not be reached', async () => {
    const error = await faultOf(open({ TW_ALERTS_SLACK_URL: 'http://127.0.0.1:9/made-up-key' }).send(message));
    expect(error.code).toBe('UNREACHABLE');
    expect(error.message).not.toContain('made-up-key');
  });
});

describe('e-mail', () => {
  const mailTo = (port: number, more: Record<string, string> = {}) =>
    open({
      TW_ALERTS_EMAIL_HOST: '127.0.0.1',
      TW_ALERTS_EMAIL_PORT: String(port),
      TW_ALERTS_EMAIL_FROM: 'tradewind@example.org',
      TW_ALERTS_EMAIL_TO: 'ann@example.org, ben@example.org',
      TW_ALERTS_EMAIL_INSECURE: 'yes',
      ...more,
    });

  it('reaches everybody with the message under its id', async () => {
    const server = await startMailServer({ tw: 'made-up' });
    try {
      await mailTo(server.port, { TW_ALERTS_EMAIL_USER: 'tw', TW_ALERTS_EMAIL_SECRET: 'made-up' }).send(message);
      expect(server.mails).toMatchObject([{ from: 'tradewind@example.org', to: ['ann@example.org', 'ben@example.org'] }]);
      expect(server.mails[0]?.text).toContain('Message-ID: <am.7.1700000000000@tradewind>');
      expect(server.mails[0]?.text).toContain('key trading/paper-1');
    } finally {
      await server.stop();
    }
  });

  it('is refused with a wrong password, and by a server without TLS unless that is allowed', async () => {
    const server = await startMailServer({ tw: 'made-up' });
    try {
      const wrong = mailTo(server.port, { TW_ALERTS_EMAIL_USER: 'tw', TW_ALERTS_EMAIL_SECRET: 'other' });
      expect((await faultOf(wrong.send(message))).code).toBe('REFUSED');
      await faultOf(mailTo(server.port, { TW_ALERTS_EMAIL_INSECURE: 'no' }).send(message));
      expect(server.mails).toEqual([]);
    } finally {
      await server.stop();
    }
  });
});

describe('openNotifiers', () => {
  it('is off without settings', () => {
    expect(openNotifiers({})).toEqual({ notifiers: [], faults: [] });
  });
  it('lists every fault at once, and never the value', () => {
    const { notifiers, faults } = openNotifiers({
      TW_ALERTS_SLACK_URL: 'made-up',
      TW_ALERTS_EMAIL_HOST: 'mail',
      TW_ALERTS_EMAIL_PORT: '99999',
      TW_ALERTS_PIGEON_URL: 'x',
      TW_ALERTS_WEBHOOK_SECRET_FILE: '/none',
    });
    expect(notifiers).toEqual([]);
    expect(faults.map(({ variable }) => variable).toSorted()).toEqual([
      'TW_ALERTS_EMAIL_FROM',
      'TW_ALERTS_EMAIL_PORT',
      'TW_ALERTS_EMAIL_TO',
      'TW_ALERTS_PIGEON_URL',
      'TW_ALERTS_SLACK_URL',
      'TW_ALERTS_WEBHOOK_SECRET_FILE',
    ]);
    expect(JSON.stringify(faults)).not.toContain('made-up');
  });
});
