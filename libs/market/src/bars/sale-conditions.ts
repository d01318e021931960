import type { Trade } from '../tick.js';

/**
 * What one sale does to a bar. `LAST` makes open and close; `LAST_IF_ALONE` makes them only while the bar has no other sale that may.
 */
export const SALE_USE = { VOLUME: 1, HIGH_LOW: 2, LAST: 4, LAST_IF_ALONE: 8 } as const;
/** A sum of `SALE_USE`. */
export type SaleUse = number;

const REGULAR: SaleUse = SALE_USE.VOLUME | SALE_USE.HIGH_LOW | SALE_USE.LAST;
const OUT_OF_TURN: SaleUse = SALE_USE.VOLUME | SALE_USE.HIGH_LOW | SALE_USE.LAST_IF_ALONE;
const VOLUME_ONLY: SaleUse = SALE_USE.VOLUME;
/** A summary that repeats a sale already reported. */
const NOTHING: SaleUse = 0;

/** The use of a sale by its conditions. Of several conditions the strictest decides, field by field. */
export interface SaleRules {
  readonly name: string;
  /** `extended`: the bar is made of trading outside regular hours too, where Form T sales are the regular ones. */
  useOf(trade: Trade, extended: boolean): SaleUse;
  /** The price of the closing auction, which is told after the close. */
  isClosingPrint(trade: Trade): boolean;
}

/** One condition: what it is, its use in regular hours, and its use in bars of extended hours where that differs. */
type Row = readonly [name: string, use: SaleUse, extended?: SaleUse];

/**
 * Consolidated processing of sale conditions. Sources: CTA, "CTS Pillar Output Specification", appendix "Sale condition matrix", and UTP, "UTP
 * Data Feed Services Specification", appendix "Sale condition matrix" (consolidated columns). A code that both tapes use means the same
 * on both, but `B`: average price on tape A and B, bunched on tape C.
 */
const BOTH_TAPES: readonly (readonly [code: string, ...Row])[] = [
  ['@', 'regular sale', REGULAR],
  ['C', 'cash sale', VOLUME_ONLY],
  ['E', 'automatic execution', REGULAR],
  ['F', 'intermarket sweep', REGULAR],
  ['G', 'bunched sold sale', OUT_OF_TURN],
  ['H', 'price variation', VOLUME_ONLY],
  ['I', 'odd lot', VOLUME_ONLY],
  ['K', 'rule 127 or 155', REGULAR],
  ['L', 'sold last', OUT_OF_TURN],
  ['M', "market centre's official close", NOTHING],
  ['N', 'next day', VOLUME_ONLY],
  ['O', 'opening print', REGULAR],
  ['P', 'prior reference price', OUT_OF_TURN],
  ['Q', "market centre's official open", NOTHING],
  ['R', 'seller', VOLUME_ONLY],
  ['T', 'extended hours (Form T)', VOLUME_ONLY, REGULAR],
  ['U', 'extended hours, out of sequence', VOLUME_ONLY, OUT_OF_TURN],
  ['V', 'contingent sale', VOLUME_ONLY],
  ['X', 'cross', REGULAR],
  ['Z', 'sold, out of sequence', OUT_OF_TURN],
  ['4', 'derivatively priced', OUT_OF_TURN],
  ['5', 'reopening print', REGULAR],
  ['6', 'closing print', REGULAR],
  ['7', 'qualified contingent sale', VOLUME_ONLY],
  ['9', 'corrected consolidated close', SALE_USE.HIGH_LOW | SALE_USE.LAST],
];
const TAPES_A_AND_B: ReadonlyMap<string, Row> = new Map([
  ...BOTH_TAPES.map(([code, ...row]) => [code, row] as const),
  ['B', ['average price', VOLUME_ONLY]],
]);
const TAPE_C: ReadonlyMap<string, Row> = new Map([
  ...BOTH_TAPES.map(([code, ...row]) => [code, row] as const),
  ['A', ['acquisition', REGULAR]],
  ['B', ['bunched sale', REGULAR]],
  ['D', ['distribution', REGULAR]],
  ['S', ['split sale', REGULAR]],
  ['W', ['average price', VOLUME_ONLY]],
  ['Y', ['yellow flag', REGULAR]],
  ['1', ['stopped stock', REGULAR]],
  ['2', ['stopped stock, sold last', OUT_OF_TURN]],
  ['3', ['stopped stock, sold', OUT_OF_TURN]],
]);

