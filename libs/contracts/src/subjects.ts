import { type EventName, isEventName } from './event-map.js';

const ROOT = 'tw';
const VERSION = 'v1';
const KEY_PATTERN = /^[A-Za-z0-9_-]{1,64}$/;

export interface ParsedSubject {
  readonly event: EventName;
  readonly partition: number;
  readonly key: string;
}

/** Key of messages that carry a whole step of a partition. */
export const STEP_KEY = 'step';

const tokensOf = (event: EventName): readonly [string, string] => {
  const dot = event.indexOf('.');
  return [event.slice(0, dot), event.slice(dot + 1)];
};

/** `tw.<context>.v1.<type>.<partition>.<key>`. Throws RangeError when partition or key is unfit for a subject token. */
export const subjectOf = (event: EventName, partition: number, key: string): string => {
  if (!Number.isInteger(partition) || partition < 0) throw new RangeError(`partition ${partition} must be an integer from 0`);
  if (!KEY_PATTERN.test(key)) throw new RangeError(`subject key '${key}' must match ${KEY_PATTERN.source}`);
  const [context, type] = tokensOf(event);
  return `${ROOT}.${context}.${VERSION}.${type}.${partition}.${key}`;
};

/** Filter over all messages of an event, or of one partition of it. */
export const subjectFilterOf = (event: EventName, partition?: number): string => {
  const [context, type] = tokensOf(event);
  return `${ROOT}.${context}.${VERSION}.${type}.${partition ?? '*'}.>`;
};

/** All subjects of a context, for the stream that holds them. */
export const contextSubjects = (context: string): string => `${ROOT}.${context}.${VERSION}.>`;

/** Subject of a request. */
export const rpcSubjectOf = (name: string): string => `${ROOT}.rpc.${VERSION}.${name}`;

/** Undefined when the subject is not one of ours, or of a version or event that this build does not know. */
export const parseSubject = (subject: string): ParsedSubject | undefined => {
  const [root, context, version, type, partition, key, ...rest] = subject.split('.');
  if (root !== ROOT || version !== VERSION || key === undefined || rest.length > 0) return undefined;
  const event = `${context}.${type}`;
  const index = Number(partition);
  if (!isEventName(event) || !Number.isInteger(index) || index < 0) return undefined;
  return { event, partition: index, key };
};
