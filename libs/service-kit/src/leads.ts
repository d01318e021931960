import { isDatabaseAway } from '@tradewind/database';
import type { LockSession } from '@tradewind/database';
import { Gauge } from 'prom-client';
import type { Registry } from 'prom-client';
import type { Logger } from 'pino';
import { pauseMs } from './deadline.js';

/** `partition`: each partition has an acting instance of its own. `service`: one instance acts for all partitions. */
export type LeadScope = 'partition' | 'service';

/** What an instance does with the partitions of a lead. */
export interface LeadDuty {
  /** Called when the lead is won, before anything of its partitions is handled. */
  begin(partitions: readonly number[]): Promise<void>;
  /** Called when the lead is lost: others may act already, so let go at once. */
  end(partitions: readonly number[]): Promise<void>;
}

export interface LeadsOptions {
  readonly service: string;
  readonly scope: LeadScope;
  readonly partitions: number;
  readonly openLocks: () => Promise<LockSession>;
  readonly registry: Registry;
  readonly log: Logger;
  readonly stopping: AbortSignal;
}

const LEADERSHIP = 'tradewind:lead:';
/** How often a standby tries: the time that a partition is without anybody when its leader is killed. */
const TRY_EVERY_MS = 500;

interface Lead {
  readonly lock: string;
  readonly label: string;
  readonly partitions: readonly number[];
  status: 'standby' | 'won' | 'acting';
}

/**
 * Sees to it that of several instances one acts on each partition. All leads of a process hang on one session: what ends it (a lost connection, a
 * process that hangs) ends them all, and another instance takes over.
 */
export class Leads {
  private readonly leads: readonly Lead[];
  private readonly gauge: Gauge<'partition'>;
  private readonly closed = new AbortController();
  private session: LockSession | undefined;
  private running: Promise<void> | undefined;

  constructor(private readonly options: LeadsOptions) {
    const { service, scope, partitions, registry } = options;
    const all = Array.from({ length: partitions }, (_value, partition) => partition);
    this.leads =
      scope === 'service'
        ? [{ lock: `${LEADERSHIP}${service}`, label: 'all', partitions: all, status: 'standby' }]
        : all.map((partition) => ({
            lock: `${LEADERSHIP}${service}:${partition}`,
            label: `${partition}`,
            partitions: [partition],
            status: 'standby',
          }));
    this.gauge = new Gauge({
      name: 'tw_lead',
      help: '1: this instance acts on the partition; 0: it stands by',
      labelNames: ['partition'],
      registers: [registry],
    });
    for (const { label } of this.leads) this.gauge.set({ partition: label }, 0);
  }

  /** Whether this instance may act on a partition now. Costs nothing; false from the moment the lock is in doubt. */
  isHeld(partition: number): boolean {
    return this.session?.isAlive() === true && this.leads.some((lead) => lead.status !== 'standby' && lead.partitions.includes(partition));
  }

  /** True when every lead of the service is another instance's. */
  get isStandby(): boolean {
    return this.leads.every(({ status }) => status === 'standby');
  }

  /** Tries once for every lead that this instance has not. Rejects with what the database throws. */
  async contend(): Promise<void> {
    this.session ??= await this.options.openLocks();
    const { session } = this;
    for (const lead of this.leads) {
      if (lead.status === 'standby' && (await session.tryLock(lead.lock))) lead.status = 'won';
    }
  }

  /** Begins what `contend` won, and keeps trying for the rest. Rejects when the first beginning fails for a reason that does not pass. */
  async start(duty: LeadDuty): Promise<void> {
    await this.begin(duty).catch((err: unknown) => {
      if (!isDatabaseAway(err)) throw err;
      this.options.log.warn({ err }, 'the lead could not be taken up; trying again');
      this.session?.close();
    });
    this.running = this.run(duty);
  }

  /** Gives every lead up; call it when nothing is acted on any more. */
  async stop(): Promise<void> {
    this.closed.abort();
    this.session?.close();
    await this.running;
  }

  private async run(duty: LeadDuty): Promise<void> {
    const { stopping, log } = this.options;
    const ended = AbortSignal.any([stopping, this.closed.signal]);
    while (!ended.aborted) {
      const { session } = this;
      if (session === undefined) await pauseMs(TRY_EVERY_MS, ended);
      else await Promise.race([session.lost, pauseMs(TRY_EVERY_MS, ended)]);
      if (ended.aborted) return;
      try {
        if (session?.isAlive() !== true) await this.letGo(duty);
        await this.contend();
        await this.begin(duty);
      } catch (err) {
        log.warn({ err }, 'leads are in doubt; trying again');
        this.session?.close();
      }
    }
  }

  private async begin(duty: LeadDuty): Promise<void> {
    const { session } = this;
    const won = this.leads.filter(({ status }) => status === 'won');
    const begun = await Promise.allSettled(
      won.map(async (lead) => {
        await duty.begin(lead.partitions);
        if (session?.isAlive() !== true) return;
        lead.status = 'acting';
        this.gauge.set({ partition: lead.label }, 1);
        this.options.log.info({ partition: lead.label }, 'leads');
      }),
    );
    const failed = begun.find((outcome) => outcome.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  private async letGo(duty: LeadDuty): Promise<void> {
    this.session?.close();
    this.session = undefined;
    const held = this.leads.filter(({ status }) => status !== 'standby');
    for (const lead of held) {
      lead.status = 'standby';
      this.gauge.set({ partition: lead.label }, 0);
    }
    if (held.length > 0) this.options.log.warn({ partitions: held.map(({ label }) => label) }, 'leads no more');
    await Promise.all(held.map(({ partitions }) => duty.end(partitions)));
  }
}
