import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';

import type { PointInTimeRecord } from '@tradewind/market';
import { decodeState, stateText, type Symbol, type UnixNanos } from '@tradewind/vocabulary';

import { type MarketSource, SourceError, type SourceEnvironment } from '../source.js';
import { type Collection, NOTHING_COLLECTED, questionOf, takeIn } from './collection.js';
import { type Collector, isDue, requestsOf } from './collector.js';

interface Memory {
  readonly collection: Collection;
  readonly lastRunAt: UnixNanos | undefined;
  /** Taken in but not known to be delivered: told again first, under the same ids. */
  readonly pending: readonly PointInTimeRecord[];
}

/** What came of one run. */
export interface CollectorRun {
  readonly delivered: number;
  /** Questions that could not be answered; they are asked again in the next run. */
  readonly failures: readonly { readonly question: string; readonly error: SourceError }[];
}

const NEW_MEMORY: Memory = { collection: NOTHING_COLLECTED, lastRunAt: undefined, pending: [] };
/** After these, asking the source further questions is useless for now. */
const FINAL: ReadonlySet<string> = new Set(['KEY_EXHAUSTED', 'AUTHENTICATION', 'ABORTED']);

/**
 * Runs a collector on a source's records. Its memory is a file in the environment's folder. Records are written down before they are delivered and struck
 * out after it, so that a crash delivers some twice, with equal ids, and loses none.
 */
export class CollectorRunner {
  constructor(
    private readonly collector: Collector,
    private readonly source: MarketSource,
    private readonly environment: Pick<SourceEnvironment, 'clock' | 'log' | 'directory'>,
  ) {}

  /** Runs when it is due; undefined when it isn't. */
  async runIfDue(
    symbols: readonly Symbol[],
    deliver: (records: readonly PointInTimeRecord[]) => Promise<void>,
    signal: AbortSignal,
  ): Promise<CollectorRun | undefined> {
    const { lastRunAt } = await this.load();
    return isDue(this.collector, lastRunAt, this.environment.clock.now()) ? this.run(symbols, deliver, signal) : undefined;
  }

  /** Asks everything now, and delivers what is new in the order in which it became known. */
  async run(
    symbols: readonly Symbol[],
    deliver: (records: readonly PointInTimeRecord[]) => Promise<void>,
    signal: AbortSignal,
  ): Promise<CollectorRun> {
    let memory = await this.load();
    const now = this.environment.clock.now();
    const failures: { question: string; error: SourceError }[] = [];
    let delivered = await this.deliverPending(memory, deliver);
    memory = { ...memory, pending: [] };
    const { collection } = memory;
    for (const request of requestsOf(this.collector, symbols, (question) => collection.lookedUntil[questionOf(question)], now)) {
      const question = questionOf(request);
      try {
        const records: PointInTimeRecord[] = [];
        for await (const page of this.source.records(request, signal)) records.push(...page);
        const taken = takeIn(memory.collection, question, records, now);
        memory = { ...memory, collection: taken.collection, pending: taken.fresh };
        await this.save(memory);
        delivered += await this.deliverPending(memory, deliver);
        memory = { ...memory, pending: [] };
      } catch (error) {
        if (!(error instanceof SourceError)) throw error;
        this.environment.log.warn({ collector: this.collector.name, source: this.source.name, question, code: error.code }, error.message);
        failures.push({ question, error });
        if (FINAL.has(error.code)) break;
      }
    }
    // A run that was told to stop is not one: its questions are asked at the next start, not at the next of its times.
    await this.save(signal.aborted ? memory : { ...memory, lastRunAt: now });
    return { delivered, failures };
  }

  private async deliverPending({ pending }: Memory, deliver: (records: readonly PointInTimeRecord[]) => Promise<void>): Promise<number> {
    if (pending.length > 0) await deliver(pending);
    return pending.length;
  }

  private get path(): string {
    return join(this.environment.directory, 'collectors', `${this.collector.name}.${this.source.name}.json`);
  }

  private async load(): Promise<Memory> {
    let text: string;
    try {
      text = await readFile(this.path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return NEW_MEMORY;
      throw error;
    }
    // A damaged memory is not a new one: it would tell everything anew. It is an operator's to remove.
    return { ...NEW_MEMORY, ...decodeState<Memory>(JSON.parse(text)) };
  }

  private async save(memory: Memory): Promise<void> {
    await mkdir(join(this.environment.directory, 'collectors'), { recursive: true });
    const beside = `${this.path}.${randomUUID()}`;
    const file = await open(beside, 'wx', 0o600);
    try {
      await file.writeFile(stateText(memory));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, this.path);
  }
}
