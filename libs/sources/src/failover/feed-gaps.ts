import {
  type Bar,
  type BarLine,
  type BarLineOutcome,
  fillBars,
  fillTicks,
  heldBars,
  heldTicks,
  initialBarLine,
  initialTickLine,
  type LineTick,
  missingBefore,
  missingTicks,
  offerBar,
  offerTick,
  openBarGap,
  openTickGap,
  releaseHeld,
  type Tick,
  type TickLine,
} from '@tradewind/market';
import type { Symbol, UnixNanos } from '@tradewind/vocabulary';

import type { FailoverFeedOptions } from './feed-options.js';
import type { LiveSink, MarketSource, SourceEnvironment } from '../source.js';

export type GapEvent =
  | {
      readonly kind: 'GAP_FILLED';
      readonly symbol: Symbol;
      readonly what: 'bars' | 'trades' | 'quotes';
      readonly by: string;
      readonly count: number;
    }
  | {
      readonly kind: 'GAP_LOST';
      readonly symbol: Symbol;
      readonly what: 'bars' | 'trades' | 'quotes';
      readonly from: UnixNanos;
      readonly until: UnixNanos;
    };

type TickKind = 'trades' | 'quotes';

interface GapSink extends Pick<LiveSink, 'bar' | 'tick' | 'status'> {
  event(event: GapEvent): void;
}

interface History<T> {
  readonly by: string;
  readonly rows: readonly T[];
}

/** The lines of all symbols, and the questions to history that close their gaps. */
export class FeedGaps {
  private readonly bars = new Map<Symbol, BarLine>();
  private readonly ticks = new Map<string, TickLine>();
  private readonly filling = new Map<string, Promise<void>>();

  constructor(
    private readonly options: FailoverFeedOptions,
    private readonly environment: SourceEnvironment,
    private readonly sink: GapSink,
    private readonly signal: AbortSignal,
    private readonly sources: () => readonly MarketSource[],
  ) {
    for (const symbol of options.request.symbols) {
      this.bars.set(symbol, initialBarLine(options.from));
      for (const kind of this.tickKinds()) this.ticks.set(`${kind} ${symbol}`, initialTickLine);
    }
  }

  /** Close of the symbol's last bar. */
  untilOf(symbol: Symbol): UnixNanos {
    return this.bars.get(symbol)!.until;
  }

  openAll(): void {
    for (const symbol of this.options.request.symbols) this.open(symbol);
  }

  /** Something may be missing from here on: live data waits for history's answer. */
  open(symbol: Symbol): void {
    const line = this.bars.get(symbol);
    if (line === undefined) return;
    if (this.options.request.kinds.includes('bars')) {
      this.bars.set(symbol, openBarGap(line));
      this.once(`bars ${symbol}`, () => this.fillOpenGap(symbol));
    }
    for (const kind of this.tickKinds()) {
      const key = `${kind} ${symbol}`;
      this.ticks.set(key, openTickGap(this.ticks.get(key)!));
    }
  }

  offerBar(bar: Bar): void {
    const line = this.bars.get(bar.symbol);
    if (line === undefined) return;
    this.deliver(bar.symbol, offerBar(line, bar));
    const held = heldBars(this.bars.get(bar.symbol)!);
    if (held > this.options.heldMax) this.giveUp(bar.symbol);
    else if (held > 0) this.once(`bars ${bar.symbol}`, () => this.fillBeforeHeld(bar.symbol));
  }

  /** Polled bars begin behind the last one delivered: they leave no gap. */
  takePolled(symbol: Symbol, bars: readonly Bar[]): void {
    this.deliver(symbol, fillBars(this.bars.get(symbol)!, bars));
  }

  offerTick(tick: LineTick): void {
    const kind = tick.kind === 'trade' ? 'trades' : 'quotes';
    const key = `${kind} ${tick.symbol}`;
    const line = this.ticks.get(key);
    if (line === undefined) return;
    const outcome = offerTick(line, tick);
    this.ticks.set(key, outcome.line);
    for (const each of outcome.delivered) this.sink.tick(each);
    const held = heldTicks(outcome.line);
    if (held > this.options.heldMax) this.endTickGap(kind, tick.symbol, []);
    else if (held > 0) this.once(key, () => this.fillTickGap(kind, tick.symbol));
  }

  /** Resolves when no question is open. */
  async settled(): Promise<void> {
    await Promise.all(this.filling.values());
  }

  private tickKinds(): readonly TickKind[] {
    return (['trades', 'quotes'] as const).filter((kind) => this.options.request.kinds.includes(kind));
  }

  /** One question at a time for each line. */
  private once(key: string, work: () => Promise<void>): void {
    if (this.filling.has(key) || this.signal.aborted) return;
    const running = work().finally(() => {
      this.filling.delete(key);
      this.again(key);
    });
    this.filling.set(key, running);
  }

  /** Something may have come to wait while history answered for what was before it. */
  private again(key: string): void {
    const [what, symbol] = key.split(' ') as ['bars' | TickKind, Symbol];
    if (what === 'bars') {
      if (heldBars(this.bars.get(symbol)!) > 0) this.once(key, () => this.fillBeforeHeld(symbol));
    } else if (heldTicks(this.ticks.get(key)!) > 0) this.once(key, () => this.fillTickGap(what, symbol));
  }

