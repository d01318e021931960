import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { BacktestSetting, TradingCosts } from '@tradewind/backtest';
import { BASELINE_SET } from '@tradewind/features';
import { INSTRUMENTS } from '@tradewind/market';
import { PAPER_VENUE_DEFAULTS, paperVenue } from '@tradewind/orders';
import { parseRiskProfile, type RiskProfile, RiskProfileError } from '@tradewind/risk';
import { BASELINE_SIGNAL_RULES } from '@tradewind/signals';
import { accountIdOf, type Instrument, money } from '@tradewind/vocabulary';

import { CliError, EXIT } from './exit-codes.js';

/** What the services use unless told otherwise; the backtest uses the same, so that both trade alike. */
export const RUN_DEFAULTS = { run: 'demo', account: 'paper-1', currency: 'USD', openingCash: '100000', profile: 'demo' } as const;

export const COSTS: TradingCosts = {
  commissionRatio: Number(PAPER_VENUE_DEFAULTS.commissionRatio),
  slippageRatio: Number(PAPER_VENUE_DEFAULTS.slippageRatio),
};

export const instrumentsBySymbol = (): Readonly<Record<string, Instrument>> =>
  Object.fromEntries(INSTRUMENTS.map((instrument) => [instrument.symbol, instrument]));

/** A risk profile by name, out of the folder that the risk service uses. Throws CliError when it is missing or wrong. */
export const readProfile = async (root: string, name: string): Promise<RiskProfile> => {
  const path = join(root, 'services/risk/profiles', `${name}.json`);
  try {
    return parseRiskProfile(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    if (error instanceof RiskProfileError) throw new CliError(EXIT.configuration, 'PROFILE_INVALID', `${path}: ${error.message}`);
    throw new CliError(
      EXIT.configuration,
      'PROFILE_MISSING',
      `there is no usable risk profile ${path}`,
      'profiles are demo, paper, trial and live',
    );
  }
};

export const backtestSetting = async (
  root: string,
  choice: { readonly run: string; readonly profile: string; readonly partitions: number },
): Promise<BacktestSetting> => {
  const instruments = instrumentsBySymbol();
  return {
    run: choice.run,
    accountId: accountIdOf(RUN_DEFAULTS.account),
    currency: RUN_DEFAULTS.currency,
    openingCash: money(RUN_DEFAULTS.openingCash),
    partitions: choice.partitions,
    featureSet: BASELINE_SET,
    rules: BASELINE_SIGNAL_RULES,
    profile: await readProfile(root, choice.profile),
    instruments,
    venue: paperVenue({ ...PAPER_VENUE_DEFAULTS, instruments }),
  };
};

const share = (ratio: string): string => `${Number(ratio) * 100}%`;

/** What of a run is not the real world, in plain words. */
export const simulatedParts = (analysts: readonly string[], overTheBus: boolean): string[] => [
  'Prices are real daily bars. SPX and NDX are indexes, traded here as though each were a share worth one US dollar a point: nobody can buy these. ' +
    'NASDAQ-100 data ends on 2012-06-29; an open position is then settled at its last close.',
  `Orders meet the next bar on a paper venue: market orders fill at its open, limits and stops inside its range, with ${share(PAPER_VENUE_DEFAULTS.slippageRatio)} ` +
    `slippage and ${share(PAPER_VENUE_DEFAULTS.commissionRatio)} commission. Every size fills in full and moves no price.`,
  'Cash earns nothing; no dividends, no taxes, no borrowing.',
  analysts.every((analyst) => analyst.startsWith('rules@'))
    ? 'The analyst is a set of rules: no language model spoke.'
    : `Analyses by ${analysts.join(', ')}.`,
  'The model was trained on NASDAQ-100 bars before 2000-01-03 only. The rules and limits were written by people who know what happened since.',
  ...(overTheBus ? ['Time is replayed: every step waits for the one before, however long the real days were.'] : []),
];

/** What of a backtest on files of one's own is not the real world, in plain words. */
export const folderParts = (analysts: readonly string[]): string[] => [
  'Prices are those of the folder, adjusted for splits and dividends or not, as its files have them.',
  ...simulatedParts(analysts, false).slice(1),
];

/** What of a replay of recorded data is not the real world, in plain words. */
export const replayedParts = (analysts: readonly string[], ticks: boolean): string[] => {
  const [, onBars, ...others] = simulatedParts(analysts, true);
  return [
    'Bars and ticks are those of the catalogue, as its sources recorded them.',
    ticks
      ? 'Orders meet the quotes, trades and books of the catalogue on a paper venue, which takes what they show and waits in their queues; nobody answers to our orders.'
      : onBars!,
    ...others,
  ];
};
