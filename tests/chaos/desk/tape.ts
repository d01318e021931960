import type { Bar, BarsClosed } from '@tradewind/market';
import type { SignalDecision, SignalsDecided } from '@tradewind/signals';
import { seededRandom, type SeededRandom } from '@tradewind/testkit';
import {
  nanosFromMillis,
  price,
  quantity,
  type StepHeader,
  stepMessageId,
  type Symbol,
  symbolOf,
  type UnixNanos,
} from '@tradewind/vocabulary';

export const SYMBOLS: readonly Symbol[] = ['AAPL', 'MSFT', 'AMZN', 'SPY'].map(symbolOf);
export const RUN = 'chaos';

/** What one symbol does in a step. */
interface Move {
  readonly symbol: Symbol;
  readonly close: string;
  /** Half the spread of the venue, so wide at times that an entry has to wait. */
  readonly halfSpread: number;
  readonly size: string;
  readonly decision: 'ENTER' | 'EXIT' | 'NONE';
  readonly confidence: number;
}

export interface TapeStep {
  readonly step: number;
  readonly moves: readonly Move[];
}

export interface Quote {
  readonly symbol: Symbol;
  readonly bid: string;
  readonly ask: string;
  /** On each side, so small at times that an order fills in parts. */
  readonly size: string;
}

const DEEP = '10000';

const moveOf = (symbol: Symbol, before: number, random: SeededRandom, depths: SeededRandom): Move => {
  const roll = random.next();
  return {
    symbol,
    close: (before * (1 + (random.next() - 0.5) * 0.05)).toFixed(2),
    halfSpread: random.next() < 0.3 ? 0.04 : 0.0002,
    size: depths.next() < 0.3 ? String(depths.integer(1, 20)) : DEEP,
    decision: roll < 0.45 ? 'ENTER' : roll < 0.7 ? 'EXIT' : 'NONE',
    confidence: 0.6 + 0.4 * random.next(),
  };
};

/** Seeded prices that swing enough for stops, and signals of both kinds. */
export const tapeOf = (seed: string, steps: number): readonly TapeStep[] => {
  const random = seededRandom(`chaos/desk/tape/${seed}`);
  const depths = seededRandom(`chaos/desk/depths/${seed}`);
  const closes = new Map(SYMBOLS.map((symbol, index) => [symbol, 100 + 60 * index]));
  return Array.from({ length: steps }, (_, step) => {
    const moves = SYMBOLS.map((symbol) => moveOf(symbol, closes.get(symbol)!, random, depths));
    for (const { symbol, close } of moves) closes.set(symbol, Number(close));
    return { step, moves };
  });
};

/** What the venue quotes before the step's bars are told. */
export const quotesOf = ({ moves }: TapeStep): readonly Quote[] =>
  moves.map(({ symbol, close, halfSpread, size }) => ({
    symbol,
    size,
    bid: (Number(close) * (1 - halfSpread)).toFixed(2),
    ask: (Number(close) * (1 + halfSpread)).toFixed(2),
  }));

/** The last step's market, deep enough for all that still waits. */
export const calmQuotesOf = (step: TapeStep): readonly Quote[] => quotesOf(step).map((quote) => ({ ...quote, size: DEEP }));

const headerOf = (type: string, step: number, at: UnixNanos): StepHeader => ({
  id: stepMessageId(type, RUN, step, 0),
  run: RUN,
  step,
  partition: 0,
  at,
  causes: [],
  degraded: [],
});

/** The step as market data tells it; `atMs` is now, by the wall clock. */
export const barsOf = ({ step, moves }: TapeStep, atMs: number): BarsClosed => {
  const at = nanosFromMillis(atMs);
  const bars = moves.map(({ symbol, close }): Bar => ({
    id: `bar/${symbol}/1m/${step}`,
    symbol,
    interval: '1m',
    openTime: nanosFromMillis(atMs - 60_000),
    closeTime: at,
    open: price(close),
    high: price((Number(close) * 1.01).toFixed(2)),
    low: price((Number(close) * 0.99).toFixed(2)),
    close: price(close),
    volume: quantity('1000000'),
    source: 'chaos',
    warmUp: false,
  }));
  const sorted = bars.toSorted((left, right) => (left.symbol < right.symbol ? -1 : 1));
  return { header: headerOf('market.bars', step, at), bars: sorted, lowQuality: [], final: false };
};

/** The step as validation tells it. */
export const decisionsOf = ({ step, moves }: TapeStep, atMs: number): SignalsDecided => {
  const at = nanosFromMillis(atMs);
  const decisions = moves.flatMap(({ symbol, close, decision, confidence }): SignalDecision[] =>
    decision === 'NONE'
      ? []
      : [
          {
            id: `sg/${symbol}/${step}`,
            symbol,
            at,
            action: decision,
            status: 'VALIDATED',
            rejectionCode: '',
            signalType: 'chaos',
            confidence,
            probabilityUp: 0.7,
            sizeMultiplier: 1,
            horizonBars: 5,
            expectedWin: 0.03,
            expectedLoss: 0.03,
            atr: Number(close) * 0.015,
            referencePrice: Number(close),
            votes: [],
            layers: [],
            expiresAtStep: step + 1,
            causes: [],
          },
        ],
  );
  return { header: headerOf('signals.decisions', step, at), decisions, final: false };
};