/** Bits of AlgoSeek's trade conditions, which LEAN's tick files carry as one hexadecimal number. Bits not listed are regular. */
const ALGOSEEK_BITS: readonly (readonly [bit: number, ...Row])[] = [
  [1, 'cash sale', VOLUME_ONLY],
  [2, 'next day', VOLUME_ONLY],
  [3, 'seller', VOLUME_ONLY],
  [9, 'derivatively priced', OUT_OF_TURN],
  [10, 'Form T', VOLUME_ONLY, REGULAR],
  [11, 'sold', OUT_OF_TURN],
  [13, 'extended hours', VOLUME_ONLY, REGULAR],
  [14, 'out of sequence', OUT_OF_TURN],
  [18, 'stock and option', VOLUME_ONLY],
  [20, 'average price', VOLUME_ONLY],
  [22, 'price variation', VOLUME_ONLY],
  [24, 'official close', NOTHING],
  [25, 'prior reference price', OUT_OF_TURN],
  [26, 'official open', NOTHING],
  [31, 'odd lot', VOLUME_ONLY],
];

const rowUse = ([, use, extended]: Row, inExtended: boolean): SaleUse => (inExtended ? (extended ?? use) : use);

/** Closing print: by its letter on all tapes, by its bit at AlgoSeek. */
const CLOSING_PRINT = '6';
const ALGOSEEK_CLOSING_BIT = 7;

/** What both allow. A firm last and a last that must be alone are together one that must be alone. */
const strictest = (left: SaleUse, right: SaleUse): SaleUse => {
  const both = left & right & (SALE_USE.VOLUME | SALE_USE.HIGH_LOW | SALE_USE.LAST);
  const lasts = SALE_USE.LAST | SALE_USE.LAST_IF_ALONE;
  const alone = (both & SALE_USE.LAST) === 0 && (left & lasts) !== 0 && (right & lasts) !== 0;
  return alone ? both | SALE_USE.LAST_IF_ALONE : both;
};

/** Combinations repeat: each is worked out once. A feed has a few dozen; the limit keeps a broken one from filling the memory. */
const REMEMBERED_MAX = 4_096;

const remembering = (
  name: string,
  useOfConditions: (conditions: readonly string[], extended: boolean) => SaleUse,
  isClosing: (condition: string) => boolean,
): SaleRules => {
  const known = [new Map<string, SaleUse>(), new Map<string, SaleUse>()] as const;
  return {
    name,
    isClosingPrint: ({ conditions }) => conditions.some(isClosing),
    useOf({ conditions }, extended) {
      if (conditions.length === 0) return REGULAR;
      const memory = known[extended ? 1 : 0];
      const key = conditions.length === 1 ? conditions[0]! : conditions.join(' ');
      let use = memory.get(key);
      if (use === undefined) {
        use = useOfConditions(conditions, extended);
        if (memory.size < REMEMBERED_MAX) memory.set(key, use);
      }
      return use;
    },
  };
};

const byCode = (name: string, rows: ReadonlyMap<string, Row>): SaleRules =>
  remembering(
    name,
    (conditions, extended) =>
      conditions.reduce<SaleUse>((use, code) => {
        const row = rows.get(code);
        // A code that the table does not know is a code of later years: its volume is real, its price is not trusted.
        if (row === undefined) return code.trim() === '' ? use : strictest(use, VOLUME_ONLY);
        return strictest(use, rowUse(row, extended));
      }, REGULAR),
    (code) => code === CLOSING_PRINT,
  );

const flagsUse = (text: string, extended: boolean): SaleUse => {
  const flags = /^[0-9a-f]{1,8}$/i.test(text) ? Number.parseInt(text, 16) : undefined;
  if (flags === undefined) return VOLUME_ONLY;
  return ALGOSEEK_BITS.reduce<SaleUse>(
    (use, [bit, ...row]) => (((flags >>> bit) & 1) === 1 ? strictest(use, rowUse(row, extended)) : use),
    REGULAR,
  );
};

/** Tapes A and B (listed at NYSE, Arca, Cboe …), one-letter codes. */
export const CTA_SALES: SaleRules = byCode('CTA', TAPES_A_AND_B);
/** Tape C (listed at NASDAQ), one-letter codes. */
export const UTP_SALES: SaleRules = byCode('UTP', TAPE_C);
/** LEAN's tick files: each condition is AlgoSeek's hexadecimal flags. */
export const ALGOSEEK_SALES: SaleRules = remembering(
  'AlgoSeek',
  (conditions, extended) => conditions.reduce<SaleUse>((use, text) => strictest(use, flagsUse(text, extended)), REGULAR),
  (text) => ((Number.parseInt(text, 16) >>> ALGOSEEK_CLOSING_BIT) & 1) === 1,
);
/** Venues without sale conditions (Toronto, the simulated venue, crypto): every trade counts. */
export const EVERY_SALE: SaleRules = { name: 'every sale', useOf: () => REGULAR, isClosingPrint: () => false };

/** The rules of a listing exchange's tape. */
export const saleRulesOf = (exchange: string): SaleRules => {
  switch (exchange) {
    case 'XNAS':
      return UTP_SALES;
    case 'XNYS':
    case 'ARCX':
    case 'BATS':
      return CTA_SALES;
    default:
      return EVERY_SALE;
  }
};
