import { readFileSync } from 'node:fs';

import { SEVERITIES } from '@tradewind/alerts';
import { z } from 'zod';

import { email } from './channels/email.js';
import { pagerduty } from './channels/pagerduty.js';
import { slack } from './channels/slack.js';
import { telegram } from './channels/telegram.js';
import { webhook } from './channels/webhook.js';
import type { Notifier } from './notifier.js';

const severityMin = z.enum(SEVERITIES).default('WARNING');
const url = z.url({ protocol: /^https?$/ });
const text = z.string().trim().min(1);
const flag = z
  .enum(['yes', 'no'])
  .default('no')
  .transform((value) => value === 'yes');

const channel = <S extends z.ZodObject>(shape: S, open: (settings: z.output<S>) => Notifier) => ({
  shape,
  open: (settings: unknown): Notifier => open(settings as z.output<S>),
});

/** Each channel's settings are `TW_ALERTS_<CHANNEL>_<KEY>`; a channel without any is off. */
const CHANNELS = {
  slack: channel(z.object({ url, severityMin }), slack),
  pagerduty: channel(
    z.object({
      routingKey: text,
      url: url.default('https://events.pagerduty.com/v2/enqueue'),
      severityMin: severityMin.default('CRITICAL'),
    }),
    pagerduty,
  ),
  telegram: channel(z.object({ token: text, chatId: text, url: url.default('https://api.telegram.org'), severityMin }), telegram),
  email: channel(
    z.object({
      host: text,
      port: z.coerce.number().int().min(1).max(65_535).default(587),
      user: text.optional(),
      secret: text.optional(),
      from: text,
      to: text.transform((list) => list.split(',').map((address) => address.trim())),
      insecure: flag,
      severityMin,
    }),
    email,
  ),
  webhook: channel(z.object({ url, secret: text.optional(), severityMin }), webhook),
} as const;

const PREFIX = 'TW_ALERTS_';
const FILE_SUFFIX = '_FILE';

type Variables = Readonly<Record<string, string | undefined>>;

/** One setting that can't be used. The value is never told: it may be a secret. */
export interface NotifierFault {
  readonly variable: string;
  readonly problem: string;
}

const variableOf = (name: string, key: string): string => `${PREFIX}${name}_${key.replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')}`.toUpperCase();

const valueOf = (variable: string, variables: Variables, faults: NotifierFault[]): string | undefined => {
  const path = variables[`${variable}${FILE_SUFFIX}`];
  if (variables[variable] !== undefined || path === undefined) return variables[variable];
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    faults.push({ variable: `${variable}${FILE_SUFFIX}`, problem: `can't be read: ${(error as NodeJS.ErrnoException).code ?? 'unknown'}` });
    return undefined;
  }
};

/** The channels that have settings; every fault of all of them at once, unknown variables among them. A secret may be in a file named by `<VARIABLE>_FILE`. */
export const openNotifiers = (
  variables: Variables,
): { readonly notifiers: readonly Notifier[]; readonly faults: readonly NotifierFault[] } => {
  const faults: NotifierFault[] = [];
  const notifiers: Notifier[] = [];
  const known = new Set<string>();
  for (const [name, { shape, open }] of Object.entries(CHANNELS)) {
    const given: Record<string, string> = {};
    for (const key of Object.keys(shape.shape)) {
      const variable = variableOf(name, key);
      known.add(variable).add(`${variable}${FILE_SUFFIX}`);
      const value = valueOf(variable, variables, faults);
      if (value !== undefined && value !== '') given[key] = value;
    }
    if (Object.keys(given).length === 0) continue;
    const parsed = shape.safeParse(given);
    if (parsed.success) notifiers.push(open(parsed.data));
    else {
      for (const { path, message } of parsed.error.issues) {
        const key = String(path[0] ?? '');
        faults.push({ variable: variableOf(name, key), problem: given[key] === undefined ? 'is required' : message });
      }
    }
  }
  for (const variable of Object.keys(variables)) {
    if (variable.startsWith(PREFIX) && variables[variable] !== undefined && !known.has(variable))
      faults.push({ variable, problem: 'is the setting of no channel' });
  }
  return { notifiers: faults.length > 0 ? [] : notifiers, faults };
};
