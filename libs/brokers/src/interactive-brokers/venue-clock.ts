import type { Clock, UnixNanos } from '@tradewind/vocabulary';

const SECOND = 1_000_000_000n;
const NEW_YORK = 'America/New_York';

const format = new Intl.DateTimeFormat('en-US', {
  timeZone: NEW_YORK,
  hourCycle: 'h23',
  hour: 'numeric',
  minute: 'numeric',
  second: 'numeric',
});

/** The time by TWS's clock, which tells whole seconds: ours, unless the two can't agree. */
export class VenueClock implements Clock {
  #ahead = 0n;

  constructor(private readonly ours: Clock) {}

  /** TWS's clock as it was just told. */
  observe(told: UnixNanos): void {
    const ours = this.ours.now();
    const agrees = ours >= told - SECOND && ours < told + 2n * SECOND;
    this.#ahead = agrees ? 0n : told + SECOND / 2n - ours;
  }

  now(): UnixNanos {
    return (this.ours.now() + this.#ahead) as UnixNanos;
  }

  /** When IB's day began: it keeps executions and ended orders from midnight in New York on. */
  dayBegan(): UnixNanos {
    const now = this.now();
    const part = new Map(format.formatToParts(Number(now / 1_000_000n)).map(({ type, value }) => [type, BigInt(Number(value) || 0)]));
    const since = (part.get('hour')! * 3600n + part.get('minute')! * 60n + part.get('second')!) * SECOND;
    return (((now - since) / SECOND) * SECOND) as UnixNanos;
  }
}
