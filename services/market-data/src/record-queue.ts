import type { PointInTimeRecord } from '@tradewind/market';
import { partitionOf, type UnixNanos } from '@tradewind/vocabulary';

/** A record with its place in the order in which records were collected: 0, 1, 2 … */
export interface NumberedRecord {
  readonly number: number;
  readonly record: PointInTimeRecord;
}

/** What of the queue goes out with one step to one partition. */
export interface DueRecords {
  /** In the order in which they became known. */
  readonly records: readonly PointInTimeRecord[];
  /** Everything below this number is told to the partition once these are. */
  readonly toldBelow: number;
}

export interface QueueLimits {
  /** Records of one message. */
  readonly recordsMax: number;
  /** Characters of their texts: a message must not be larger than the bus takes. */
  readonly charactersMax: number;
}

const byKnownAt = ({ knownAt: left }: PointInTimeRecord, { knownAt: right }: PointInTimeRecord): number =>
  left < right ? -1 : left > right ? 1 : 0;

/**
 * Records that wait for their step, first collected, first told. How far each partition has come is one number, so that what was told can be read back from the last
 * message alone. A record of the whole market goes to all partitions. Nothing is told at a step that ends before it was known.
 */
export class RecordQueue {
  #waiting: NumberedRecord[] = [];
  readonly #toldBelow: number[];

  /** `toldBelow`: how far each partition has come. */
  constructor(
    toldBelow: readonly number[],
    private readonly limits: QueueLimits,
  ) {
    this.#toldBelow = [...toldBelow];
  }

  /** Records that are still to be told to a partition. */
  get waiting(): number {
    return this.#waiting.length;
  }

  get toldBelow(): readonly number[] {
    return this.#toldBelow;
  }

  /** Adds records with numbers above all before. */
  add(records: readonly NumberedRecord[]): void {
    const least = Math.min(...this.#toldBelow);
    for (const record of records) if (record.number >= least) this.#waiting.push(record);
  }

  /** The records for a step that ends at `at`. Asking changes nothing. */
  due(partition: number, at: UnixNanos): DueRecords {
    const { recordsMax, charactersMax } = this.limits;
    const from = this.#toldBelow[partition]!;
    const records: PointInTimeRecord[] = [];
    let toldBelow = from;
    let characters = 0;
    for (const { number, record } of this.#waiting) {
      if (number < from) continue;
      if (record.symbol === undefined || partitionOf(record.symbol, this.#toldBelow.length) === partition) {
        characters += record.text.length;
        if (record.knownAt > at || records.length === recordsMax || (records.length > 0 && characters > charactersMax)) break;
        records.push(record);
      }
      toldBelow = number + 1;
    }
    return { records: records.sort(byKnownAt), toldBelow };
  }

  /** Notes that a partition was told everything below a number. */
  told(partition: number, toldBelow: number): void {
    this.#toldBelow[partition] = Math.max(this.#toldBelow[partition]!, toldBelow);
    const least = Math.min(...this.#toldBelow);
    const first = this.#waiting.findIndex(({ number }) => number >= least);
    if (first !== 0) this.#waiting = first < 0 ? [] : this.#waiting.slice(first);
  }
}
