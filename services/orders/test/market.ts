import { INSTRUMENTS } from '@tradewind/market';
import type { Bar, BarsClosed, TicksArrived } from '@tradewind/market';
import type { SignalDecision, SignalsDecided } from '@tradewind/signals';
import { seededRandom } from '@tradewind/testkit';
import { nanosFromMillis, partitionOf, price, quantity, stepMessageId } from '@tradewind/vocabulary';
import type { StepHeader, UnixNanos } from '@tradewind/vocabulary';

const DAY_MS = 86_400_000;
const FIRST_CLOSE_MS = Date.UTC(2000, 0, 3, 21);

/** One step as market data and validation send it, a message a partition. */
export interface StepInputs {
  /** Partitions and chunks in order; they are told before the bars. */
  readonly ticks?: readonly TicksArrived[];
  readonly bars: readonly BarsClosed[];
  readonly decisions: readonly SignalsDecided[];
}

const at = (step: number): UnixNanos => nanosFromMillis(FIRST_CLOSE_MS + step * DAY_MS);
const header = (type: string, run: string, step: number, partition: number): StepHeader => ({
  id: stepMessageId(type, run, step, partition),
  run,
  step,
  partition,
  at: at(step),
  causes: [],
  degraded: [],
});

/** Seeded prices that swing enough for stops and breakers, and signals of every kind. */
export const inputsOf = (steps: number, run: string, partitions: number, seed: string): readonly StepInputs[] => {
  const random = seededRandom(seed);
  const symbols = INSTRUMENTS.filter(({ category }) => category === 'SIMULATED').map(({ symbol }) => symbol);
  const closes = symbols.map((_, index) => 900 + 400 * index);
  return Array.from({ length: steps }, (_, step) => {
    const bars: Bar[] = [];
    const decisions: SignalDecision[] = [];
    symbols.forEach((symbol, index) => {
      const open = closes[index]! * (1 + (random.next() - 0.5) * 0.02);
      const close = open * (1 + (random.next() - 0.5) * 0.07);
      closes[index] = close;
      const cents = (value: number) => price(value.toFixed(2));
      bars.push({
        id: `bar/${symbol}/1d/${step}`,
        symbol,
        interval: '1d',
        openTime: at(step),
        closeTime: at(step),
        open: cents(open),
        close: cents(close),
        high: cents(Math.max(open, close) * 1.01),
        low: cents(Math.min(open, close) * 0.99),
        volume: quantity('1000000'),
        source: 'test',
        warmUp: step < 3,
      });
      const roll = random.next();
      if (roll > 0.75) return;
      decisions.push({
        id: `sg/${symbol}/${step}`,
        symbol,
        at: at(step),
        action: roll < 0.15 ? 'EXIT' : 'ENTER',
        status: roll > 0.65 ? 'REJECTED' : 'VALIDATED',
        rejectionCode: roll > 0.65 ? 'EDGE_BELOW_COST' : '',
        signalType: 'test',
        confidence: 0.9,
        probabilityUp: 0.55 + 0.3 * random.next(),
        sizeMultiplier: random.next() < 0.5 ? 0.5 : 1,
        horizonBars: 5,
        expectedWin: 0.03,
        expectedLoss: 0.03,
        atr: close * 0.02,
        referencePrice: Number(close.toFixed(2)),
        votes: [],
        layers: [],
        expiresAtStep: step,
        causes: [],
      });
    });
    const parts = Array.from({ length: partitions }, (_unused, partition) => partition);
    const inPartition =
      (partition: number) =>
      <T extends { readonly symbol: string }>(item: T): boolean =>
        partitionOf(item.symbol, partitions) === partition;
    return {
      bars: parts.map((partition) => ({
        header: header('market.bars', run, step, partition),
        bars: bars.filter(inPartition(partition)),
        lowQuality: [],
        final: false,
      })),
      decisions: parts.map((partition) => ({
        header: header('signals.decisions', run, step, partition),
        decisions: decisions.filter(inPartition(partition)),
        final: false,
      })),
    };
  });
};
