import { formatDecimal, type UnixNanos } from '@tradewind/vocabulary';

import { buildBars, barKeyOf, barOfTrade } from '../bar-building.js';
import { barSeconds, durationSeconds, exceedsStep } from '../bar-sizes.js';
import { type ContractRequest, readContract } from '../contract.js';
import type { TwsInstrument } from '../instrument.js';
import type { TwsBar, TwsTrade } from '../market-events.js';
import { REQUEST, RESPONSE, SINCE } from '../message-ids.js';
import { isPaced } from '../pacing.js';
import { type RequestFields, RequestRefused } from '../request-fields.js';
import type { MessageFamily, Session } from '../session.js';
import { civilTimeOf, nanosOfSeconds, parseRequestTime, secondsOf, utcText } from '../time-text.js';

const DAY_SECONDS = 86_400;
const NO_DATA = 'Historical Market Data Service error message:HMDS query returned no data';
const PACING_VIOLATION = 'Historical Market Data Service error message:Historical data request pacing violation';

interface BarsRequest {
  readonly requestId: number;
  readonly contract: ContractRequest;
  /** Empty for now. */
  readonly end: string;
  readonly seconds: number;
  readonly duration: string;
  readonly whatToShow: string;
  readonly formatDate: number;
  readonly keepUpToDate: boolean;
}

const readRequest = (requestId: number, fields: RequestFields): BarsRequest => {
  const contract = readContract(fields);
  fields.flag('includeExpired');
  const end = fields.text('endDateTime');
  const seconds = barSeconds(fields.text('barSizeSetting'));
  const duration = fields.text('durationStr');
  fields.flag('useRTH');
  const whatToShow = fields.text('whatToShow');
  const formatDate = fields.integer('formatDate');
  const keepUpToDate = fields.flag('keepUpToDate');
  return { requestId, contract, end, seconds, duration, whatToShow, formatDate, keepUpToDate };
};

const validate = (request: BarsRequest): void => {
  if (request.whatToShow !== 'TRADES')
    throw new RequestRefused(321, `Error validating request.-'bJ' : cause - Invalid What To Show ${request.whatToShow}`);
  if (request.keepUpToDate && request.end !== '') {
    throw new RequestRefused(321, "Error validating request.-'bJ' : cause - End date is not allowed for a request that is kept up to date");
  }
  if (exceedsStep(request.seconds, durationSeconds(request.duration))) {
    throw new RequestRefused(162, 'Historical Market Data Service error message:Time length exceed max.');
  }
};

const checkPacing = (session: Session, request: BarsRequest): void => {
  if (!isPaced(request.seconds) || session.host.pacing === undefined) return;
  const subject = JSON.stringify([request.contract, request.whatToShow]);
  const identity = JSON.stringify([subject, request.end, request.seconds, request.duration, request.formatDate, request.keepUpToDate]);
  if (!session.host.pacing.admits({ subject, identity, weight: 1 }, session.host.clock.now()))
    throw new RequestRefused(162, PACING_VIOLATION);
};

/** A bar's time: the date for days; else seconds (format 2) or the exchange's clocks (format 1), with its zone since version 174. */
const barTime = (at: UnixNanos, request: BarsRequest, zone: string, version: number): string => {
  const { date, time } = civilTimeOf(at, zone);
  if (request.seconds >= DAY_SECONDS) return date;
  if (request.formatDate === 2) return String(secondsOf(at));
  return version >= SINCE.instrumentTimeZone ? `${date} ${time} ${zone}` : `${date}  ${time}`;
};

const rangeText = (at: UnixNanos, zone: string, version: number): string => {
  const { date, time } = civilTimeOf(at, zone);
  return version >= SINCE.instrumentTimeZone ? `${date} ${time} ${zone}` : `${date}  ${time}`;
};

/** Bars that start in the duration before the end; a duration in days that reaches over days without trading isn't stretched. */
const barsWithin = (instrument: TwsInstrument, seconds: number, from: UnixNanos, end: UnixNanos): readonly TwsBar[] =>
  instrument.bars(seconds).filter(({ at }) => at >= from && at < end);

