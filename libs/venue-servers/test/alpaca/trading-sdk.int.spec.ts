import { streaming, TradingClient } from '@alpacahq/alpaca-trade-api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { type Instrument, money, price, quantity, symbolOf, type UnixNanos } from '@tradewind/vocabulary';

import { AlpacaTradingServer } from '../../src/alpaca/trading-server.js';

const AAPL = symbolOf('AAPL');
const HARD = symbolOf('HARD');
const KEYS = { keyId: 'local-key-id', secret: 'local-secret' };
const START = (BigInt(Date.UTC(2024, 2, 4, 15)) * 1_000_000n) as UnixNanos;
const instrument = (symbol: typeof AAPL, shortable: boolean): Instrument => ({
  symbol,
  name: symbol,
  assetClass: 'STOCK',
  category: 'CORE',
  sector: 'Technology',
  exchange: 'XNYS',
  currency: 'USD',
  lotSize: quantity('1'),
  tickSize: price('0.01'),
  fractional: true,
  shortable,
});

describe('the Alpaca trading server, driven by the SDK', () => {
  let server: AlpacaTradingServer;
  let client: TradingClient;
  let stream: streaming.TradingStream;
  let updates: streaming.TradeUpdate[];
  /** The SDK knows only Alpaca's own hosts: its requests are sent to ours. */
  const clientOf = (keys = KEYS): TradingClient =>
    new TradingClient({
      ...keys,
      retry: false,
      rateLimit: false,
      fetchApi: (input, init) => {
        const asked = new URL(String(input));
        return fetch(new URL(`${asked.pathname}${asked.search}`, server.restUrl), init);
      },
    });
  const eventsOf = (id: string | undefined): readonly string[] => updates.filter(({ order }) => order.id === id).map(({ event }) => event);
  const told = (id: string | undefined, event: string): Promise<void> =>
    expect.poll(() => eventsOf(id), { timeout: 3000 }).toContain(event);

  beforeEach(async () => {
    server = await AlpacaTradingServer.start({
      ...KEYS,
      startAt: START,
      instruments: { AAPL: instrument(AAPL, true), HARD: instrument(HARD, false) },
    });
    server.market.quote(AAPL, '100', '100.1');
    server.market.quote(HARD, '20', '20.1');
    client = clientOf();
    updates = [];
    stream = new streaming.TradingStream({ credentials: KEYS, url: server.streamUrl, initialReconnectMs: 20, maxReconnectMs: 50 });
    stream.onTradeUpdate((update) => updates.push(update));
    stream.subscribeTradeUpdates();
    const subscribed = new Promise<void>((resolve) => stream.once('subscription', () => resolve()));
    stream.connect();
    await subscribed;
  });
  afterEach(async () => {
    stream.disconnect();
    await server.down();
  });

  it('places a market order, which fills, and tells it by REST and stream alike', async () => {
    const placed = await client.orders.market({ symbol: 'AAPL', qty: '10', side: 'buy', clientOrderId: 'sdk-1' });
    expect(placed).toMatchObject({ clientOrderId: 'sdk-1', symbol: 'AAPL', qty: '10', status: 'pending_new', side: 'buy', type: 'market' });
    await told(placed.id, 'fill');
    expect(eventsOf(placed.id)).toEqual(['pending_new', 'new', 'fill']);
    expect(updates.at(-1)).toMatchObject({
      price: '100.1',
      qty: '10',
      positionQty: '10',
      order: { filledQty: '10', filledAvgPrice: '100.1' },
    });
    expect(updates.at(-1)!.executionId).toBeDefined();
    expect(await client.orders.getOrderByOrderID({ orderId: placed.id! })).toMatchObject({ status: 'filled', filledAvgPrice: '100.1' });
    expect(await client.orders.getOrderByClientOrderId({ clientOrderId: 'sdk-1' })).toMatchObject({ id: placed.id });
  });
  it('shows position, account and activities of what traded', async () => {
    const { id } = await client.orders.market({ symbol: 'AAPL', qty: '10', side: 'buy' });
    await told(id, 'fill');
    expect(await client.positions.getAllOpenPositions()).toMatchObject([
      { symbol: 'AAPL', qty: '10', side: 'long', avgEntryPrice: '100.1', currentPrice: '100' },
    ]);
    expect(await client.account.getAccount()).toMatchObject({ status: 'ACTIVE', currency: 'USD', cash: '98999', tradingBlocked: false });
    const activities = await client.accountActivities.getAccountActivities({ category: 'trade_activity' });
    expect(activities).toMatchObject([
      { activityType: 'FILL', orderId: id, price: '100.1', qty: '10', cumQty: '10', leavesQty: '0', side: 'buy', type: 'fill' },
    ]);
    expect(activities[0]!.id).toMatch(/^\d{17}::[0-9a-f-]{36}$/);
  });
  it('cancels, and refuses to cancel again', async () => {
    const { id } = await client.orders.limit({ symbol: 'AAPL', qty: '10', side: 'buy', limitPrice: '90' });
    await client.orders.deleteOrderByOrderID({ orderId: id! });
    await told(id, 'canceled');
    await expect(client.orders.deleteOrderByOrderID({ orderId: id! })).rejects.toMatchObject({ name: 'ValidationError', status: 422 });
    await expect(client.orders.deleteOrderByOrderID({ orderId: '00000000-0000-0000-0000-000000000000' })).rejects.toMatchObject({
      name: 'NotFoundError',
    });
  });
  it('replaces: a new order with an id of its own, which the old one names', async () => {
    const first = await client.orders.limit({ symbol: 'AAPL', qty: '10', side: 'buy', limitPrice: '90' });
    await told(first.id, 'new');
    const second = await client.orders.patchOrderByOrderId({
      orderId: first.id!,
      patchOrderRequest: { limitPrice: '91', qty: '12', clientOrderId: 'sdk-2' },
    });
    expect(second).toMatchObject({ clientOrderId: 'sdk-2', limitPrice: '91', qty: '12', replaces: first.id });
    await told(first.id, 'replaced');
    await told(second.id, 'new');
    expect(await client.orders.getOrderByOrderID({ orderId: first.id! })).toMatchObject({ status: 'replaced', replacedBy: second.id });
    await expect(client.orders.patchOrderByOrderId({ orderId: first.id!, patchOrderRequest: { limitPrice: '92' } })).rejects.toMatchObject({
      name: 'ValidationError',
    });
  });
  it('gives a replacement the quantity of an order that has filled in part, as though nothing had', async () => {
    server.market.quote(AAPL, '99.9', '100.1', '40');
    const first = await client.orders.limit({ symbol: 'AAPL', qty: '100', side: 'buy', limitPrice: '100.1' });
    await told(first.id, 'partial_fill');
    const second = await client.orders.patchOrderByOrderId({ orderId: first.id!, patchOrderRequest: { limitPrice: '100' } });
    expect(second).toMatchObject({ qty: '100', filledQty: '0' });
  });
  it('lists orders by status and time, newest first unless asked otherwise', async () => {
    const [one, two] = [
      await client.orders.limit({ symbol: 'AAPL', qty: '1', side: 'buy', limitPrice: '90' }),
      await client.orders.limit({ symbol: 'AAPL', qty: '2', side: 'buy', limitPrice: '91' }),
    ];
    await client.orders.deleteOrderByOrderID({ orderId: one.id! });
    const ids = async (...[query]: Parameters<typeof client.orders.getAllOrders>): Promise<readonly (string | undefined)[]> =>
      (await client.orders.getAllOrders(query)).map(({ id }) => id);
    expect(await ids({ status: 'open' })).toEqual([two.id]);
    expect(await ids({ status: 'closed' })).toEqual([one.id]);
    expect(await ids({ status: 'all' })).toEqual([two.id, one.id]);
    expect(await ids({ status: 'all', direction: 'asc', limit: 1 })).toEqual([one.id]);
    expect(await client.orders.deleteAllOrders()).toMatchObject([{ id: two.id, status: 200 }]);
  });
  it('works a bracket: the legs are held until the entry fills, and one cancels the other', async () => {
    const entry = await client.orders.bracket({
      symbol: 'AAPL',
      qty: '10',
      side: 'buy',
      takeProfit: { limitPrice: '105' },
      stopLoss: { stopPrice: '95' },
    });
    await told(entry.id, 'fill');
    const { legs } = await client.orders.getOrderByOrderID({ orderId: entry.id!, nested: true });
    const [profit, loss] = legs!;
    expect([profit, loss]).toMatchObject([
      { type: 'limit', limitPrice: '105', side: 'sell', status: 'new' },
      { type: 'stop', stopPrice: '95', status: 'new' },
    ]);
    server.market.quote(AAPL, '105.1', '105.2');
    await told(profit!.id, 'fill');
    await told(loss!.id, 'canceled');
    expect(await client.positions.getAllOpenPositions()).toEqual([]);
  });
  it('works an OCO pair and a trailing stop', async () => {
    const { id } = await client.orders.market({ symbol: 'AAPL', qty: '20', side: 'buy' });
    await told(id, 'fill');
    const pair = await client.orders.oco({
      symbol: 'AAPL',
      qty: '10',
      side: 'sell',
      takeProfit: { limitPrice: '105' },
      stopLoss: { stopPrice: '95' },
    });
    const trail = await client.orders.trailingStop({ symbol: 'AAPL', qty: '10', side: 'sell', trailPrice: '4' });
    server.market.quote(AAPL, '94.9', '95');
    await told(trail.id, 'fill');
    await told(pair.id, 'canceled');
    expect(await client.positions.getAllOpenPositions()).toEqual([]);
  });
  it('buys for an amount of money', async () => {
    const placed = await client.orders.market({ symbol: 'AAPL', notional: '1001', side: 'buy' });
    expect(placed).toMatchObject({ qty: undefined, notional: '1001' });
    await told(placed.id, 'fill');
    expect(await client.positions.getOpenPosition({ symbolOrAssetId: 'AAPL' })).toMatchObject({ qty: '10' });
    expect(await client.positions.deleteOpenPosition({ symbolOrAssetId: 'AAPL' })).toMatchObject({ side: 'sell', qty: '10' });
  });
  it('refuses as Alpaca does', async () => {
    const limit = (given: object) => client.orders.limit({ symbol: 'AAPL', qty: '10', side: 'buy', limitPrice: '90', ...given });
    await limit({ clientOrderId: 'sdk-3' });
    await expect(limit({ clientOrderId: 'sdk-3' })).rejects.toMatchObject({
      status: 422,
      code: 40_010_001,
      message: 'client_order_id must be unique',
    });
    await expect(limit({ qty: '9000' })).rejects.toMatchObject({
      name: 'PermissionError',
      code: 40_310_000,
      message: 'insufficient buying power',
    });
    await expect(limit({ symbol: 'NOWHERE' })).rejects.toMatchObject({ status: 422, code: 40_010_001 });
    await expect(limit({ limitPrice: '90.001' })).rejects.toMatchObject({ status: 422, code: 42_210_000 });
    await expect(client.orders.market({ symbol: 'HARD', qty: '1', side: 'sell' })).rejects.toMatchObject({
      message: 'asset "HARD" cannot be sold short',
    });
    await expect(client.orders.market({ symbol: 'AAPL', qty: '0.5', side: 'buy', timeInForce: 'gtc' })).rejects.toMatchObject({
      status: 422,
    });
    await expect(clientOf({ keyId: 'wrong', secret: 'wrong' }).account.getAccount()).rejects.toMatchObject({ name: 'AuthError' });
  });
  it('tells the clock and what an asset is', async () => {
    expect(await client.clock.legacyClock()).toMatchObject({
      isOpen: true,
      nextClose: new Date('2024-03-04T21:00:00Z'),
      nextOpen: new Date('2024-03-05T14:30:00Z'),
    });
    expect(await client.assets.getV2AssetsSymbolOrAssetId({ symbolOrAssetId: 'HARD' })).toMatchObject({
      symbol: 'HARD',
      tradable: true,
      shortable: false,
    });
    expect(await client.calendar.legacyCalendar({ start: new Date('2024-03-01'), end: new Date('2024-03-04') })).toMatchObject([
      { open: '09:30' },
      { close: '16:00' },
    ]);
  });
  it('lists what was booked beside trades, and tells the stream again after a cut', async () => {
    server.bookActivity('DIV', money('2.4'), 'a dividend', AAPL);
    expect(await client.accountActivities.getAccountActivities({ category: 'non_trade_activity' })).toMatchObject([
      { activityType: 'DIV', netAmount: '2.4', symbol: 'AAPL' },
    ]);
    const again = new Promise<void>((resolve) => stream.onReconnected(() => resolve()));
    server.cutStreams();
    await again;
    const { id } = await client.orders.market({ symbol: 'AAPL', qty: '1', side: 'buy' });
    await told(id, 'fill');
  });
});
