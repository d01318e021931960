import type { UnixNanos } from '@tradewind/vocabulary';

interface Timed {
  readonly at: UnixNanos;
}

class Cursor<T extends Timed> {
  private page: readonly T[] = [];
  private index = 0;
  private readonly pages: AsyncIterator<readonly T[]>;

  constructor(pages: AsyncIterable<readonly T[]>) {
    this.pages = pages[Symbol.asyncIterator]();
  }

  /** The next row, which stays the next until it is taken. */
  async head(): Promise<T | undefined> {
    while (this.index >= this.page.length) {
      const next = await this.pages.next();
      if (next.done === true) return undefined;
      this.page = next.value;
      this.index = 0;
    }
    return this.page[this.index];
  }

  /** Takes rows up to the instant, as far as the page reaches. */
  take(until: UnixNanos | undefined): readonly T[] {
    const start = this.index;
    while (this.index < this.page.length && (until === undefined || this.page[this.index]!.at <= until)) this.index += 1;
    return this.page.slice(start, this.index);
  }

  async end(): Promise<void> {
    await this.pages.return?.();
  }
}

/** Two streams of pages, each in order of time, as one in order of time; at the same instant the first stream comes first. */
export async function* mergedPages<T extends Timed>(
  first: AsyncIterable<readonly T[]>,
  second: AsyncIterable<readonly T[]>,
): AsyncGenerator<readonly T[]> {
  const [left, right] = [new Cursor(first), new Cursor(second)];
  try {
    for (;;) {
      const [one, other] = [await left.head(), await right.head()];
      if (one === undefined && other === undefined) return;
      if (other === undefined || (one !== undefined && one.at <= other.at)) yield left.take(other?.at);
      else yield right.take(one === undefined ? undefined : ((one.at - 1n) as UnixNanos));
    }
  } finally {
    await left.end();
    await right.end();
  }
}
