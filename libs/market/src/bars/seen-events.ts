import type { UnixNanos } from '@tradewind/vocabulary';

/** Numbers and times of the events seen, older half first; plain data. */
export interface SeenEventsState {
  readonly older: readonly (number | bigint)[];
  readonly younger: readonly (number | bigint)[];
}

const flat = (half: ReadonlyMap<number, UnixNanos>): readonly (number | bigint)[] => [...half].flat();

const halfOf = (entries: readonly (number | bigint)[]): Map<number, UnixNanos> => {
  const half = new Map<number, UnixNanos>();
  for (let index = 0; index + 1 < entries.length; index += 2) half.set(Number(entries[index]), entries[index + 1] as UnixNanos);
  return half;
};

/**
 * Tells an event that comes again, as after a reconnect, from one that is new: same number, same time. An event of a source that counts
 * nothing is always new, for two equal trades are not the same trade. Remembers at least the last `remembered` events and at most twice that.
 */
export class SeenEvents {
  readonly #remembered: number;
  #older: Map<number, UnixNanos>;
  #younger: Map<number, UnixNanos>;

  constructor(remembered: number, state?: SeenEventsState) {
    this.#remembered = remembered;
    this.#older = halfOf(state?.older ?? []);
    this.#younger = halfOf(state?.younger ?? []);
  }

  isRepeated(sequence: number, at: UnixNanos): boolean {
    return sequence !== 0 && (this.#younger.get(sequence) === at || this.#older.get(sequence) === at);
  }

  remember(sequence: number, at: UnixNanos): void {
    if (sequence === 0) return;
    if (this.#younger.size >= this.#remembered) {
      this.#older = this.#younger;
      this.#younger = new Map();
    }
    this.#younger.set(sequence, at);
  }

  save(): SeenEventsState {
    return { older: flat(this.#older), younger: flat(this.#younger) };
  }
}
