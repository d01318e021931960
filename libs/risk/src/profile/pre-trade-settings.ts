import { amount, choice, count, group, limitOrOff, list, optionOrOff, ratio, word } from './fields.js';

const SECONDS_PER_MONTH = 2_592_000;
const WINDOW_BARS_MAX = 250;
const symbol = word(/^[A-Z0-9][A-Z0-9_-]{0,15}$/, 'a symbol', 'Symbol.');
const strategyWord = word(/^[a-z0-9][a-z0-9-]{0,47}$/, 'lower-case letters, digits and -, at most 48', 'Name.');

/** Limits of single orders, of positions and of the account. */
export const LIMITS = group(
  {
    positionMax: ratio({ max: '1' }, 'Largest exposure to one instrument, of equity.'),
    sectorMax: ratio({ max: '1' }, 'Largest exposure to one sector, of equity.'),
    grossMax: ratio({ max: '4' }, 'Largest exposure altogether, long and short added, of equity.'),
    netMax: limitOrOff(ratio({ max: '4' }, 'Largest exposure with short positions taken off, of equity.')),
    concentration: limitOrOff(
      group(
        {
          positions: count(100, 'How many of the largest positions count.'),
          max: ratio({ max: '4' }, 'Their largest exposure together, of equity.'),
        },
        'The largest positions together.',
      ),
    ),
    positionsMax: limitOrOff(count(10_000, 'Positions held or being opened at once.')),
    cashReserve: ratio({ min: '0', max: '1' }, 'Cash that entries may not touch, of equity.'),
    buyingPowerMultiple: ratio({ max: '4' }, 'Exposure that equity may carry; 1 on a cash account.'),
    tradesPerDayMax: count(10_000, 'Entries and exits of one session; exits pass all the same.'),
    priceCollar: ratio({ max: '0.5' }, 'How far from the reference price an entry may execute: its limit price is at this distance.'),
    priceBand: limitOrOff(
      ratio({ max: '1' }, 'How far the price that the signal was made at may be from the last close that risk itself saw.'),
    ),
    priceMin: limitOrOff(amount('No entry in anything cheaper.')),
    priceMax: limitOrOff(amount('No entry in anything dearer: a price beyond belief.')),
    costRatio: ratio({ min: '0', max: '0.1' }, 'Commission and slippage to set aside, of notional.'),
    orderNotionalMaxUsd: amount('Largest entry; a larger one is refused, not cut.'),
    orderNotionalMinUsd: amount('Smallest entry.'),
    quantityMax: limitOrOff(ratio({ max: '100000000' }, 'Most units of one order.')),
    volumeShare: limitOrOff(
      group(
        {
          max: ratio({ max: '1' }, 'Largest share of the average volume that an entry may be.'),
          bars: count(WINDOW_BARS_MAX, 'Bars that the average is taken over; daily bars make it the average daily volume.'),
        },
        'The market that an entry has to find room in.',
      ),
    ),
    dataAgeMaxSeconds: count(SECONDS_PER_MONTH, 'Age of the data that a signal rests on.'),
    currentBar: limitOrOff(
      choice(['required'], 'The instrument must have traded in the step: nothing enters what stands still or is halted.'),
    ),
    tradingHours: limitOrOff(
      choice(['regular', 'extended'], 'Entries only in these hours of the instrument’s exchange, its close included.'),
    ),
    confidenceMin: limitOrOff(ratio({ max: '1' }, 'Least confidence of a signal.')),
    stopDistance: limitOrOff(
      group(
        {
          min: ratio({ max: '1' }, 'Nearest stop, of the limit price: nearer ones are touched by noise.'),
          max: ratio({ max: '1' }, 'Furthest stop, of the limit price.'),
        },
        'Where a protective stop may stand.',
      ),
    ),
    rewardToRiskMin: limitOrOff(
      ratio({ max: '20' }, 'Distance of the profit target over the distance of the stop, both from the limit price.'),
    ),
    tradeRiskMax: limitOrOff(ratio({ max: '1' }, 'Loss at the stop of one entry, of equity; the entry is cut down to it.')),
    dailyLossShare: limitOrOff(
      ratio({ max: '1' }, 'Share of the daily loss limit that today’s loss and the loss at the stop may use up together.'),
    ),
    entryDrawdownMax: limitOrOff(ratio({ max: '1' }, 'No entry while the drawdown is as deep.')),
  },
  'Limits of entries, as fractions of equity unless said otherwise. No limit keeps a position on: exits pass.',
);

export const ORDER_FLOW = group(
  {
    perSecondMax: limitOrOff(count(10_000, 'Approvals within a second, in event time.')),
    perMinuteMax: limitOrOff(count(100_000, 'Approvals within a minute, in event time.')),
    openMax: limitOrOff(count(100_000, 'Approved orders of the account that have not ended.')),
    openPerSymbolMax: limitOrOff(count(1_000, 'The same of one instrument.')),
    oppositeSide: limitOrOff(
      choice(['refused'], 'An exit does not leave while an entry of the instrument works: the account would trade with itself.'),
    ),
  },
  'How many orders may leave and stand.',
);

