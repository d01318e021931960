import { DeliverPolicy, type JetStreamClient, type JetStreamManager, type JsMsg } from '@nats-io/jetstream';
import { type EventName, subjectFilterOf } from '@tradewind/contracts';

import type { Codec, ReceivedEvent } from './messages.js';
import { answered } from './patience.js';
import { storedEventOf } from './stored-event.js';
import { streamOf } from './topology.js';

export interface ReadOptions {
  readonly event: EventName;
  readonly partition?: number;
  /** First stream sequence; the stream's first without it. */
  readonly fromSequence?: number;
  /** Last stream sequence (inclusive); without it the stream's last at the time of the call. */
  readonly untilSequence?: number;
}

export interface StoredRange {
  readonly stream: string;
  readonly filter: string;
  readonly first: number;
  readonly until: number;
}

const PREFETCH_MESSAGES = 512;

/** Sequence of the last stored message of a filter; 0 when there is none. */
const lastSequenceOf = async (manager: JetStreamManager, stream: string, filter: string): Promise<number> => {
  const last = await answered(() => manager.streams.getMessage(stream, { last_by_subj: filter }));
  return last === null ? 0 : last.seq;
};

/** Reads stored messages in stream order without leaving a consumer behind; survives a server restart halfway. */
export async function* readStored(client: JetStreamClient, range: StoredRange): AsyncGenerator<JsMsg, void, undefined> {
  const { stream, filter, first } = range;
  const manager = await client.jetstreamManager(false);
  const end = Math.min(range.until, await lastSequenceOf(manager, stream, filter));
  if (end < first) return;
  const consumer = await answered(() =>
    client.consumers.get(stream, {
      filter_subjects: [filter],
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

/** Stored events of one name, in stream order. */
export async function* readStream(
  client: JetStreamClient,
  codec: Codec,
  options: ReadOptions,
): AsyncGenerator<ReceivedEvent, void, undefined> {
  const range = {
    stream: streamOf(options.event),
    filter: subjectFilterOf(options.event, options.partition),
    first: options.fromSequence ?? 1,
    until: options.untilSequence ?? Number.MAX_SAFE_INTEGER,
  };
  for await (const message of readStored(client, range)) {
    const event = storedEventOf(message, codec);
    if (event !== undefined) yield event;
  }
}
