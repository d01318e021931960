import type { FactKind } from '@tradewind/audit';
import { applyFill, applyMarks, openAccount, snapshotOf, type AccountState } from '@tradewind/portfolio';
import { accountIdOf, money, price, quantity, symbolOf, type UnixNanos } from '@tradewind/vocabulary';
import { describe, expect, it } from 'vitest';

import { composePeriodReport, PeriodFacts, renderPeriodPage, ReportError } from '../src/index.js';

const DAY = 86_400_000_000_000n;
const day = (count: number): UnixNanos => (19_000n * DAY + BigInt(count) * DAY) as UnixNanos;
const accountId = accountIdOf('paper-1');
const SPX = symbolOf('SPX');
const sectorOf = (symbol: string): string => (symbol === 'SPX' ? 'equities' : 'others');

class Story {
  account: AccountState = openAccount({ accountId, currency: 'USD', openingCash: money('10000') });
  constructor(readonly facts: PeriodFacts) {}
  say(kind: FactKind, fact: unknown, at: UnixNanos): void {
    this.facts.add(kind, fact, at);
  }
  close(count: number, closes: Readonly<Record<string, string>>): void {
    const at = day(count);
    for (const [symbol, close] of Object.entries(closes)) {
      const dealt = price(close);
      const bar = { id: `b/${symbol}/${count}`, symbol, open: dealt, high: dealt, low: dealt, close: dealt, source: 'x' };
      this.say('bar', bar, at);
    }
    this.account = applyMarks(this.account, Object.fromEntries(Object.entries(closes).map(([symbol, close]) => [symbol, price(close)])));
    this.say('account', snapshotOf(this.account, at), at);
  }
  sell(count: number, amount: string, dealt: string): void {
    const at = day(count);
    const fill = { side: 'SELL' as const, quantity: quantity(amount), price: price(dealt), commission: money('2'), symbol: SPX, at };
    this.account = applyFill(this.account, { ...fill, fillId: `s/${count}` });
    const intent = { clientOrderId: 'tw-s', symbol: SPX, purpose: 'signal:exit', side: 'SELL', quantity: quantity(amount) };
    this.say('order-event', { type: 'OrderInitialized', clientOrderId: 'tw-s', symbol: SPX, at, intent }, at);
    this.say('order-event', { ...fill, type: 'OrderFilled', clientOrderId: 'tw-s', fillId: `s/${count}` }, at);
  }
  buy(count: number, amount: string, at_: string): void {
    const at = day(count);
    const clientOrderId = `tw-${count}`;
    const intent = {
      clientOrderId,
      symbol: SPX,
      side: 'BUY',
      type: 'MARKET',
      timeInForce: 'DAY',
      quantity: quantity(amount),
      referencePrice: price('100'),
      purpose: 'signal:enter',
      verdictId: `vd/${count}`,
    };
    this.say('signal-decision', { id: `sd/${count}`, signalType: 'BREAKOUT' }, at);
    this.say('verdict', { id: `vd/${count}`, signalId: `sd/${count}`, status: 'APPROVED', intent }, at);
    this.say('order-event', { type: 'OrderInitialized', clientOrderId, symbol: SPX, at, intent }, at);
    const fill = { side: 'BUY' as const, quantity: quantity(amount), price: price(at_), commission: money('2'), symbol: SPX, at };
    this.account = applyFill(this.account, { ...fill, fillId: `f/${count}` });
    this.say('order-event', { ...fill, type: 'OrderFilled', clientOrderId, fillId: `f/${count}` }, at);
  }
}

const told = (): PeriodFacts => {
  const facts = new PeriodFacts(accountId, day(1));
  const story = new Story(facts);
  story.close(0, { SPX: '100', OTHER: '10' });
  story.buy(1, '20', '101');
  story.say('verdict', { id: 'vd/x', status: 'DENIED', code: 'SECTOR_LIMIT' }, day(1));
  story.close(1, { SPX: '102', OTHER: '10' });
  story.say('breaker', { rule: 'daily-loss', action: 'REDUCE_HALF', measured: 0.03, limit: 0.025 }, day(2));
  story.close(2, { SPX: '105', OTHER: '9' });
  return facts;
};

describe('composePeriodReport', () => {
  it('starts from the evening before, and explains the profit to the last unit', () => {
    const report = composePeriodReport('period', told(), sectorOf);
    expect(report).toMatchObject({
      equityStart: 10_000,
      equityEnd: 10_078,
      profit: 78,
      return: 0.0078,
      fees: 2,
      unexplained: 0,
      bySymbol: { SPX: 80 },
      bySector: { equities: 80 },
      byReason: { BREAKOUT: 80 },
      denials: { SECTOR_LIMIT: 1 },
      orders: { initialized: 1, filled: 1 },
      fills: 1,
      traded: 2_020,
      grossExposure: expect.closeTo(2_100 / 10_078, 12) as number,
    });
    expect(report.curve.map(({ equity }) => equity)).toEqual([10_000, 10_018, 10_078]);
    expect(report.breakers).toMatchObject([{ text: 'daily-loss: REDUCE_HALF, measured 3.00% against 2.50%' }]);
    expect(report.shadow).toMatchObject({ orders: 1, execution: 20, fees: 2, theoreticalProfit: 100, actualProfit: 78 });
  });

  it('splits the return into holdings and trading, and the holdings against equal parts of the market', () => {
    const { attribution } = composePeriodReport('period', told(), sectorOf);
    expect(attribution).toMatchObject({ days: 2, accountReturn: expect.closeTo(0.0078, 12) as number });
    const effects = attribution!.effects.reduce((sum, each) => sum + each.allocation + each.selection + each.interaction, 0);
    expect(effects).toBeCloseTo(attribution!.portfolioReturn - attribution!.benchmarkReturn, 12);
    expect(attribution!.trading).toBeCloseTo(0.0078 - attribution!.portfolioReturn, 12);
  });

  it('counts a position that was carried into the period as closed by what closed it', () => {
    const facts = new PeriodFacts(accountId, day(2));
    const story = new Story(facts);
    story.buy(0, '10', '100');
    story.close(0, { SPX: '100' });
    story.sell(2, '10', '110');
    story.close(2, { SPX: '110' });
    expect(composePeriodReport('daily', facts, sectorOf).closedTrades).toEqual({ 'signal:exit': { trades: 1, won: 1, profit: 98 } });
  });

  it('refuses a period of which nothing is recorded', () => {
    expect(() => composePeriodReport('daily', new PeriodFacts(accountId, day(1)), sectorOf)).toThrow(ReportError);
  });
});

describe('renderPeriodPage', () => {
  it('is one page without anything from elsewhere, and says when the trail has a hole', () => {
    const page = renderPeriodPage(composePeriodReport('weekly', told(), sectorOf));
    expect(page).toMatch(/^<!doctype html>/);
    expect(page).not.toMatch(/(src|href)=/);
    expect(page).not.toContain('Not explained');
    const report = { ...composePeriodReport('weekly', told(), sectorOf), unexplained: 3 };
    expect(renderPeriodPage(report)).toContain('the trail has a hole');
  });
});
