import type { Primitive, Source } from './primitive.js';

const HEAD = 0;
const MEAN_X = 1;
const MEAN_Y = 2;
const SQUARES_X = 3;
const SQUARES_Y = 4;
const PRODUCTS = 5;
const RINGS = 6;

/**
 * Sum of products of deviations of the last `size` pairs (`value`), with the sums of squared deviations of both: what covariance, correlation
 * and a regression of y on x are made of. Moves with the window as `WindowDeviation` does.
 */
export class WindowCovariance implements Primitive {
  readonly key: string;
  readonly window: number;
  readonly startsAt: number;
  readonly memory: Float64Array;
  readonly forgets = true;
  value = Number.NaN;
  squaresX = Number.NaN;
  squaresY = Number.NaN;

  constructor(
    readonly x: Source,
    readonly y: Source,
    readonly size: number,
  ) {
    this.key = `covariance(${x.key},${y.key},${size})`;
    this.startsAt = Math.max(x.window, y.window);
    this.window = this.startsAt + size - 1;
    this.memory = new Float64Array(RINGS + 2 * size);
  }

  update(): void {
    const { memory, size } = this;
    const slot = RINGS + memory[HEAD]!;
    const x = this.x.value;
    const y = this.y.value;
    const oldX = memory[slot]!;
    const oldY = memory[slot + size]!;
    memory[slot] = x;
    memory[slot + size] = y;
    if (slot + 1 < RINGS + size) {
      memory[HEAD] = slot + 1 - RINGS;
      const beforeX = memory[MEAN_X]!;
      const beforeY = memory[MEAN_Y]!;
      const meanX = beforeX + (x - oldX) / size;
      const meanY = beforeY + (y - oldY) / size;
      memory[MEAN_X] = meanX;
      memory[MEAN_Y] = meanY;
      memory[SQUARES_X] = Math.max(0, memory[SQUARES_X]! + (x - oldX) * (x - meanX + oldX - beforeX));
      memory[SQUARES_Y] = Math.max(0, memory[SQUARES_Y]! + (y - oldY) * (y - meanY + oldY - beforeY));
      memory[PRODUCTS] = memory[PRODUCTS]! + (x - beforeX) * (y - meanY) - (oldX - beforeX) * (oldY - meanY);
    } else {
      this.#refresh();
    }
    this.value = memory[PRODUCTS]!;
    this.squaresX = memory[SQUARES_X]!;
    this.squaresY = memory[SQUARES_Y]!;
  }

  #refresh(): void {
    const { memory, size } = this;
    let meanX = 0;
    let meanY = 0;
    for (let index = RINGS; index < RINGS + size; index += 1) {
      meanX += memory[index]!;
      meanY += memory[index + size]!;
    }
    meanX /= size;
    meanY /= size;
    let squaresX = 0;
    let squaresY = 0;
    let products = 0;
    for (let index = RINGS; index < RINGS + size; index += 1) {
      const x = memory[index]! - meanX;
      const y = memory[index + size]! - meanY;
      squaresX += x * x;
      squaresY += y * y;
      products += x * y;
    }
    memory[HEAD] = 0;
    memory[MEAN_X] = meanX;
    memory[MEAN_Y] = meanY;
    memory[SQUARES_X] = squaresX;
    memory[SQUARES_Y] = squaresY;
    memory[PRODUCTS] = products;
  }
}
