import { DeliverPolicy, type JetStreamClient, type JetStreamManager, type JsMsg } from '@nats-io/jetstream';
import { type EventName, subjectFilterOf } from '@tradewind/contracts';

import { type Codec, HEADER, type ReceivedEvent } from './messages.js';
import { answered } from './patience.js';
import { storedEventOf } from './stored-event.js';
import { streamOf } from './topology.js';

export interface ReadOptions {
  /** One event, or several of one stream, which come in the order between them. */
  readonly event: EventName | readonly EventName[];
  readonly partition?: number;
  /** First stream sequence; the stream's first without it. */
  readonly fromSequence?: number;
  /** Last stream sequence (inclusive); without it the stream's last at the time of the call. */
  readonly untilSequence?: number;
}

export interface StoredRange {
  readonly stream: string;
  readonly filters: readonly string[];
  readonly first: number;
  readonly until: number;
}

/** The newest event of its name and partition. */
export interface LastEvent {
  readonly messageId: string;
  readonly sequence: number;
  /** The fact in the payload. Throws what the codec throws. */
  decode(): unknown;
}

const PREFETCH_MESSAGES = 512;

/** Sequence of the last stored message of some filters; 0 when there is none. */
const lastSequenceOf = async (manager: JetStreamManager, stream: string, filters: readonly string[]): Promise<number> => {
  const last = await Promise.all(filters.map((filter) => answered(() => manager.streams.getMessage(stream, { last_by_subj: filter }))));
  return Math.max(...last.map((message) => message?.seq ?? 0));
};

/** Reads stored messages in stream order without leaving a consumer behind; survives a server restart halfway. */
export async function* readStored(client: JetStreamClient, range: StoredRange): AsyncGenerator<JsMsg, void, undefined> {
  const { stream, filters, first } = range;
  const manager = await client.jetstreamManager(false);
  const end = Math.min(range.until, await lastSequenceOf(manager, stream, filters));
  if (end < first) return;
  const consumer = await answered(() =>
    client.consumers.get(stream, {
      filter_subjects: [...filters],
      deliver_policy: DeliverPolicy.StartSequence,
      opt_start_seq: Math.max(1, first),
    }),
  );
  const messages = await consumer.consume({ max_messages: PREFETCH_MESSAGES, expires: 30_000, idle_heartbeat: 2_000 });
  try {
    for await (const message of messages) {
      if (message.seq > end) return;
      yield message;
      if (message.seq >= end || message.info.pending === 0) return;
    }
  } finally {
    messages.stop();
    await consumer.delete().catch(() => false);
  }
}

/** Stored events of the given names, in stream order. Throws RangeError when they are not of one stream. */
export async function* readStream(
  client: JetStreamClient,
  codec: Codec,
  options: ReadOptions,
): AsyncGenerator<ReceivedEvent, void, undefined> {
  const events = typeof options.event === 'string' ? [options.event] : options.event;
  const [stream, ...others] = new Set(events.map((event) => streamOf(event)));
  if (stream === undefined || others.length > 0) throw new RangeError(`${events.join(', ')} are not events of one stream`);
  const range = {
    stream,
    filters: events.map((event) => subjectFilterOf(event, options.partition)),
    first: options.fromSequence ?? 1,
    until: options.untilSequence ?? Number.MAX_SAFE_INTEGER,
  };
  for await (const message of readStored(client, range)) {
    const event = storedEventOf(message, codec);
    if (event !== undefined) yield event;
  }
}

/** The newest stored event of a name and partition; undefined when there is none. */
export const lastStored = async (
  manager: JetStreamManager,
  codec: Codec,
  event: EventName,
  partition: number,
): Promise<LastEvent | undefined> => {
  const stored = await answered(() => manager.streams.getMessage(streamOf(event), { last_by_subj: subjectFilterOf(event, partition) }));
  if (stored === null) return undefined;
  return { messageId: stored.header?.get(HEADER.eventId) ?? '', sequence: stored.seq, decode: () => codec.decode(event, stored.data) };
};
