/** An item and the time that places it. Times of one lane never go down. */
export interface InOrder<T> {
  readonly time: bigint;
  readonly item: T;
}

type Lane<T> = AsyncIterator<readonly InOrder<T>[], void, undefined>;

interface Head<T> {
  readonly rank: number;
  readonly lane: Lane<T>;
  batch: readonly InOrder<T>[];
  index: number;
}

const isBefore = <T>(left: Head<T>, right: Head<T>): boolean => {
  const [a, b] = [left.batch[left.index]!.time, right.batch[right.index]!.time];
  return a < b || (a === b && left.rank < right.rank);
};

/** Moves the head at `index` down a binary heap to its place. */
const siftDown = <T>(heap: Head<T>[], start: number): void => {
  let index = start;
  for (;;) {
    const left = 2 * index + 1;
    if (left >= heap.length) return;
    const right = left + 1;
    const child = right < heap.length && isBefore(heap[right]!, heap[left]!) ? right : left;
    if (!isBefore(heap[child]!, heap[index]!)) return;
    [heap[index], heap[child]] = [heap[child]!, heap[index]!];
    index = child;
  }
};

/** Puts the next batch that is not empty at the head. False at the lane's end. */
const refill = async <T>(head: Head<T>): Promise<boolean> => {
  head.index = 0;
  do {
    const next = await head.lane.next();
    if (next.done === true) return false;
    head.batch = next.value;
  } while (head.batch.length === 0);
  return true;
};

/**
 * Merges lanes by time; at one time earlier lanes come first, and a lane keeps its own order. Memory: one batch of each lane. Lanes that were
 * begun are closed when the reader stops early.
 */
export async function* mergeInOrder<T>(
  lanes: readonly AsyncGenerator<readonly InOrder<T>[], void, undefined>[],
): AsyncGenerator<readonly InOrder<T>[], void, undefined> {
  try {
    const heads = lanes.map((lane, rank): Head<T> => ({ rank, lane, batch: [], index: 0 }));
    const heap: Head<T>[] = [];
    for (const head of heads) if (await refill(head)) heap.push(head);
    for (let index = Math.floor(heap.length / 2) - 1; index >= 0; index -= 1) siftDown(heap, index);
    let out: InOrder<T>[] = [];
    while (heap.length > 0) {
      const top = heap[0]!;
      out.push(top.batch[top.index]!);
      top.index += 1;
      if (top.index === top.batch.length) {
        yield out;
        out = [];
        if (!(await refill(top))) {
          heap[0] = heap.at(-1)!;
          heap.pop();
        }
      }
      siftDown(heap, 0);
    }
    if (out.length > 0) yield out;
  } finally {
    for (const lane of lanes) await lane.return();
  }
}
