import { type CivilDate, parseCivilDate } from '@tradewind/market';
import { nanosFromMillis, type UnixNanos } from '@tradewind/vocabulary';

import { zonedInstant, zonedText } from '../wire-values/zoned-time.js';

/** A row breaks a rule. */
export class RowRefused extends Error {
  constructor(
    readonly code: string,
    readonly field: string,
    readonly rule: string,
  ) {
    super(rule);
  }
}

const HOUR = 3_600_000_000_000n;
const DATE = /^(\d{4}-\d{2}-\d{2})(?:[ T]00:00(?::00(?:\.0+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/;
const US_DATE = /^(\d{2})\/(\d{2})\/(\d{4})$/;
const COMPACT = /^(\d{4})(\d{2})(\d{2})(?: (\d{2}):?(\d{2})(?::?(\d{2}))?)?$/;
const OFFSET = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?) ?(Z|[+-]\d{2}:?\d{2})$/;
const EPOCH = /^\d{9,19}$/;

/** One spelling for all: `2020-01-02`, `2020-01-02 09:30[:00]`, with an offset or not. */
const spelled = (text: string): string => {
  const us = US_DATE.exec(text);
  if (us !== null) return `${us[3]}-${us[1]}-${us[2]}`;
  const compact = COMPACT.exec(text);
  if (compact === null) return text;
  const [, year, month, day, hour, minute, second] = compact;
  return `${year}-${month}-${day}${hour === undefined ? '' : ` ${hour}:${minute}:${second ?? '00'}`}`;
};

type TimeForm = 'offset' | 'zone' | 'epoch';

/** Instants of intraday rows. A file says its times in one form; a row in another is refused. */
export class InstantReader {
  #form: TimeForm | undefined;
  #last = 0n;

  constructor(private readonly timeZone: string) {}

  read(raw: string): UnixNanos {
    const text = spelled(raw);
    const form = EPOCH.test(text) ? 'epoch' : OFFSET.test(text) ? 'offset' : 'zone';
    this.#form ??= form;
    if (form !== this.#form)
      throw new RowRefused(
        'ROW_MIXED_TIME_ZONE',
        'time',
        `'${raw.slice(0, 40)}' must say its time ${this.#form === 'zone' ? 'without' : 'with'} an offset, as the rows before`,
      );
    const at = form === 'epoch' ? epochInstant(text) : form === 'offset' ? offsetInstant(text) : this.#zoned(text);
    if (at === undefined)
      throw new RowRefused('ROW_BAD_TIME', 'time', `'${raw.slice(0, 40)}' must be a time that exists in ${this.timeZone}`);
    this.#last = at;
    return at;
  }

  /** In the hour that happens twice, a row that would go back in time is in the second one. */
  #zoned(text: string): UnixNanos | undefined {
    const first = zonedInstant(this.timeZone, text.replace('T', ' ').replace(/\.0+$/, ''));
    if (first === undefined || first > this.#last) return first;
    const second = (first + HOUR) as UnixNanos;
    return zonedText(this.timeZone, first) === zonedText(this.timeZone, second) ? second : first;
  }
}

/** Seconds, milliseconds, microseconds or nanoseconds since 1970, told apart by their digits. */
const epochInstant = (text: string): UnixNanos => {
  const scale = text.length <= 11 ? 1_000_000_000n : text.length <= 14 ? 1_000_000n : text.length <= 17 ? 1_000n : 1n;
  return (BigInt(text) * scale) as UnixNanos;
};

const offsetInstant = (text: string): UnixNanos | undefined => {
  const [, date, time, offset] = OFFSET.exec(text)!;
  const [clock, fraction = ''] = time!.split('.');
  const zone = offset === 'Z' || offset!.includes(':') ? offset! : `${offset!.slice(0, 3)}:${offset!.slice(3)}`;
  const millis = Date.parse(`${date}T${clock!.length === 5 ? `${clock}:00` : clock}${zone}`);
  if (Number.isNaN(millis) || parseCivilDate(date!) === undefined) return undefined;
  return (nanosFromMillis(millis) + BigInt(fraction.padEnd(9, '0'))) as UnixNanos;
};

/** The date that a daily row is about; undefined when its text is none. */
export const dateOf = (raw: string): CivilDate | undefined => parseCivilDate(DATE.exec(spelled(raw))?.[1] ?? '');
