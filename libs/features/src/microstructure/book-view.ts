const MID = 0;
const SPREAD = 1;
const HEADER = 2;
const SIDES = 4;

/**
 * The best levels of a book in plain numbers, best first. A level that is not there has size 0 and the price 0 on the bid, Infinity on the
 * ask, so that comparing prices comes out right without asking. Everything lies in one array, which whoever owns it saves.
 */
export class BookView {
  readonly bidPrices: Float64Array;
  readonly bidSizes: Float64Array;
  readonly askPrices: Float64Array;
  readonly askSizes: Float64Array;

  static length(levels: number): number {
    return HEADER + SIDES * levels;
  }

  /** Lays an empty book over `memory`, BookView.length(levels) numbers. */
  constructor(
    readonly memory: Float64Array,
    readonly levels: number,
  ) {
    const side = (index: number): Float64Array => memory.subarray(HEADER + index * levels, HEADER + (index + 1) * levels);
    this.bidPrices = side(0);
    this.bidSizes = side(1);
    this.askPrices = side(2);
    this.askSizes = side(3);
    memory.fill(0);
    this.askPrices.fill(Infinity);
    this.settle();
  }

  /** Middle of the best prices; NaN unless usable. */
  get mid(): number {
    return this.memory[MID]!;
  }
  /** Best ask less best bid; NaN unless usable. */
  get spread(): number {
    return this.memory[SPREAD]!;
  }
  /** Both sides are there, and the bid is below the ask. */
  get usable(): boolean {
    return this.memory[SPREAD]! > 0;
  }

  /** Takes the levels as they have been written. */
  settle(): void {
    const bid = this.bidPrices[0]!;
    const ask = this.askPrices[0]!;
    const usable = this.bidSizes[0]! > 0 && this.askSizes[0]! > 0 && ask > bid;
    this.memory[MID] = usable ? (bid + ask) / 2 : Number.NaN;
    this.memory[SPREAD] = usable ? ask - bid : Number.NaN;
  }
}
