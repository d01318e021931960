import type { Broker, BrokerAnswer, BrokerError, BrokerLink } from '@tradewind/brokers';
import { isDatabaseAway } from '@tradewind/database';
import {
  changeLink,
  dueRequests,
  mayBeDue,
  mayStillGo,
  openDesk,
  passTime,
  reconcile,
  recordAnswer,
  recordFound,
  reportFault,
  snapshotFault,
  snapshotSince,
  takeReports,
  takeRequests,
  viewFault,
} from '@tradewind/orders';
import type { DeskPolicy, DueRequest } from '@tradewind/orders';
import type { VenueReport } from '@tradewind/venue';
import type { Clock } from '@tradewind/vocabulary';
import type { Kit } from '@tradewind/service-kit';

import type { DeskBooks } from './books.js';

export interface BrokerSessionOptions {
  readonly broker: Broker;
  readonly books: DeskBooks;
  readonly policy: DeskPolicy;
  readonly clock: Clock;
  readonly log: Kit['log'];
  readonly reconcileMs: number;
  readonly confirmMs: number;
}

type Heard =
  | { readonly kind: 'report'; readonly report: VenueReport }
  | { readonly kind: 'link'; readonly link: BrokerLink }
  | { readonly kind: 'fault'; readonly error: BrokerError; readonly raw: string };

const TICK_MS = 250;
const TIME_MS = 1_000;
const CONNECT_RETRY_MS = [500, 1_000, 2_000, 5_000, 15_000, 30_000] as const;
/** While the first comparison of a session is not done, or something waits to be confirmed. */
const HURRIED_MS = 1_000;
const NANOS_PER_MILLI = 1_000_000n;

/**
 * One session with the broker, for as long as this instance leads: hears reports one after another, sends what the books say is due, asks for what is in doubt,
 * compares. It decides nothing: each of its moves is a commit of the core's decision, before or after it.
 */
export class BrokerSession {
  readonly #heard: Heard[] = [];
  readonly #ending = new AbortController();
  readonly #working = new Set<Promise<void>>();
  #timers: NodeJS.Timeout[] = [];
  #hearing = false;
  #sending = false;
  #sendAgain = false;
  #comparing = false;
  #comparedAt = 0;
  #compareSoon = true;
  /** Comparisons made in this session. */
  comparisons = 0;

  constructor(private readonly options: BrokerSessionOptions) {}

