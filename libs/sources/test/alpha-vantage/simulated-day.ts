import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { symbolOf, type UnixNanos } from '@tradewind/vocabulary';
import { AlphaVantageServer, type AlphaVantageServerOptions } from '@tradewind/venue-servers';

import { definition } from '../../src/alpha-vantage/index.js';
import { AlphaVantageSource } from '../../src/alpha-vantage/source.js';
import type { SourceEnvironment } from '../../src/source.js';
import { zonedInstant } from '../../src/wire-values/zoned-time.js';
import { dailyBars } from '../wire-values/vendor-bars.js';

/** Time that moves when it is set or waited for. */
export class SetTime {
  readonly waits: number[] = [];
  constructor(private at: UnixNanos) {}
  now = (): UnixNanos => this.at;
  set(at: UnixNanos): void {
    if (at > this.at) this.at = at;
  }
  wait(ms: number): void {
    this.waits.push(ms);
    this.at = (this.at + BigInt(Math.ceil(ms)) * 1_000_000n) as UnixNanos;
  }
}

export const newYork = (text: string): UnixNanos => zonedInstant('America/New_York', text)!;

/** A server that knows everything about the symbols, a source and the time that they share. */
export interface Rig {
  readonly server: AlphaVantageServer;
  readonly source: AlphaVantageSource;
  readonly time: SetTime;
  readonly logged: string[];
  readonly directory: string;
  end(): Promise<void>;
}

const quarterly = (fields: Readonly<Record<string, string>>) => ({
  quarterlyReports: [{ fiscalDateEnding: '2024-03-31', reportedCurrency: 'USD', ...fields }],
});

const publish = (server: AlphaVantageServer, symbol: string): void => {
  server.load(dailyBars(symbol, '2024-05-01', '2024-07-03', 'alpha-vantage'));
  server.publish('OVERVIEW', symbol, { Symbol: symbol, PERatio: '24.5', ReturnOnEquityTTM: '0.31' });
  server.publish('EARNINGS', symbol, {
    quarterlyEarnings: [{ fiscalDateEnding: '2024-03-31', reportedDate: '2024-05-02', reportedEPS: '1.53' }],
  });
  server.publish('INCOME_STATEMENT', symbol, quarterly({ totalRevenue: '90000000' }));
  server.publish('BALANCE_SHEET', symbol, quarterly({ totalAssets: '330000000' }));
  server.publish('CASH_FLOW', symbol, quarterly({ operatingCashflow: '22000000' }));
  server.publish('INSIDER_TRANSACTIONS', symbol, { data: [] });
  server.publish('SPLITS', symbol, { data: [] });
  server.publish('DIVIDENDS', symbol, { data: [] });
  server.publish('NEWS_SENTIMENT', symbol, { feed: [] });
};

const publishMacro = (server: AlphaVantageServer): void => {
  const data = [{ date: '2024-05-31', value: '4.5' }];
  for (const maturity of ['3month', '2year', '5year', '7year', '10year', '30year']) server.publish('TREASURY_YIELD', maturity, { data });
  for (const name of ['FEDERAL_FUNDS_RATE', 'CPI', 'UNEMPLOYMENT', 'WTI', 'BRENT']) server.publish(name, '', { data });
};

export const startRig = async (
  start: string,
  symbols: readonly string[],
  keys: AlphaVantageServerOptions['keys'],
  settings: Readonly<Record<string, string>>,
): Promise<Rig> => {
  const directory = await mkdtemp(join(tmpdir(), 'tradewind-alpha-vantage-'));
  const time = new SetTime(newYork(start));
  const server = await AlphaVantageServer.start({ clock: time, keys });
  for (const symbol of symbols) publish(server, symbol);
  publishMacro(server);
  const logged: string[] = [];
  const log = (fields: object, message: string): void => void logged.push(`${message} ${JSON.stringify(fields)}`);
  const environment: SourceEnvironment = {
    clock: time,
    log: { info: log, warn: log },
    pause: (ms) => {
      time.wait(ms);
      return Promise.resolve();
    },
    directory,
  };
  const source = definition.open(
    definition.settings.parse({ ...settings, url: server.url, timeoutMs: '5000' }),
    environment,
  ) as AlphaVantageSource;
  return {
    server,
    source,
    time,
    logged,
    directory,
    end: async () => {
      await source.close();
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
};

export const daysAgo = (at: UnixNanos, days: number): UnixNanos => (at - BigInt(days) * 86_400_000_000_000n) as UnixNanos;
export const symbolsOf = (texts: readonly string[]) => texts.map((text) => symbolOf(text));
export const later = (at: UnixNanos, ms: number): UnixNanos => (at + BigInt(ms) * 1_000_000n) as UnixNanos;
