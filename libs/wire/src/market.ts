import { BarInterval as WireInterval, type BarMessage, type EventMessage } from '@tradewind/contracts';
import type { Bar, BarInterval, BarsClosed, QualityFaultsFound } from '@tradewind/market';
import { formatDecimal } from '@tradewind/vocabulary';

import { ContractError } from './contract-error.js';
import { readHeader, writeHeader } from './header.js';
import { enumCodec, readFraction, readNanos, readPrice, readQuantity, readSymbol, readText } from './scalars.js';
import type { FactCodec } from './fact-codec.js';

const interval = enumCodec<BarInterval, WireInterval>({
  '1d': WireInterval.DAY,
  '1h': WireInterval.HOUR,
  '15m': WireInterval.MINUTE_15,
  '5m': WireInterval.MINUTE_5,
  '1m': WireInterval.MINUTE,
});

const writeBar = (bar: Bar): Omit<BarMessage, '$typeName' | '$unknown'> => ({
  id: bar.id,
  symbol: bar.symbol,
  interval: interval.write(bar.interval),
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
    interval: interval.read(message.interval, `${at}.interval`),
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

export const barsClosedCodec: FactCodec<BarsClosed, 'market.bars'> = {
  write: (fact) => ({ header: writeHeader(fact.header, fact.final), bars: fact.bars.map(writeBar) }),
  read: (message) => ({ ...readHeader(message.header), bars: message.bars.map((bar, index) => readBar(bar, `bars[${index}]`)) }),
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
  scores: message.scores.map((entry, index) => ({
    symbol: readSymbol(entry.symbol, `scores[${index}].symbol`),
    score: readFraction(entry.score, `scores[${index}].score`),
  })),
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
