import { type AssetClass, type Category, type Instrument, price, quantity, symbolOf } from '@tradewind/vocabulary';

/** `SYMBOL Name` lines by sector and listing exchange (ISO 10383). */
export type ListedLines = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** What the instruments of one list have in common. */
export interface ListingTerms {
  readonly assetClass: AssetClass;
  readonly category: Category;
  readonly currency: string;
  readonly fractional: boolean;
  readonly shortable: boolean;
}

const LINE = /^(\S+) (.+)$/;
/** One share: odd lots trade, and are filled, like others. Standard lots are `boardLotAt`'s. */
const LOT_SIZE = quantity('1');
/** The step of prices at and above one dollar (50 cents in Toronto); lower prices have `tickSizeAt`. */
const TICK_SIZE = price('0.01');

const instrumentOfLine = (line: string, sector: string, exchange: string, terms: ListingTerms): Instrument => {
  const [, symbol, name] = LINE.exec(line) ?? [];
  if (symbol === undefined || name === undefined) throw new RangeError(`'${line}' must be a symbol and a name`);
  return { symbol: symbolOf(symbol), name, sector, exchange, ...terms, lotSize: LOT_SIZE, tickSize: TICK_SIZE };
};

/** The instruments of a list. Throws RangeError for a line that is none. */
export const listed = (lines: ListedLines, terms: ListingTerms): readonly Instrument[] =>
  Object.entries(lines).flatMap(([sector, byExchange]) =>
    Object.entries(byExchange).flatMap(([exchange, text]) =>
      text
        .trim()
        .split('\n')
        .map((line) => instrumentOfLine(line.trim(), sector, exchange, terms)),
    ),
  );
