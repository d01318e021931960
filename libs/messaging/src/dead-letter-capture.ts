import { createHash } from 'node:crypto';

import type { JsMsg } from '@nats-io/jetstream';
import { parseSubject } from '@tradewind/contracts';

import type { Bus } from './bus.js';
import { toHeaderRecord } from './headers.js';
import { errorText } from './log.js';
import { isSubjectTaken } from './publisher.js';
import type { DeadLetterReason } from './settlement.js';
import { messageIdOf } from './stored-event.js';
import { DEAD_LETTER_ROOT } from './topology.js';

const ERROR_LENGTH_MAX = 2_000;
/** Stands in the letter's subject where the original's subject names no event; two tokens, as an event's name has. */
export const UNKNOWN_EVENT = 'unknown.event';
export const DEAD_LETTER_HEADER = 'tw-dead-letter';

/** What the letter's header says; the payload is the original's, byte for byte. */
export interface LetterNote {
  readonly service: string;
  readonly event: string;
  readonly reason: DeadLetterReason;
  readonly error: string;
  readonly deliveries: number;
  readonly messageId: string;
  readonly stream: string;
  readonly sequence: number;
  readonly subject: string;
  readonly headers: Readonly<Record<string, string>>;
}

const asciiJson = (value: unknown): string =>
  JSON.stringify(value).replaceAll(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** A stream that is made anew uses its sequences again, so the subject also tells the message. */
const digestOf = (messageId: string): string => createHash('sha256').update(messageId).digest('hex').slice(0, 12);

/** Stores a letter, once for each (service, stream, sequence); counts and logs it. False when it was stored before. */
export const storeLetter = async (bus: Bus, note: LetterNote, payload: Uint8Array): Promise<boolean> => {
  const message = {
    id: `dlq/${note.service}/${note.stream}/${note.sequence}/${note.messageId}`,
    subject: `${DEAD_LETTER_ROOT}.${note.service}.${note.event}.${note.stream}.${note.sequence}.${digestOf(note.messageId)}`,
    headers: { [DEAD_LETTER_HEADER]: asciiJson(note) },
    payload,
  };
  try {
    const { duplicate } = await bus.publish(message, { subjectEmpty: true });
    if (duplicate) return false;
  } catch (error) {
    if (isSubjectTaken(error)) return false;
    throw error;
  }
  const { headers: _, ...fields } = note;
  bus.metrics.deadLetters.inc({ service: note.service, event: note.event, reason: note.reason });
  bus.log.error(fields, 'message dead-lettered');
  return true;
};

/** Keeps a message that a service gives up, with the reason. Resolves when it is stored; only then may the original be terminated. */
export const captureDeadLetter = async (
  bus: Bus,
  service: string,
  message: JsMsg,
  reason: DeadLetterReason,
  error: unknown,
): Promise<void> => {
  const { stream, streamSequence, deliveryCount } = message.info;
  await storeLetter(
    bus,
    {
      service,
      event: parseSubject(message.subject)?.event ?? UNKNOWN_EVENT,
      reason,
      error: errorText(error).slice(0, ERROR_LENGTH_MAX),
      deliveries: deliveryCount,
      messageId: messageIdOf(message),
      stream,
      sequence: streamSequence,
      subject: message.subject,
      headers: toHeaderRecord(message.headers),
    },
    message.data,
  );
};
