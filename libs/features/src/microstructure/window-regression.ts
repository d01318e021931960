import type { Primitive, Source } from '../rolling/primitive.js';

const HEAD = 0;
const SEEN = 1;
const SUMS = 2;
const X = 0;
const Y = 1;
const XX = 2;
const XY = 3;
const YY = 4;
const PARTS = 5;
const RING = SUMS + PARTS;

/**
 * Least-squares line through the last `size` pairs (x, y) of two sources, one pair a bar; bars in which either is NaN are left out. Running
 * sums, taken afresh each time the ring comes round. The value is the slope: NaN until there are `size` pairs or when x never varied.
 */
export class WindowRegression implements Primitive {
  readonly key: string;
  readonly window: number;
  readonly startsAt: number;
  readonly memory: Float64Array;
  value = Number.NaN;
  /** Share of the variance of y that the line explains, in [0, 1]. */
  explained = Number.NaN;

  constructor(
    readonly x: Source,
    readonly y: Source,
    readonly size: number,
  ) {
    this.key = `regression(${x.key},${y.key},${size})`;
    this.startsAt = Math.max(x.window, y.window);
    this.window = this.startsAt + size - 1;
    this.memory = new Float64Array(RING + 2 * size);
  }

  update(): void {
    const x = this.x.value;
    const y = this.y.value;
    if (Number.isFinite(x) && Number.isFinite(y)) this.#exchange(x, y);
    this.#solve();
  }

  #add(x: number, y: number, weight: 1 | -1): void {
    const { memory } = this;
    memory[SUMS + X] = memory[SUMS + X]! + weight * x;
    memory[SUMS + Y] = memory[SUMS + Y]! + weight * y;
    memory[SUMS + XX] = memory[SUMS + XX]! + weight * x * x;
    memory[SUMS + XY] = memory[SUMS + XY]! + weight * x * y;
    memory[SUMS + YY] = memory[SUMS + YY]! + weight * y * y;
  }

  #exchange(x: number, y: number): void {
    const { memory, size } = this;
    const head = memory[HEAD]!;
    const slot = RING + 2 * head;
    if (memory[SEEN] === size) this.#add(memory[slot]!, memory[slot + 1]!, -1);
    else memory[SEEN] = memory[SEEN]! + 1;
    memory[slot] = x;
    memory[slot + 1] = y;
    this.#add(x, y, 1);
    memory[HEAD] = head + 1 === size ? 0 : head + 1;
    if (memory[HEAD] > 0) return;
    memory.fill(0, SUMS, RING);
    for (let index = RING; index < memory.length; index += 2) this.#add(memory[index]!, memory[index + 1]!, 1);
  }

  #solve(): void {
    const { memory, size } = this;
    if (memory[SEEN]! < size) return;
    const spreadX = memory[SUMS + XX]! - memory[SUMS + X]! ** 2 / size;
    const spreadY = memory[SUMS + YY]! - memory[SUMS + Y]! ** 2 / size;
    const both = memory[SUMS + XY]! - (memory[SUMS + X]! * memory[SUMS + Y]!) / size;
    // Below this share of the squares the spread is rounding.
    const varies = spreadX > memory[SUMS + XX]! * 1e-12;
    this.value = varies ? both / spreadX : Number.NaN;
    this.explained = varies && spreadY > 0 ? Math.min(1, (both * both) / (spreadX * spreadY)) : Number.NaN;
  }
}
