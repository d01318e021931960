import { normalCdf } from '@tradewind/statistics';

import type { TickPrimitive } from '../rolling/primitive.js';
import type { TickStream } from './tick-stream.js';

export interface VpinParameters {
  /** Units a bucket. The paper: a fiftieth of an average day's volume. */
  readonly bucketVolume: number;
  /** Buckets of the mean; the paper: 50. */
  readonly buckets: number;
  /** Length of the bars that are classified as a whole; the paper: 60. */
  readonly seconds: number;
}

const SLOT = 0;
const VOLUME = 1;
const PRICE = 2;
const PRICE_BEFORE = 3;
const CHANGES = 4;
const VARIANCE = 5;
const FILLED = 6;
const BOUGHT = 7;
const HEAD = 8;
const COUNT = 9;
const RING = 10;
/** Price changes whose deviation scales the classification: all at first, then with this memory. */
const CHANGES_MEMORY = 1_000;

/**
 * Volume-synchronised probability of informed trading: the mean of |bought − sold| / volume over the last full volume buckets, in [0, 1].
 * What was bought in a short bar of time is V·Φ(ΔP/σ), Φ the normal distribution and σ the deviation of such bars' price changes about zero.
 * Easley, López de Prado and O'Hara, "Flow Toxicity and Liquidity in a High-frequency World", Review of Financial Studies 25 (2012), sec. 1.2
 * and 1.3; their σ is the sample's, which a stream can't know, so it is that of the past. NaN until the first `buckets` buckets are full.
 */
export class Vpin implements TickPrimitive {
  readonly key: string;
  readonly window = 1;
  readonly startsAt = 1;
  readonly memory: Float64Array;
  value = Number.NaN;

  constructor(
    readonly stream: TickStream,
    readonly parameters: VpinParameters,
  ) {
    const { bucketVolume, buckets, seconds } = parameters;
    this.key = `vpin(${bucketVolume},${buckets},${seconds})`;
    this.memory = new Float64Array(RING + buckets);
    this.memory[PRICE] = this.memory[PRICE_BEFORE] = Number.NaN;
  }

  onTick(): void {
    const { memory, stream } = this;
    if (stream.changed !== 'trade') return;
    this.#turnTo(stream.now);
    if (Number.isNaN(memory[PRICE_BEFORE]!)) memory[PRICE_BEFORE] = stream.tradePrice;
    memory[PRICE] = stream.tradePrice;
    memory[VOLUME] = memory[VOLUME]! + stream.tradeSize;
  }

  /** Classifies the bar of time that `now` has left behind. */
  #turnTo(now: number): void {
    const { memory } = this;
    const slot = Math.floor(now / this.parameters.seconds);
    if (slot <= memory[SLOT]!) return;
    memory[SLOT] = slot;
    const volume = memory[VOLUME]!;
    if (!(volume > 0)) return;
    const change = memory[PRICE]! - memory[PRICE_BEFORE]!;
    const changes = Math.min(memory[CHANGES]! + 1, CHANGES_MEMORY);
    memory[CHANGES] = changes;
    memory[VARIANCE] = memory[VARIANCE]! + (change * change - memory[VARIANCE]!) / changes;
    const deviation = Math.sqrt(memory[VARIANCE]);
    this.#pour(volume, deviation > 0 ? normalCdf(change / deviation) : 0.5);
    memory[PRICE_BEFORE] = memory[PRICE]!;
    memory[VOLUME] = 0;
  }

  /** Fills buckets with volume of which the share `bought` was bought. */
  #pour(volume: number, bought: number): void {
    const { memory } = this;
    const { bucketVolume, buckets } = this.parameters;
    let rest = volume;
    // Volume for more than all buckets leaves no trace of what was before: only the last of it counts.
    const most = bucketVolume * (buckets + 1);
    if (rest > most) rest = most + (rest % bucketVolume);
    while (rest > 0) {
      const taken = Math.min(rest, bucketVolume - memory[FILLED]!);
      memory[FILLED] = memory[FILLED]! + taken;
      memory[BOUGHT] = memory[BOUGHT]! + taken * bought;
      rest -= taken;
      if (memory[FILLED] < bucketVolume) return;
      const head = memory[HEAD]!;
      memory[RING + head] = Math.abs(2 * memory[BOUGHT] - bucketVolume);
      memory[HEAD] = head + 1 === buckets ? 0 : head + 1;
      memory[COUNT] = Math.min(memory[COUNT]! + 1, buckets);
      memory[FILLED] = 0;
      memory[BOUGHT] = 0;
    }
  }

  update(): void {
    const { memory } = this;
    const { bucketVolume, buckets } = this.parameters;
    this.#turnTo(this.stream.now);
    if (memory[COUNT]! < buckets) return;
    let sum = 0;
    for (let index = RING; index < RING + buckets; index += 1) sum += memory[index]!;
    this.value = sum / (buckets * bucketVolume);
  }
}