export const SIZING = group(
  {
    kellyFraction: ratio({ max: '1' }, 'Share of the Kelly fraction that is staked.'),
    volatilityTarget: ratio({ max: '2' }, 'Annual volatility that one position may bring at full size.'),
    rebalanceBand: ratio({ max: '1' }, 'A position is added to only when it is smaller than its target by this fraction of the target.'),
    stopAtrMultiple: ratio({ max: '20' }, 'Distance of the protective stop from the reference price, in ATRs.'),
    takeProfitAtrMultiple: optionOrOff(ratio({ max: '50' }, 'Distance of the profit target from the reference price, in ATRs.')),
  },
  'How large an entry is, and what stands beside it.',
);

export const ACCOUNT = group(
  {
    kind: choice(
      ['simulated', 'cash', 'margin'],
      'A cash account buys with settled money; a margin account has the day trading rule; a simulated one neither.',
    ),
    settlementSessions: count(5, 'Sessions until a sale’s money is settled (United States since 2024-05-28: 1).', 0),
    dayTradesMax: count(1_000, 'Day trades within five sessions before entries stop (FINRA Rule 4210(f)(8)(B): 3).', 0),
    dayTradeEquityMinUsd: amount('Equity from which the day trading rule does not bind (FINRA: 25000).'),
  },
  'What kind of account the broker keeps.',
);

export const UNIVERSE = group(
  {
    assetClasses: list(
      choice(['STOCK', 'ETF', 'BOND', 'FX', 'INDEX', 'COMMODITY', 'CRYPTO'], 'Asset class.'),
      { max: 7 },
      'Asset classes that may be entered.',
    ),
    categories: list(choice(['CORE', 'PENNY', 'ETF', 'SIMULATED'], 'Category.'), { max: 4 }, 'Categories that may be entered.'),
    restricted: list(symbol, { max: 1_000 }, 'Instruments that may not be entered: halted, restricted or on a watch list.'),
  },
  'What may be entered.',
);

export const PORTFOLIO = group(
  {
    windowBars: count(WINDOW_BARS_MAX, 'Bars that estimates rest on.', 20),
    correlationMax: limitOrOff(
      ratio({ max: '1' }, 'Correlation of the instrument with the portfolio: the average over its positions, weighted by exposure.'),
    ),
    volatilityMax: limitOrOff(ratio({ max: '5' }, 'Annual volatility of the portfolio after the trade.')),
    valueAtRisk: limitOrOff(
      group(
        {
          confidence: ratio({ min: '0.9', max: '0.999' }, 'Confidence.'),
          max: ratio({ max: '1' }, 'Loss over one bar after the trade, of equity.'),
        },
        'Historical value at risk of the portfolio after the trade.',
      ),
    ),
    beta: optionOrOff(
      group(
        {
          benchmark: symbol,
          max: ratio({ max: '10' }, 'Largest beta of the portfolio after the trade.'),
        },
        'Beta of the portfolio against an instrument of the market data.',
      ),
    ),
  },
  'What the portfolio may become, estimated from the bars of the run; an entry without enough bars is refused.',
);

export const BUCKETS = limitOrOff(
  group(
    {
      core: ratio({ min: '0', max: '1' }, 'Share of equity of the bucket for lasting holdings.'),
      growth: ratio({ min: '0', max: '1' }, 'Share of equity of the bucket for trends.'),
      opportunistic: ratio({ min: '0', max: '1' }, 'Share of equity of the bucket for short chances.'),
      reserve: ratio({ min: '0', max: '1' }, 'Share of equity that no strategy may use.'),
    },
    'Four capital buckets; together they are all of equity.',
  ),
);

export const STRATEGIES = limitOrOff(
  list(
    group(
      {
        name: strategyWord,
        signalTypes: list(strategyWord, { max: 32 }, 'Types of the signals that belong to it.'),
        bucket: choice(['core', 'growth', 'opportunistic'], 'Bucket that pays for it.'),
        budgetMax: ratio({ max: '1' }, 'Largest exposure, of equity.'),
      },
      'One approved strategy.',
    ),
    { max: 64, key: 'name' },
    'Approved strategies. When there is a list, a signal of no strategy is refused.',
  ),
);

export const IMPACT = limitOrOff(
  group(
    {
      sharpeLossMax: ratio({ min: '0', max: '10' }, 'Fall of the portfolio’s expected annual Sharpe ratio.'),
      drawdownRiseMax: ratio({ min: '0', max: '1' }, 'Rise of the expected maximum drawdown over a year, of equity.'),
      correlationMax: ratio({ max: '1' }, 'Average correlation with the portfolio.'),
      valueAtRiskRiseMax: ratio({ min: '0', max: '1' }, 'Rise of value at risk at 95%, of equity.'),
      concentrationMax: ratio({ max: '1' }, 'Herfindahl index of the exposures after the trade.'),
    },
    'Impact analysis of each entry: it is skipped when it makes the portfolio worse by more than this.',
  ),
);
