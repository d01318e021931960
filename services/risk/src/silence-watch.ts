import type { BarsClosed } from '@tradewind/market';
import { silentSeconds } from '@tradewind/risk';
import type { Hearing, RiskCommand, RiskProfile } from '@tradewind/risk';
import type { AccountId, Clock, Instrument, StepHeader, UnixNanos } from '@tradewind/vocabulary';

/** Bars that are older than this when they arrive are a replay's, and so is their silence. */
const LIVE_WITHIN_NANOS = 3_600_000_000_000n;
/** Where nothing says where an instrument is traded. */
const EXCHANGE_OTHERWISE = 'XNYS';

interface SilenceWatchOptions {
  readonly accountId: AccountId;
  readonly clock: Clock;
  readonly instruments: Readonly<Record<string, Instrument>>;
  readonly profile: () => RiskProfile;
  readonly halt: (command: RiskCommand) => Promise<void>;
}

/** Dead-man's switch on market data: bars that fail to come while their market is open halt trading. Bars of a replay are not watched. */
export class SilenceWatch {
  #last: { readonly header: StepHeader; readonly hearing: Omit<Hearing, 'now'> } | undefined;
  #haltedFor = '';

  constructor(private readonly options: SilenceWatchOptions) {}

  hear({ header, bars }: BarsClosed): void {
    const { clock, instruments } = this.options;
    const [bar] = bars;
    const heardAt = clock.now();
    if (heardAt - header.at > LIVE_WITHIN_NANOS) {
      this.#last = undefined;
      return;
    }
    const known = this.#last?.hearing;
    const hearing = {
      heardAt,
      intervalNanos: bar === undefined ? (known?.intervalNanos ?? 0n) : bar.closeTime - bar.openTime,
      exchange: bar === undefined ? (known?.exchange ?? EXCHANGE_OTHERWISE) : (instruments[bar.symbol]?.exchange ?? EXCHANGE_OTHERWISE),
    };
    this.#last = { header, hearing };
  }

  /** Since the last bars, by the clock; undefined before the first. */
  silentMs(): number | undefined {
    return this.#last === undefined ? undefined : Number((this.options.clock.now() - this.#last.hearing.heardAt) / 1_000_000n);
  }

  /** Looks at the clock. The halt's id is derived from the last step, so one silence is one halt, whoever notices it. */
  async check(): Promise<void> {
    const { accountId, clock, halt, profile } = this.options;
    const { dataSilence } = profile().controls;
    if (dataSilence === 'off' || this.#last === undefined) return;
    const { header, hearing } = this.#last;
    const now: UnixNanos = clock.now();
    const silent = silentSeconds({ ...hearing, now });
    if (silent <= dataSilence.maxSeconds || this.#haltedFor === header.id) return;
    await halt({
      type: 'Halt',
      id: `dm/data/${accountId}/${header.run}/${header.step}`,
      accountId,
      actor: 'dead-man:data',
      reason: `no bars for ${silent} s beyond their interval since step ${header.step} of run ${header.run}; ${dataSilence.maxSeconds} s are allowed`,
      at: now,
    });
    this.#haltedFor = header.id;
  }
}
