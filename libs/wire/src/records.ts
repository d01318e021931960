import type { PointInTimeRecordMessage } from '@tradewind/contracts';
import type { PointInTimeRecord, RecordsKnown } from '@tradewind/market';

import { ContractError } from './contract-error.js';
import type { FactCodec } from './fact-codec.js';
import { readHeader, writeHeader } from './header.js';
import { readFinite, readNanos, readOptionalText, readSymbol, readText } from './scalars.js';

const readRecord = (message: PointInTimeRecordMessage, at: string): PointInTimeRecord => {
  const record: PointInTimeRecord = {
    id: readText(message.id, `${at}.id`),
    series: readText(message.series, `${at}.series`),
    symbol: message.symbol === '' ? undefined : readSymbol(message.symbol, `${at}.symbol`),
    eventTime: readNanos(message.eventTimeNs, `${at}.event_time_ns`),
    knownAt: readNanos(message.knownAtNs, `${at}.known_at_ns`),
    value: message.value === undefined ? Number.NaN : readFinite(message.value, `${at}.value`),
    text: readOptionalText(message.text, `${at}.text`),
    source: readText(message.source, `${at}.source`),
  };
  if (message.value === undefined && record.text === '')
    throw new ContractError('FIELD_INVALID', `${at}.value`, 'must be set when there is no text');
  return record;
};

export const recordsCodec: FactCodec<RecordsKnown, 'market.records'> = {
  write: (fact) => ({
    header: writeHeader(fact.header, false),
    records: fact.records.map(({ symbol, eventTime, knownAt, value, ...record }) => ({
      ...record,
      symbol: symbol ?? '',
      eventTimeNs: eventTime,
      knownAtNs: knownAt,
      ...(Number.isNaN(value) ? {} : { value }),
    })),
  }),
  read: (message) => {
    const { header } = readHeader(message.header);
    const records = message.records.map((record, index) => readRecord(record, `records[${index}]`));
    const early = records.findIndex((record) => record.knownAt > header.at);
    if (early >= 0) throw new ContractError('FIELD_INVALID', `records[${early}].known_at_ns`, 'must not be after the step');
    return { header, records };
  },
};
