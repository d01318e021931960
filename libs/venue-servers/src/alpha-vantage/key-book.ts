import { type Clock, millisFromNanos } from '@tradewind/vocabulary';

import type { VendorFault } from '../vendor-http/fault.js';
import type { VendorAnswer } from '../vendor-http/vendor-http-server.js';

type Limit = { readonly perDay: number } | { readonly perMinute: number };

const DAY = new Intl.DateTimeFormat('sv-SE', { timeZone: 'America/New_York', dateStyle: 'short' });
const MINUTE_MS = 60_000;

const said = (field: string, text: string): VendorAnswer => ({ status: 200, body: JSON.stringify({ [field]: text }, undefined, 4) });

const usedUp = (key: string, limit: number): VendorAnswer =>
  said(
    'Information',
    `We have detected your API key as ${key} and our standard API rate limit is ${limit} requests per day. Please subscribe to any of the premium plans to instantly remove all daily rate limits.`,
  );

const tooFast = (): VendorAnswer =>
  said(
    'Note',
    'Thank you for using Alpha Vantage! Please consider spreading out your free API requests more sparingly (1 request per second).',
  );

const invalidKey = (): VendorAnswer => said('Error Message', 'the parameter apikey is invalid or missing. Please claim your free API key.');

/** Who may call how often, and who has. The day is New York's. */
export class KeyBook {
  private day = '';
  private readonly used = new Map<string, number>();
  private readonly recent = new Map<string, number[]>();

  constructor(
    private readonly limits: Readonly<Record<string, Limit>>,
    private readonly clock: Clock,
  ) {}

  /** Counts one call; what the vendor says instead of data when it refuses. */
  spend(key: string): VendorAnswer | undefined {
    const limit = this.limits[key];
    if (limit === undefined) return invalidKey();
    const now = this.today();
    if ('perDay' in limit) {
      if (this.usedToday(key) >= limit.perDay) return usedUp(key, limit.perDay);
    } else {
      const recent = (this.recent.get(key) ?? []).filter((at) => at > now - MINUTE_MS);
      if (recent.length >= limit.perMinute) return tooFast();
      this.recent.set(key, [...recent, now]);
    }
    this.used.set(key, this.usedToday(key) + 1);
    return undefined;
  }

  usedToday(key: string): number {
    this.today();
    return this.used.get(key) ?? 0;
  }

  worded(kind: VendorFault['kind'], key: string): VendorAnswer | undefined {
    if (kind === 'too-fast') return tooFast();
    if (kind === 'used-up') return usedUp(key, 25);
    return kind === 'refused-key' ? invalidKey() : undefined;
  }

  /** Milliseconds now; forgets the counts of the day before. */
  private today(): number {
    const millis = millisFromNanos(this.clock.now());
    const day = DAY.format(millis);
    if (day !== this.day) this.used.clear();
    this.day = day;
    return millis;
  }
}
