/**
 * Seeded randomness of the simulated venue: sfc32 (Chris Doty-Humphrey, PractRand 0.95), its state filled from the seed's text by FNV-1a and twelve
 * rounds. The same seed gives the same draws on every machine.
 */
export class FlowRandom {
  private a: number;
  private b: number;
  private c: number;
  private counter = 1;

  constructor(seed: string) {
    let hash = 0x811c9dc5;
    for (let index = 0; index < seed.length; index += 1) hash = Math.imul(hash ^ seed.charCodeAt(index), 0x01000193);
    this.a = hash | 0;
    this.b = Math.imul(hash, 0x9e3779b1);
    this.c = hash ^ seed.length;
    for (let round = 0; round < 12; round += 1) this.bits();
  }

  /** Uniform in [0, 1), 32 bits. */
  uniform(): number {
    return (this.bits() >>> 0) / 4_294_967_296;
  }

  /** Exponential with mean 1. */
  exponential(): number {
    return -Math.log(1 - this.uniform());
  }

  /** One of the values, each as likely: the values of a table of quantiles give back its distribution. */
  draw(table: readonly number[]): number {
    return table[Math.floor(this.uniform() * table.length)]!;
  }

  private bits(): number {
    const sum = (((this.a + this.b) | 0) + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = ((this.c << 21) | (this.c >>> 11)) + sum;
    return sum;
  }
}