const fieldsOf = (bar: TwsBar): readonly string[] => [bar.open, bar.high, bar.low, bar.close, bar.volume, bar.average].map(formatDecimal);

const sendBars = (session: Session, request: BarsRequest, instrument: TwsInstrument): void => {
  const { requestId, seconds } = request;
  const zone = instrument.contract.timeZoneId;
  const end = request.end === '' ? session.host.clock.now() : parseRequestTime(request.end, zone);
  const from = (end - nanosOfSeconds(durationSeconds(request.duration))) as UnixNanos;
  const bars = barsWithin(instrument, seconds, from, end);
  if (bars.length === 0 && !request.keepUpToDate) {
    const exchange = request.contract.exchange === '' ? 'SMART' : request.contract.exchange;
    throw new RequestRefused(162, `${NO_DATA}: ${instrument.contract.symbol}@${exchange} Trades`);
  }
  session.send(
    RESPONSE.historicalData,
    requestId,
    rangeText(from, zone, session.version),
    rangeText(end, zone, session.version),
    bars.length,
    ...bars.flatMap((bar) => [barTime(bar.at, request, zone, session.version), ...fieldsOf(bar), bar.count]),
  );
};

/** Sends the bar that is forming whenever a trade changes it. */
const keepUpToDate = (session: Session, request: BarsRequest, instrument: TwsInstrument): void => {
  const { requestId, seconds } = request;
  const zone = instrument.contract.timeZoneId;
  const keyOf = barKeyOf(seconds, zone);
  let forming = instrument.bars(seconds).at(-1);
  const trade = (happened: TwsTrade): void => {
    const part = barOfTrade(happened);
    const same = forming !== undefined && keyOf(forming.at) === keyOf(happened.at);
    forming = buildBars(same && forming !== undefined ? [forming, part] : [part], seconds, zone).at(-1) ?? part;
    const [open, high, low, close, volume, average] = fieldsOf(forming) as [string, string, string, string, string, string];
    const time = barTime(forming.at, request, zone, session.version);
    session.publish(RESPONSE.historicalDataUpdate, requestId, forming.count, time, open, close, high, low, average, volume);
  };
  session.subscribe('historicalData', requestId, instrument, { trade });
};

const sendHeadTimestamp = (session: Session, fields: RequestFields, requestId: number): void => {
  const contract = readContract(fields);
  fields.flag('includeExpired');
  fields.flag('useRTH');
  fields.text('whatToShow');
  const formatDate = fields.integer('formatDate');
  const instrument = session.instrumentOf(contract);
  const first = instrument.bars(1)[0]?.at;
  if (first === undefined) throw new RequestRefused(162, `Historical Market Data Service error message:No head time stamp`);
  session.send(RESPONSE.headTimestamp, requestId, formatDate === 2 ? secondsOf(first) : utcText(first));
};

export const historicalBarsFamily: MessageFamily = [
  {
    id: REQUEST.historicalData,
    versioned: false,
    numbered: true,
    handle: (session, fields, requestId) => {
      const request = readRequest(requestId, fields);
      validate(request);
      const instrument = session.instrumentOf(request.contract);
      checkPacing(session, request);
      sendBars(session, request, instrument);
      if (request.keepUpToDate) keepUpToDate(session, request, instrument);
    },
  },
  {
    id: REQUEST.cancelHistoricalData,
    versioned: true,
    numbered: true,
    handle: (session, _fields, requestId) => {
      if (!session.cancel('historicalData', requestId))
        throw new RequestRefused(366, `No historical data query found for ticker id:${requestId}`);
    },
  },
  { id: REQUEST.headTimestamp, versioned: false, numbered: true, handle: sendHeadTimestamp },
  // A head timestamp is answered at once: there is never one left to cancel.
  { id: REQUEST.cancelHeadTimestamp, versioned: false, numbered: true, handle: () => undefined },
];
