import type { Bar, MarketStep } from '@tradewind/market';
import { priceFromNumber, quantity, symbolOf, type UnixNanos, utcDateOf } from '@tradewind/vocabulary';

const NANOS_PER_DAY = 86_400_000_000_000n;
const PRICE_DIGITS = 4;
/** Of each scripted bar. */
const VOLUME = quantity('1000000');

/** One day of one instrument: from the close before to the open, and from there to the close; as fractions. */
export interface ScriptedMove {
  readonly gap: number;
  readonly move: number;
}

export interface MarketScript {
  readonly name: string;
  /** Close of the first day. */
  readonly firstAt: UnixNanos;
  /** Price before the first day, by symbol. */
  readonly prices: Readonly<Record<string, number>>;
  /** By day and symbol; who is not named stands still, and `silent` ones have no bar at all. */
  readonly days: readonly { readonly moves: Readonly<Record<string, ScriptedMove>>; readonly silent?: readonly string[] }[];
}

/** Daily bars of a script, one step a day. Throws DecimalError when a price leaves the range of prices. */
export const scriptedSteps = ({ name, firstAt, prices, days }: MarketScript): readonly MarketStep[] => {
  const closes = new Map(Object.entries(prices).sort(([left], [right]) => (left < right ? -1 : 1)));
  return days.map(({ moves, silent = [] }, step) => {
    const at = (firstAt + BigInt(step) * NANOS_PER_DAY) as UnixNanos;
    const bars: Bar[] = [];
    for (const [symbol, before] of closes) {
      const { gap, move } = moves[symbol] ?? { gap: 0, move: 0 };
      const open = before * (1 + gap);
      const close = open * (1 + move);
      closes.set(symbol, close);
      if (silent.includes(symbol)) continue;
      bars.push({
        id: `bar/${symbol}/1d/${utcDateOf(at)}`,
        symbol: symbolOf(symbol),
        interval: '1d',
        openTime: at,
        closeTime: at,
        open: priceFromNumber(open, PRICE_DIGITS),
        high: priceFromNumber(Math.max(open, close), PRICE_DIGITS),
        low: priceFromNumber(Math.min(open, close), PRICE_DIGITS),
        close: priceFromNumber(close, PRICE_DIGITS),
        volume: VOLUME,
        source: `script/${name}`,
        warmUp: false,
      });
    }
    return { step, at, bars, lowQuality: [], final: step === days.length - 1 };
  });
};
