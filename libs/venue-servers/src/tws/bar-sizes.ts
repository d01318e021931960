import { RequestRefused } from './request-fields.js';

const SECONDS: ReadonlyMap<string, number> = new Map([
  ['1 secs', 1],
  ['1 sec', 1],
  ['5 secs', 5],
  ['10 secs', 10],
  ['15 secs', 15],
  ['30 secs', 30],
  ['1 min', 60],
  ['2 mins', 120],
  ['3 mins', 180],
  ['5 mins', 300],
  ['10 mins', 600],
  ['15 mins', 900],
  ['20 mins', 1200],
  ['30 mins', 1800],
  ['1 hour', 3600],
  ['1 day', 86_400],
]);

/** Throws RequestRefused (321) for a size that IB doesn't have. */
export const barSeconds = (setting: string): number => {
  const seconds = SECONDS.get(setting);
  if (seconds === undefined) {
    throw new RequestRefused(
      321,
      `Error validating request.-'bJ' : cause - Historical data bar size setting is invalid. Legal ones are: ${[...SECONDS.keys()].join(', ')}`,
    );
  }
  return seconds;
};

const UNIT_SECONDS: Readonly<Record<string, number>> = { S: 1, D: 86_400, W: 604_800, M: 2_678_400, Y: 31_622_400 };

/** Seconds of calendar time that a duration such as `1800 S` or `2 D` covers at most. Throws RequestRefused (321). */
export const durationSeconds = (duration: string): number => {
  const match = /^(\d{1,6}) ([SDWMY])$/.exec(duration);
  if (match === null)
    throw new RequestRefused(321, `Error validating request.-'bJ' : cause - Historical data query duration is invalid: ${duration}`);
  const count = Number(match[1]);
  if (match[2] === 'S' && count > 86_400) {
    throw new RequestRefused(
      321,
      "Error validating request.-'bJ' : cause - Historical data requests for durations longer than 86400 seconds must be made in days.",
    );
  }
  return count * (UNIT_SECONDS[match[2]!] ?? 1);
};

/** The longest duration that IB answers for bars of a size (TWS API, "Valid duration and bar size settings"). */
const STEP_LIMITS: readonly (readonly [barSeconds: number, durationSeconds: number])[] = [
  [1, 1800],
  [5, 7200],
  [10, 14_400],
  [15, 14_400],
  [30, 28_800],
  [60, 172_800],
  [120, 172_800],
  [180, 604_800],
  [1200, 1_209_600],
  [3600, 2_678_400],
];

export const exceedsStep = (bar: number, duration: number): boolean => {
  const limit = STEP_LIMITS.find(([size]) => bar <= size);
  return limit !== undefined && duration > limit[1];
};
