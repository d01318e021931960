import { type CivilDate, parseCivilDate } from '@tradewind/market';
import { type Symbol, symbolOf } from '@tradewind/vocabulary';

/** Which ticker a share traded under, until the end of a date. */
export interface Renaming {
  readonly until: CivilDate;
  readonly ticker: Symbol;
}

/** Reads a LEAN map file: `YYYYMMDD,ticker[,exchange]`, oldest first; the first row is the day before listing. Lines that are none are left out. */
export const parseMapFile = (text: string): readonly Renaming[] =>
  text.split(/\r?\n/).flatMap((line) => {
    const [digits = '', ticker = ''] = line.split(',');
    const until = parseCivilDate(`${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6)}`);
    try {
      return until === undefined ? [] : [{ until, ticker: symbolOf(ticker.toUpperCase().replaceAll('.', '-')) }];
    } catch {
      return [];
    }
  });

/** The ticker on a date; the symbol itself when the file does not tell. */
export const tickerOn = (renamings: readonly Renaming[], symbol: Symbol, date: CivilDate): Symbol =>
  renamings.find(({ until }) => date <= until)?.ticker ?? symbol;
