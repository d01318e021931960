import { contextSubjects, type EventName, subjectFilterOf } from '@tradewind/contracts';

/**
 * The streams and consumers of the whole platform, in one place, as data. `ensureTopology` makes them, `verifyTopology` refuses
 * to run on anything else. Limits on everything; sizes suit one machine, and the replicas of a cluster are set by its operator.
 */
export type StreamName =
  | 'MARKET'
  | 'FEATURES'
  | 'INFERENCE'
  | 'ANALYSIS'
  | 'SIGNALS'
  | 'RISK'
  | 'ORDERS'
  | 'AUDIT'
  | 'DEAD_LETTERS'
  | 'ADVISORIES';

export interface StreamDeclaration {
  readonly name: StreamName;
  readonly subjects: readonly string[];
  /** `old`: the oldest makes room. `new`: the publisher is refused and waits, nothing stored is lost. */
  readonly discard: 'old' | 'new';
  readonly ageMaxMs: number;
  readonly bytesMax: number;
  readonly messagesMax: number;
  readonly messageBytesMax: number;
  readonly duplicateWindowMs: number;
  /** At most this many per subject; no limit without it. */
  readonly messagesPerSubjectMax?: number;
  /** The stream listens to the server's own events, which want no answer. */
  readonly unacknowledged?: boolean;
}

/** `keyed`: in order, one message at a time, one consumer per partition. `bulk`: a whole stream in batches. */
export type ConsumerMode = 'keyed' | 'bulk';

export type ConsumerDeclaration =
  | {
      readonly mode: 'keyed';
      readonly service: string;
      readonly stream: StreamName;
      /** Several events of one stream share a consumer when the order between them matters: it delivers in stream order. */
      readonly events: readonly EventName[];
      /** False for events that are sent once per step for all partitions (partition 0). */
      readonly partitioned: boolean;
      /** The server confirms each ack (stages whose effects must not be repeated without need). */
      readonly doubleAck: boolean;
    }
  | { readonly mode: 'bulk'; readonly service: string; readonly stream: StreamName };

export interface ConsumerLimits {
  readonly ackWaitMs: number;
  readonly acksPendingMax: number;
  /** After so many deliveries without an answer the message is poison (it kills its handler's process); -1: never. */
  readonly deliveriesMax: number;
  readonly waitingPullsMax: number;
}

export interface Topology {
  readonly serverVersionMin: readonly [number, number, number];
  readonly streams: readonly StreamDeclaration[];
  readonly consumers: readonly ConsumerDeclaration[];
  readonly limits: Readonly<Record<ConsumerMode, ConsumerLimits>>;
}

const MEBIBYTE = 1024 * 1024;
const DAY_MS = 86_400_000;

const ofContext = (name: StreamName, discard: 'old' | 'new', mebibytesMax: number): StreamDeclaration => ({
  name,
  subjects: [contextSubjects(name.toLowerCase())],
  discard,
  ageMaxMs: 30 * DAY_MS,
  bytesMax: mebibytesMax * MEBIBYTE,
  messagesMax: 5_000_000,
  // With its dead letter's header it must still fit the server's payload limit of 1 MiB.
  messageBytesMax: 0.75 * MEBIBYTE,
  duplicateWindowMs: 120_000,
});

const keyed = (
  service: string,
  stream: StreamName,
  events: readonly EventName[],
  partitioned: boolean,
  doubleAck: boolean,
): ConsumerDeclaration => ({ mode: 'keyed', service, stream, events, partitioned, doubleAck });

const bulk = (service: string, stream: StreamName): ConsumerDeclaration => ({ mode: 'bulk', service, stream });

/** Consumer that all processes share, to copy what the server gave up into the dead letters. */
export const ADVISORY_SERVICE = 'platform';
export const DEAD_LETTER_ROOT = 'tw.dlq.v1';

