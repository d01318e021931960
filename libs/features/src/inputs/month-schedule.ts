const MILLIS_PER_DAY = 86_400_000;
const DAYS_PER_WEEK = 7;
const THURSDAY = 4;
const FRIDAY = 5;
/** Enough for this month and the next, in whichever order they are asked for. */
const MONTHS_KEPT = 4;
/** The longest closure since 1985 was six days; a calendar silent for longer is broken. */
const CLOSURE_DAYS_MAX = 31;

/** Days since 1970-01-01 of milliseconds since then. */
export const dayOf = (millis: number): number => Math.floor(millis / MILLIS_PER_DAY);
/** 1 Monday to 7 Sunday. */
export const isoWeekday = (day: number): number => ((((day + THURSDAY - 1) % DAYS_PER_WEEK) + DAYS_PER_WEEK) % DAYS_PER_WEEK) + 1;

/** The sessions of one month. Days are counted from 1970-01-01. */
export class MonthSchedule {
  /** First day of the next month. */
  readonly end: number;
  /** Expiry of the month's options: its third Friday, or the last session before it when the exchange is shut (OCC rules since 2015). */
  readonly expiry: number;
  /** 1 to 12. */
  readonly number: number;
  /** Sessions after each day, the day before the first one first. */
  readonly #after: readonly number[];

  constructor(
    readonly first: number,
    isSession: (day: number) => boolean,
  ) {
    const date = new Date(first * MILLIS_PER_DAY);
    this.number = date.getUTCMonth() + 1;
    this.end = dayOf(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1));
    const after = [0];
    for (let day = this.end - 1; day >= first; day -= 1) after.unshift(after[0]! + (isSession(day) ? 1 : 0));
    this.#after = after;
    let expiry = first + ((FRIDAY - isoWeekday(first) + DAYS_PER_WEEK) % DAYS_PER_WEEK) + 2 * DAYS_PER_WEEK;
    while (expiry > first && !this.isSession(expiry)) expiry -= 1;
    this.expiry = expiry;
  }

  get sessions(): number {
    return this.#after[0]!;
  }

  /** Sessions of the month after one of its days. */
  sessionsAfter(day: number): number {
    return this.#after[day - this.first + 1]!;
  }

  isSession(day: number): boolean {
    return this.#after[day - this.first]! > this.#after[day - this.first + 1]!;
  }
}

/** The months of one calendar, the last few kept. */
export class MonthSchedules {
  readonly #kept: MonthSchedule[] = [];

  constructor(
    readonly calendar: string,
    private readonly isSession: (day: number) => boolean,
  ) {}

  of(day: number): MonthSchedule {
    const known = this.#kept.find((month) => day >= month.first && day < month.end);
    if (known !== undefined) return known;
    const date = new Date(day * MILLIS_PER_DAY);
    const month = new MonthSchedule(dayOf(Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1)), this.isSession);
    this.#kept.push(month);
    if (this.#kept.length > MONTHS_KEPT) this.#kept.shift();
    return month;
  }

  /** The first session after a day. */
  nextSession(day: number): number {
    for (let next = day + 1; next <= day + CLOSURE_DAYS_MAX; next += 1) if (this.of(next).isSession(next)) return next;
    throw new RangeError(`calendar ${this.calendar} has no session in ${CLOSURE_DAYS_MAX} days after day ${day}`);
  }
}
