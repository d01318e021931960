import { isTerminal, TRANSITIONS } from '../src/index.js';
import type { OrderStatus, OrderTrigger } from '../src/index.js';

const statuses = Object.keys(TRANSITIONS) as OrderStatus[];

/** What each state means to somebody who reads a report. */
const MEANINGS: Readonly<Record<OrderStatus, string>> = {
  INITIALIZED: 'Made from a decision that risk approved; nothing was sent.',
  DENIED: 'Refused on our side before it was sent. Ends.',
  EMULATED: 'Held on our side: its trigger is watched here, since the venue does not take it as it is.',
  RELEASED: 'Its watched trigger was reached; what is left of it is about to be sent.',
  SUBMITTED: 'Sent, or about to be; the venue has not answered.',
  ACCEPTED: 'Works at the venue.',
  REJECTED: 'Refused by the venue before anything was filled. Ends.',
  TRIGGERED: 'Its stop price was reached at the venue; it works as what the stop released.',
  PENDING_UPDATE: 'We asked for other terms and have no answer.',
  PENDING_CANCEL: 'We asked to cancel and have no answer.',
  PARTIALLY_FILLED: 'Filled in part; the rest works.',
  FILLED: 'Filled whole. Ends.',
  CANCELED: 'Cancelled by us or the venue, perhaps after fills. Ends.',
  EXPIRED: 'Its time in force is over, perhaps after fills. Ends.',
};

const nextOf = (from: OrderStatus, trigger: OrderTrigger): { readonly next: string; readonly because: string } | undefined => {
  const row = TRANSITIONS[from][trigger];
  if (row === undefined) return undefined;
  return typeof row === 'string' ? { next: row, because: '' } : row;
};

const triggersOf = (from: OrderStatus): readonly OrderTrigger[] => Object.keys(TRANSITIONS[from]) as OrderTrigger[];

const shown = (next: string): string => {
  if (next === 'BENEATH') return 'what it was before the request';
  return next === 'OVER' ? 'pending as before, over what the row of the state beneath gives' : `\`${next}\``;
};

/** Only what leads to another state, the ordinary way: late news and self loops are in the tables. */
const diagram = (): string => {
  const arrows = new Map<string, string[]>();
  for (const from of statuses) {
    if (isTerminal(from)) continue;
    for (const trigger of triggersOf(from)) {
      const found = nextOf(from, trigger)!;
      const next = found.next === 'BENEATH' ? 'ACCEPTED' : found.next;
      if (next === 'OVER' || next === from) continue;
      const key = `${from} --> ${next}`;
      arrows.set(key, [...(arrows.get(key) ?? []), trigger.replace(/^Order/, '')]);
    }
  }
  return [...arrows].map(([arrow, triggers]) => `  ${arrow}: ${triggers.join(', ')}`).join('\n');
};

const section = (from: OrderStatus): string => {
  const rows = triggersOf(from).map((trigger) => {
    const { next, because } = nextOf(from, trigger)!;
    return `| \`${trigger}\` | ${shown(next)} | ${because} |`;
  });
  const table = rows.length === 0 ? ['Nothing follows.'] : ['| event | next | why, when it looks odd |', '|---|---|---|', ...rows];
  return [`## ${from}`, '', MEANINGS[from], '', ...table, ''].join('\n');
};

/** docs/reference/order-states.md: the transition table as a person reads it. */
export const orderStatesPage = (): string => {
  const rows = statuses.reduce((sum, from) => sum + triggersOf(from).length, 0);
  return [
    '# The life of an order',
    '',
    'Generated from the code; a test keeps it true.',
    '',
    `One table for all brokers: ${statuses.length} states, ${rows} rows. An event without a row is illegal: it throws, changes nothing and is told as an`,
    'anomaly. A fill counts as `PartialFill` or `FullFill` by what it leaves; an amendment that leaves nothing to fill counts as `UpdatedToFilled`. A fill id',
    'is booked once, more than was asked for is refused (`OVERFILL`), and so is the rejection of an order that has fills, and an amendment to less than is',
    'filled.',
    '',
    'While a request is pending, the state that the order had is kept beneath it and goes on living: a refused request brings back what it is by then.',
    '',
    '```mermaid',
    'stateDiagram-v2',
    '  [*] --> INITIALIZED',
    diagram(),
    ...statuses.filter(isTerminal).map((status) => `  ${status} --> [*]`),
    '```',
    '',
    'Left out of the picture: late news about ended orders, and events that change no state.',
    '',
    ...statuses.map(section),
  ].join('\n');
};
