import { nyseCalendar, parseCivilDate } from '@tradewind/market';
import { NANOS_PER_MILLI, type Symbol, type UnixNanos } from '@tradewind/vocabulary';

import type { RecordRequest } from '../source.js';
import { dayAfter, NEW_YORK, zonedDate, zonedInstant } from '../wire-values/zoned-time.js';

/** What is gathered regularly from a source's records. Adding one is a file like those beside this one. */
export interface Collector {
  readonly name: string;
  /** Series, or prefixes that end in `/`; each is one question. */
  readonly series: readonly string[];
  /** True: asked for each symbol. False: once. */
  readonly ofSymbol: boolean;
  /** Times of day in New York at which it runs, `HH:MM`, ascending. */
  readonly times: readonly string[];
  readonly days: 'business' | 'every';
  /** How far before the last look it asks again, for what came late or was revised. */
  readonly lookBackDays: number;
  /** How far back the first look goes. */
  readonly historyDays: number;
}

const DAY_NANOS = 86_400_000n * NANOS_PER_MILLI;
const DAYS_LOOKED_AHEAD = 14;

/** The first time after an instant at which the collector runs. */
export const nextRunAfter = (collector: Collector, after: UnixNanos): UnixNanos => {
  let date = zonedDate(NEW_YORK, after);
  for (let day = 0; day < DAYS_LOOKED_AHEAD; day += 1, date = dayAfter(date)) {
    if (collector.days === 'business' && !nyseCalendar.isSession(parseCivilDate(date)!)) continue;
    for (const time of collector.times) {
      const at = zonedInstant(NEW_YORK, `${date} ${time}`);
      if (at !== undefined && at > after) return at;
    }
  }
  throw new RangeError(`the collector ${collector.name} never runs`);
};

/** True when one of its times has passed since it last ran, or when it never did. */
export const isDue = (collector: Collector, lastRunAt: UnixNanos | undefined, now: UnixNanos): boolean =>
  lastRunAt === undefined || nextRunAfter(collector, lastRunAt) <= now;

/** The questions of one run. `lookedUntil` is the end of the last look at each of them. */
export const requestsOf = (
  collector: Collector,
  symbols: readonly Symbol[],
  lookedUntil: (request: Pick<RecordRequest, 'series' | 'symbol'>) => UnixNanos | undefined,
  now: UnixNanos,
): readonly RecordRequest[] => {
  const about: readonly (Symbol | undefined)[] = collector.ofSymbol ? symbols : [undefined];
  return about.flatMap((symbol) =>
    collector.series.map((series) => {
      const last = lookedUntil({ series, symbol });
      const back = last === undefined ? collector.historyDays : collector.lookBackDays;
      // `until` is exclusive: what became known at this very instant is asked for too.
      return { series, symbol, from: ((last ?? now) - BigInt(back) * DAY_NANOS) as UnixNanos, until: (now + 1n) as UnixNanos };
    }),
  );
};
