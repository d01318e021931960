import type { Source } from '../rolling/primitive.js';

/** One more value of a primitive that has several. */
export class Output implements Source {
  readonly window = 1;
  value = Number.NaN;
  constructor(readonly key: string) {}
}