export const topology: Topology = {
  serverVersionMin: [2, 10, 0],
  streams: [
    ofContext('MARKET', 'old', 512),
    ofContext('FEATURES', 'old', 512),
    ofContext('INFERENCE', 'old', 256),
    ofContext('ANALYSIS', 'old', 256),
    ofContext('SIGNALS', 'new', 256),
    ofContext('RISK', 'new', 256),
    ofContext('ORDERS', 'new', 256),
    ofContext('AUDIT', 'new', 64),
    // One letter per subject: its last tokens are the source's place, so that one failure is captured once, whoever sees it.
    {
      ...ofContext('DEAD_LETTERS', 'new', 128),
      subjects: [`${DEAD_LETTER_ROOT}.>`],
      ageMaxMs: 90 * DAY_MS,
      messagesPerSubjectMax: 1,
      messageBytesMax: MEBIBYTE,
    },
    {
      ...ofContext('ADVISORIES', 'old', 32),
      subjects: ['$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.>', '$JS.EVENT.ADVISORY.CONSUMER.MSG_TERMINATED.>'],
      unacknowledged: true,
    },
  ],
  consumers: [
    keyed('market-data', 'ORDERS', ['orders.placed'], false, false),
    // The ticks and records of a step are to be taken in before its bars, in the order in which they arrived.
    keyed('features', 'MARKET', ['market.records', 'market.ticks', 'market.bars'], true, false),
    keyed('inference', 'FEATURES', ['features.vectors'], true, false),
    keyed('analysis', 'FEATURES', ['features.vectors'], true, false),
    keyed('validation', 'FEATURES', ['features.vectors'], true, true),
    keyed('validation', 'INFERENCE', ['inference.predictions'], true, true),
    keyed('validation', 'ANALYSIS', ['analysis.analyses'], true, true),
    keyed('risk', 'SIGNALS', ['signals.decisions'], true, true),
    keyed('risk', 'MARKET', ['market.bars'], true, true),
    keyed('risk', 'ORDERS', ['orders.executions'], false, true),
    // Apart from the executions: a fill between the steps must not wait for a step that may never come.
    keyed('risk', 'ORDERS', ['orders.changes'], false, true),
    keyed('risk', 'RISK', ['risk.commands'], false, true),
    // A split or dividend is known before the bars that it concerns, and the ticks of a step are there when its bars close.
    keyed('orders', 'MARKET', ['market.records', 'market.ticks', 'market.bars'], true, true),
    // A halt takes effect between the same two steps in every run only if it can't overtake, or be overtaken by, a verdict.
    keyed('orders', 'RISK', ['risk.verdicts', 'risk.states'], false, true),
    // A kill switch that risk has not heard, what the monitor orders, and what a person says are never behind a verdict that has to wait.
    keyed('orders', 'RISK', ['risk.commands'], false, true),
    keyed('orders', 'RISK', ['risk.protections'], false, true),
    keyed('orders', 'ORDERS', ['orders.commands'], false, true),
    bulk('audit', 'MARKET'),
    bulk('audit', 'FEATURES'),
    bulk('audit', 'INFERENCE'),
    bulk('audit', 'ANALYSIS'),
    bulk('audit', 'SIGNALS'),
    bulk('audit', 'RISK'),
    bulk('audit', 'ORDERS'),
    bulk('audit', 'AUDIT'),
    bulk(ADVISORY_SERVICE, 'ADVISORIES'),
  ],
  limits: {
    keyed: { ackWaitMs: 2_000, acksPendingMax: 1, deliveriesMax: 20, waitingPullsMax: 64 },
    // A batch that its handler refuses is tried again for ever: an audit with a hole is worthless.
    bulk: { ackWaitMs: 30_000, acksPendingMax: 2_000, deliveriesMax: -1, waitingPullsMax: 64 },
  },
};

const dashed = (event: EventName): string => event.replace('.', '-');

/** Durable name of a declared consumer (of one partition of it). */
export const consumerNameOf = (declaration: ConsumerDeclaration, partition: number): string =>
  declaration.mode === 'bulk'
    ? `${declaration.service}__${declaration.stream}`
    : `${declaration.service}__${declaration.events.map(dashed).join('__')}__p${partition}`;

/** Partitions that a declaration has consumers for. */
export const partitionsOf = (declaration: ConsumerDeclaration, partitions: number): readonly number[] =>
  declaration.mode === 'keyed' && declaration.partitioned ? Array.from({ length: partitions }, (_, index) => index) : [0];

/** Subjects that the consumer of one partition receives. */
export const filtersOf = (declaration: ConsumerDeclaration, partition: number): readonly string[] =>
  declaration.mode === 'bulk' ? [] : declaration.events.map((event) => subjectFilterOf(event, partition));

/** The keyed declaration by which a service receives an event. Undefined when there is none. */
export const keyedDeclarationOf = (
  service: string,
  event: EventName,
  within: Topology = topology,
): Extract<ConsumerDeclaration, { mode: 'keyed' }> | undefined => {
  for (const declaration of within.consumers) {
    if (declaration.mode === 'keyed' && declaration.service === service && declaration.events.includes(event)) return declaration;
  }
  return undefined;
};

/** The stream that holds an event. Throws RangeError when none is declared. */
export const streamOf = (event: EventName, within: Topology = topology): StreamName => {
  const name = event.slice(0, event.indexOf('.')).toUpperCase();
  const found = within.streams.find((declaration) => declaration.name === name);
  if (found === undefined) throw new RangeError(`no stream is declared for ${event}`);
  return found.name;
};
