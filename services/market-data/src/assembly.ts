import {
  ALGOSEEK_SALES,
  alwaysOpenCalendar,
  type AssembledStep,
  type AssembledSymbol,
  calendarOf,
  EVERY_SALE,
  findInstrument,
  type SaleRules,
  saleRulesOf,
  type StepAssemblyPlan,
  stepAssembler,
  type Tick,
  tradingHours,
} from '@tradewind/market';
import { type Symbol, unreachable } from '@tradewind/vocabulary';

/** A symbol that no table knows has no exchange, so no hours and no lot. */
export class UnknownInstrumentsError extends Error {
  override readonly name = 'UnknownInstrumentsError';
  readonly code = 'UNKNOWN_INSTRUMENTS';
  constructor(readonly symbols: readonly Symbol[]) {
    super(`${symbols.join(', ')}: not in the instrument table`);
  }
}

/** Who spells the sale conditions of the trades: the tapes in codes of one character, AlgoSeek (LEAN's files) in hexadecimal flags, nobody on a simulated venue. */
export type SaleSpelling = 'TAPE' | 'ALGOSEEK' | 'NONE';

/** AlgoSeek's when there is a condition that is no single character. */
export const saleSpellingOf = (ticks: readonly Tick[]): SaleSpelling =>
  ticks.some((tick) => tick.kind === 'trade' && tick.conditions.some((condition) => condition.length > 1)) ? 'ALGOSEEK' : 'TAPE';

const salesOf = (exchange: string, spelling: SaleSpelling): SaleRules => {
  switch (spelling) {
    case 'NONE':
      return EVERY_SALE;
    case 'ALGOSEEK':
      return ALGOSEEK_SALES;
    case 'TAPE':
      return saleRulesOf(exchange);
    default:
      return unreachable(spelling);
  }
};

/** How symbols become bars. Throws UnknownInstrumentsError, naming all. */
export const assembledSymbols = (symbols: readonly Symbol[], spelling: SaleSpelling): readonly AssembledSymbol[] => {
  const unknown = symbols.filter((symbol) => findInstrument(symbol) === undefined);
  if (unknown.length > 0) throw new UnknownInstrumentsError(unknown);
  return symbols.map((symbol) => {
    const { exchange } = findInstrument(symbol)!;
    const calendar = spelling === 'NONE' ? alwaysOpenCalendar : calendarOf(exchange);
    return { symbol, hours: tradingHours(calendar, 'REGULAR'), sales: salesOf(exchange, spelling) };
  });
};

export interface TickedStep {
  readonly step: AssembledStep;
  /** Ticks of the step in their order. */
  readonly ticks: readonly Tick[];
}

/** Steps with their ticks out of recorded ticks in time order: what a live feed would have told, all of a step at once. */
export async function* assembleRecorded(
  batches: AsyncIterable<{ readonly ticks: readonly Tick[] }>,
  plan: Omit<StepAssemblyPlan, 'clock' | 'partitions' | 'chunkSpanMsMax' | 'chunkPricesMax' | 'aheadMsMax'>,
): AsyncGenerator<TickedStep, void, undefined> {
  const whole = {
    partitions: 1,

    chunkPricesMax: Number.MAX_SAFE_INTEGER,
    chunkSpanMsMax: 7 * 86_400_000,
    aheadMsMax: 0,
  } as const;
  const assembler = stepAssembler({ ...plan, ...whole, clock: 'EVENTS' });
  let ticks: Tick[] = [];
  const told = function* (parts: ReturnType<typeof assembler.accept>): Generator<TickedStep, void, undefined> {
    for (const part of parts) {
      if (part.kind === 'ticks') {
        ticks = ticks.length === 0 ? [...part.ticks] : [...ticks, ...part.ticks];
        continue;
      }
      yield { step: part, ticks };
      ticks = [];
    }
  };
  for await (const batch of batches) yield* told(assembler.accept(batch.ticks));
  yield* told(assembler.finish());
}
