import { type Collector, COLLECTORS, type MarketSource } from '@tradewind/sources';

const isPrefix = (series: string): boolean => series.endsWith('/');
const isWithin = (series: string, wanted: string): boolean => series === wanted || (isPrefix(wanted) && series.startsWith(wanted));

/** What a collector asks when only these series are wanted: its own questions, or narrower ones. */
const questionsOf = ({ series }: Collector, wanted: readonly string[]): readonly string[] => [
  ...new Set(
    series.flatMap((own) => {
      if (wanted.some((some) => isWithin(own, some))) return [own];
      return wanted.filter((some) => isWithin(some, own));
    }),
  ),
];

/** The collectors of the wanted series (whole, or prefixes that end in `/`), none of which asks for more. */
export const collectorsOf = (wanted: readonly string[], collectors: readonly Collector[] = COLLECTORS): readonly Collector[] =>
  collectors.map((collector) => ({ ...collector, series: questionsOf(collector, wanted) })).filter(({ series }) => series.length > 0);

/** Wanted series that no collector gathers, or that none of the sources offers. */
export const unofferedOf = (wanted: readonly string[], sources: readonly MarketSource[]): readonly string[] =>
  wanted.filter(
    (series) =>
      collectorsOf([series]).length === 0 ||
      !sources.some(({ capabilities }) => capabilities.records.some((offered) => isWithin(series, offered) || isWithin(offered, series))),
  );