  /** Writes down that a new session begins, and begins it; the broker is connected in the background, for it may be away. */
  async begin(): Promise<void> {
    const { books, clock } = this.options;
    await books.commit([], (state) => openDesk(state, clock.now()));
    books.onChange(() => this.#send());
    this.#run('connect', () => this.#connect());
    this.#timers = [setInterval(() => this.#tick(), TICK_MS), setInterval(() => this.#passTime(), TIME_MS)];
  }

  /** Lets go: nothing more is sent or heard. Working orders stay as they are. */
  async end(): Promise<void> {
    this.#ending.abort();
    for (const timer of this.#timers) clearInterval(timer);
    await this.options.broker.close().catch((err: unknown) => this.options.log.warn({ err }, 'the broker could not be closed'));
    await Promise.allSettled(this.#working);
  }

  /** Compares as soon as can be. */
  compareSoon(): void {
    this.#compareSoon = true;
  }

  async #connect(): Promise<void> {
    const { broker, log } = this.options;
    const sink = {
      report: (report: VenueReport) => this.#hear({ kind: 'report', report }),
      link: (link: BrokerLink) => this.#hear({ kind: 'link', link }),
      fault: (error: BrokerError, raw: string) => this.#hear({ kind: 'fault', error, raw }),
    };
    for (let attempt = 0; !this.#ending.signal.aborted; attempt += 1) {
      try {
        await broker.connect(sink, this.#ending.signal);
        this.#hear({ kind: 'link', link: { kind: 'UP' } });
        return;
      } catch (err) {
        if (this.#ending.signal.aborted) return;
        log.warn({ err, broker: broker.name }, 'the broker can not be reached; trying again');
        this.#hear({ kind: 'link', link: { kind: 'DOWN', reason: err instanceof Error ? err.message : String(err) } });
        await this.#pause(CONNECT_RETRY_MS[Math.min(attempt, CONNECT_RETRY_MS.length - 1)]!);
      }
    }
  }

  #hear(heard: Heard): void {
    this.#heard.push(heard);
    if (this.#hearing) return;
    this.#hearing = true;
    this.#run('intake', () => this.#intake());
  }

  /** One after another, in the order in which they were told; each is on disk before the next is looked at. */
  async #intake(): Promise<void> {
    try {
      for (let next = this.#heard.shift(); next !== undefined && !this.#ending.signal.aborted; next = this.#heard.shift())
        await this.#take(next);
    } finally {
      this.#hearing = false;
    }
  }

  async #take(heard: Heard): Promise<void> {
    const { books, clock, log, policy } = this.options;
    if (heard.kind === 'fault') {
      log.error(
        { err: heard.error, raw: heard.raw },
        'a message of the broker can not be read; its effect will be looked for by comparing',
      );
      this.#unreadable();
      return;
    }
    try {
      if (heard.kind === 'link') {
        await books.commitSurely([], (state) => changeLink(state, heard.link, clock.now(), policy), this.#ending.signal);
        if (heard.link.kind === 'UP') this.#compareSoon = true;
        return;
      }
      const { report } = heard;
      const fault = reportFault(report);
      if (fault !== undefined) {
        log.error({ report, fault }, 'a report of the broker makes no sense; its effect will be looked for by comparing');
        this.#unreadable();
        return;
      }
      books.metrics.observeReport(report.type);
      await books.commitSurely([report.id], (state) => takeReports(state, [report], clock.now(), policy), this.#ending.signal);
    } catch (err) {
      if (this.#ending.signal.aborted) return;
      log.error({ err, heard }, 'what the broker said can not be taken in; its effect will be looked for by comparing');
      this.#unreadable();
    }
  }

  #unreadable(): void {
    this.options.books.metrics.observeReport('UNREADABLE');
    this.#compareSoon = true;
  }

  #tick(): void {
    if (mayBeDue(this.options.books.state, this.options.clock.now())) this.#send();
    const { desk } = this.options.books.state;
    const hurried = !desk.reconciled || Object.keys(desk.suspects).length > 0;
    const every = hurried ? Math.max(HURRIED_MS, Math.min(this.options.confirmMs, this.options.reconcileMs)) : this.options.reconcileMs;
    const isTime = this.#compareSoon || performance.now() - this.#comparedAt >= every;
    if (desk.link.kind === 'UP' && isTime && !this.#comparing) this.#compare();
  }

  #passTime(): void {
    const { books, clock, policy } = this.options;
    this.#run('time', async () => void (await books.commit([], (state) => passTime(state, clock.now(), policy))));
  }

  #send(): void {
    if (this.#ending.signal.aborted) return;
    this.#sendAgain = true;
    if (this.#sending) return;
    this.#sending = true;
    this.#run('sender', async () => {
      try {
        while (this.#sendAgain && !this.#ending.signal.aborted) {
          this.#sendAgain = false;
          await this.#sendDue();
        }
      } finally {
        this.#sending = false;
      }
    });
  }

  /** Written down as taken first: of several senders one gets each request, and what a crash leaves behind is known to be in doubt. */
  async #sendDue(): Promise<void> {
    const { books, clock, policy } = this.options;
    let taken: readonly DueRequest[] = [];
    await books.commit([], (state) => {
      const now = clock.now();
      taken = dueRequests(state, now, policy);
      return taken.length === 0 ? undefined : takeRequests(state, taken, now);
    });
    for (const request of taken) this.#run('request', () => this.#carryOut(request));
  }

  async #carryOut(request: DueRequest): Promise<void> {
    const { books, clock, policy, broker, log } = this.options;
    if (request.kind === 'FIND') {
      const askedAt = clock.now();
      try {
        const view = await broker.find(request.clientOrderId);
        const fault = view === undefined ? undefined : viewFault(view);
        if (fault !== undefined) throw new Error(`the order makes no sense: ${fault}`);
        await books.commitSurely([], (state) => recordFound(state, request.clientOrderId, view, askedAt, policy), this.#ending.signal);
      } catch (err) {
        if (!this.#ending.signal.aborted)
          log.warn({ err, order: request.clientOrderId }, 'the broker does not say what it knows of an order; asking again');
      }
      return;
    }
    const answer = await this.#ask(request);
    books.metrics.observeAnswer(request.kind, answer.status);
    await books.commitSurely([], (state) => recordAnswer(state, request.requestId, answer, clock.now(), policy), this.#ending.signal);
  }

  async #ask(request: Exclude<DueRequest, { kind: 'FIND' }>): Promise<BrokerAnswer> {
    const { broker, books } = this.options;
    if (!mayStillGo(books.state, request)) return { status: 'NOT_SENT', message: 'it was withdrawn before it was sent' };
    try {
      if (request.kind === 'SUBMIT') return await broker.submit(request.order);
      return request.kind === 'CANCEL' ? await broker.cancel(request.order) : await broker.replace(request.order, request.change);
    } catch (error) {
      // The port says it never rejects. If it does, nothing is known.
      return { status: 'UNKNOWN', message: error instanceof Error ? error.message : String(error) };
    }
  }

  #compare(): void {
    const { books, broker, clock, policy, confirmMs, log } = this.options;
    this.#comparing = true;
    this.#compareSoon = false;
    this.#run('comparison', async () => {
      try {
        const askedAt = clock.now();
        const snapshot = await broker.snapshot(snapshotSince(books.state, askedAt));
        const fault = snapshotFault(snapshot);
        if (fault !== undefined) throw new Error(`the snapshot makes no sense: ${fault}`);
        const settings = { confirmNanos: BigInt(confirmMs) * NANOS_PER_MILLI };
        await books.commitSurely([], (state) => reconcile(state, snapshot, policy, settings, askedAt), this.#ending.signal);
        this.comparisons += 1;
      } catch (err) {
        if (!this.#ending.signal.aborted) log.warn({ err }, 'the books could not be compared with the broker; trying again');
      } finally {
        this.#comparedAt = performance.now();
        this.#comparing = false;
      }
    });
  }

  #run(what: string, work: () => Promise<void>): void {
    const running: Promise<void> = work()
      .catch((err: unknown) => {
        if (!this.#ending.signal.aborted && !isDatabaseAway(err))
          this.options.log.error({ err, what }, 'the desk failed at something; it goes on');
      })
      .finally(() => this.#working.delete(running));
    this.#working.add(running);
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#ending.signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
    });
  }
}