  /** Right after the gap opens: what history has until now. The gap stays open until live bars follow. */
  private async fillOpenGap(symbol: Symbol): Promise<void> {
    const from = (this.untilOf(symbol) + 1n) as UnixNanos;
    const until = (this.environment.clock.now() + 1n) as UnixNanos;
    if (from >= until) return;
    const answer = await this.askBars(symbol, from, until, this.signal);
    if (answer !== undefined) this.takeHistory(symbol, answer);
  }

  /** A live bar waits: what lies before it must come from history, which may lag a little behind. */
  private async fillBeforeHeld(symbol: Symbol): Promise<void> {
    const done = new AbortController();
    const late = new AbortController();
    const patience = this.environment.pause(this.options.fillPatienceMs, AbortSignal.any([this.signal, done.signal])).then(
      () => late.abort(),
      () => undefined,
    );
    const filled = await this.tryToFill(symbol, AbortSignal.any([this.signal, late.signal]));
    done.abort();
    await patience;
    if (!filled && !this.signal.aborted) this.giveUp(symbol);
  }

  /** True when nothing that waits for the first gap is kept back any more. */
  private async tryToFill(symbol: Symbol, signal: AbortSignal): Promise<boolean> {
    const first = missingBefore(this.bars.get(symbol)!)?.until;
    for (let attempt = 0; attempt < this.options.fillTriesMax; attempt += 1) {
      if (attempt > 0) await this.environment.pause(this.options.fillRetryMs, signal).catch(() => undefined);
      const missing = missingBefore(this.bars.get(symbol)!);
      if (missing?.until !== first || missing === undefined) return true;
      if (signal.aborted) return false;
      const answer = await this.askBars(symbol, missing.from, missing.until, signal);
      if (answer === undefined) continue;
      this.takeHistory(symbol, answer);
      if (attempt > 0 && missingBefore(this.bars.get(symbol)!)?.until === first) {
        // History has answered twice and has nothing more: there were no trades in between.
        this.deliver(symbol, releaseHeld(this.bars.get(symbol)!));
        return true;
      }
    }
    return false;
  }

  private takeHistory(symbol: Symbol, { by, rows }: History<Bar>): void {
    const outcome = fillBars(this.bars.get(symbol)!, rows);
    const count = outcome.delivered.length;
    this.deliver(symbol, outcome);
    if (count > 0) this.sink.event({ kind: 'GAP_FILLED', symbol, what: 'bars', by, count });
  }

  /** Lets the held bars go; what is missing before them is told. */
  private giveUp(symbol: Symbol): void {
    const line = this.bars.get(symbol)!;
    const missing = missingBefore(line);
    if (missing === undefined) return;
    this.sink.status({ kind: 'GAP', symbol, ...missing });
    this.sink.event({ kind: 'GAP_LOST', symbol, what: 'bars', ...missing });
    this.deliver(symbol, releaseHeld(line));
  }

  private deliver(symbol: Symbol, outcome: BarLineOutcome): void {
    this.bars.set(symbol, outcome.line);
    for (const bar of outcome.delivered) this.sink.bar(bar);
  }

  private async fillTickGap(kind: TickKind, symbol: Symbol): Promise<void> {
    const missing = missingTicks(this.ticks.get(`${kind} ${symbol}`)!);
    const able = this.sources().filter(({ capabilities }) => capabilities.ticks.includes(kind));
    const answer =
      missing && (await this.ask<Tick>(able, (source) => source.ticks({ symbol, kinds: [kind], ...missing }, this.signal), this.signal));
    if (this.signal.aborted) return;
    if (missing !== undefined && answer === undefined) {
      this.sink.status({ kind: 'GAP', symbol, ...missing });
      this.sink.event({ kind: 'GAP_LOST', symbol, what: kind, ...missing });
    }
    const count = this.endTickGap(kind, symbol, (answer?.rows ?? []) as readonly LineTick[]);
    if (answer !== undefined && count > 0) this.sink.event({ kind: 'GAP_FILLED', symbol, what: kind, by: answer.by, count });
  }

  /** Returns how many ticks history added. */
  private endTickGap(kind: TickKind, symbol: Symbol, past: readonly LineTick[]): number {
    const key = `${kind} ${symbol}`;
    const before = this.ticks.get(key)!;
    const held = heldTicks(before);
    const outcome = fillTicks(before, past);
    this.ticks.set(key, outcome.line);
    for (const tick of outcome.delivered) this.sink.tick(tick);
    return outcome.delivered.length - (held - heldTicks(outcome.line));
  }

  private askBars(symbol: Symbol, from: UnixNanos, until: UnixNanos, signal: AbortSignal): Promise<History<Bar> | undefined> {
    const { interval } = this.options.request;
    const able = this.sources().filter(({ capabilities }) => capabilities.bars.includes(interval));
    return this.ask<Bar>(able, (source) => source.bars({ symbol, interval, from, until }, signal), signal);
  }

  /** The first source that answers. */
  private async ask<T>(
    sources: readonly MarketSource[],
    question: (source: MarketSource) => AsyncIterable<readonly T[]>,
    signal: AbortSignal,
  ): Promise<History<T> | undefined> {
    for (const source of sources) {
      try {
        const rows: T[] = [];
        for await (const page of question(source)) rows.push(...page);
        return { by: source.name, rows };
      } catch (error) {
        if (signal.aborted) return undefined;
        this.environment.log.warn(
          { source: source.name },
          `has not filled a gap: ${error instanceof Error ? error.message : String(error)}`,
        );
      }
    }
    return undefined;
  }
}
