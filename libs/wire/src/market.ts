import { BarInterval as WireInterval, type BarMessage, type EventMessage, type SymbolQualityMessage } from '@tradewind/contracts';
import {
  type Bar,
  type BarInterval,
  type BarsClosed,
  parseBarInterval,
  type QualityFaultsFound,
  type SymbolQuality,
} from '@tradewind/market';
import { formatDecimal } from '@tradewind/vocabulary';

import { ContractError } from './contract-error.js';
import { readHeader, writeHeader } from './header.js';
import { readFraction, readNanos, readPrice, readQuantity, readSymbol, readText } from './scalars.js';
import type { FactCodec } from './fact-codec.js';

/** Intervals that had a number before every interval was sent as text; readers of that time know no other. */
const NUMBERED: Readonly<Partial<Record<BarInterval, WireInterval>>> = {
  '1d': WireInterval.DAY,
  '1h': WireInterval.HOUR,
  '15m': WireInterval.MINUTE_15,
  '5m': WireInterval.MINUTE_5,
  '1m': WireInterval.MINUTE,
};
const WORDS = new Map(Object.entries(NUMBERED).map(([text, number]) => [number, text as BarInterval]));

const readInterval = ({ interval, intervalText }: BarMessage, at: string): BarInterval => {
  if (intervalText === '') {
    const word = WORDS.get(interval);
    if (word === undefined)
      throw new ContractError('FIELD_INVALID', `${at}.interval`, `${interval} is not one of ${[...WORDS.values()].join(', ')}`);
    return word;
  }
  const parsed = parseBarInterval(intervalText);
  if (!parsed.ok) throw new ContractError('FIELD_INVALID', `${at}.interval_text`, `must be ${parsed.error.rule}`);
  return intervalText as BarInterval;
};

const writeBar = (bar: Bar): Omit<BarMessage, '$typeName' | '$unknown'> => ({
  id: bar.id,
  symbol: bar.symbol,
  interval: NUMBERED[bar.interval] ?? WireInterval.UNSPECIFIED,
  intervalText: bar.interval,
  openTimeNs: bar.openTime,
  closeTimeNs: bar.closeTime,
  open: formatDecimal(bar.open),
  high: formatDecimal(bar.high),
  low: formatDecimal(bar.low),
  close: formatDecimal(bar.close),
  volume: formatDecimal(bar.volume),
  source: bar.source,
  warmUp: bar.warmUp,
});

const readBar = (message: BarMessage, at: string): Bar => {
  const bar: Bar = {
    id: readText(message.id, `${at}.id`),
    symbol: readSymbol(message.symbol, `${at}.symbol`),
    interval: readInterval(message, at),
    openTime: readNanos(message.openTimeNs, `${at}.open_time_ns`),
    closeTime: readNanos(message.closeTimeNs, `${at}.close_time_ns`),
    open: readPrice(message.open, `${at}.open`),
    high: readPrice(message.high, `${at}.high`),
    low: readPrice(message.low, `${at}.low`),
    close: readPrice(message.close, `${at}.close`),
    volume: readQuantity(message.volume, `${at}.volume`),
    source: readText(message.source, `${at}.source`),
    warmUp: message.warmUp,
  };
  if (bar.low > bar.high) throw new ContractError('FIELD_INVALID', `${at}.low`, 'must not be above high');
  if (bar.openTime > bar.closeTime) throw new ContractError('FIELD_INVALID', `${at}.open_time_ns`, 'must not be after close_time_ns');
  return bar;
};

export const readQualities = (entries: readonly SymbolQualityMessage[], field: string): readonly SymbolQuality[] =>
  entries.map((entry, index) => ({
    symbol: readSymbol(entry.symbol, `${field}[${index}].symbol`),
    score: readFraction(entry.score, `${field}[${index}].score`),
  }));

export const barsClosedCodec: FactCodec<BarsClosed, 'market.bars'> = {
  write: (fact) => ({ header: writeHeader(fact.header, fact.final), bars: fact.bars.map(writeBar), lowQuality: [...fact.lowQuality] }),
  read: (message) => ({
    ...readHeader(message.header),
    bars: message.bars.map((bar, index) => readBar(bar, `bars[${index}]`)),
    lowQuality: readQualities(message.lowQuality, 'low_quality'),
  }),
};

const readFaults = (message: EventMessage<'market.faults'>): QualityFaultsFound => ({
  id: readText(message.id, 'id'),
  at: readNanos(message.atNs, 'at_ns'),
  faults: message.faults.map((fault, index) => ({
    id: readText(fault.id, `faults[${index}].id`),
    symbol: readSymbol(fault.symbol, `faults[${index}].symbol`),
    at: readNanos(fault.atNs, `faults[${index}].at_ns`),
    code: readText(fault.code, `faults[${index}].code`),
    field: fault.field,
    rule: fault.rule,
    source: fault.source,
    dropped: fault.dropped,
  })),
  scores: readQualities(message.scores, 'scores'),
});

export const faultsCodec: FactCodec<QualityFaultsFound, 'market.faults'> = {
  write: (fact) => ({
    id: fact.id,
    atNs: fact.at,
    faults: fact.faults.map(({ at, ...fault }) => ({ ...fault, atNs: at })),
    scores: [...fact.scores],
  }),
  read: readFaults,
};
