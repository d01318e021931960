import { formatDecimal } from '@tradewind/vocabulary';

import { noSuchContract, readContract, type TwsContract } from '../contract.js';
import { REQUEST, RESPONSE, SINCE } from '../message-ids.js';
import type { MessageFamily, Session } from '../session.js';

/** Text as TWS writes it since version 153: what isn't ASCII becomes `\uXXXX`. */
const ascii = (text: string): string =>
  text.replace(/[^\x20-\x7e]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);

const identity = (contract: TwsContract, exchange: string, version: number): readonly (string | number)[] => [
  contract.symbol,
  contract.secType,
  '',
  ...(version >= SINCE.lastTradeDate ? [''] : []),
  0,
  '',
  exchange,
  contract.currency,
  contract.localSymbol,
  contract.tradingClass,
  contract.tradingClass,
  contract.conId,
  formatDecimal(contract.minTick),
  ...(version < SINCE.sizeRules ? [1] : []),
  '',
];

const description = (contract: TwsContract): readonly (string | number)[] => [
  'ACTIVETIM,LMT,MKT,STP,STPLMT,TRAIL',
  contract.validExchanges.join(','),
  1,
  0,
  ascii(contract.longName),
  contract.primaryExchange,
  '',
  contract.industry,
  contract.category,
  '',
  contract.timeZoneId,
  contract.tradingHours,
  contract.liquidHours,
];

const rules = (contract: TwsContract, version: number): readonly (string | number)[] => {
  const increment = formatDecimal(contract.sizeIncrement);
  return [
    '', // economic value rule and multiplier, no security ids, one aggregation group, no underlying
    0,
    0,
    1,
    '',
    '',
    contract.validExchanges.map(() => 26).join(','),
    '',
    ...(version >= SINCE.stockType ? [contract.stockType] : []),
    ...(version >= SINCE.fractionalSize && version < SINCE.sizeRules ? [increment] : []),
    ...(version >= SINCE.sizeRules ? [increment, increment, increment] : []),
    ...(version >= SINCE.ineligibilityReasons ? [0] : []),
  ];
};

const sendDetails = (session: Session, requestId: number, contract: TwsContract, exchange: string): void => {
  session.send(
    RESPONSE.contractData,
    ...(session.version < SINCE.sizeRules ? [8] : []),
    requestId,
    ...identity(contract, exchange, session.version),
    ...description(contract),
    ...rules(contract, session.version),
  );
};

export const contractDetailsFamily: MessageFamily = [
  {
    id: REQUEST.contractDetails,
    versioned: true,
    numbered: true,
    handle: (session, fields, requestId) => {
      const request = readContract(fields);
      for (const skipped of ['includeExpired', 'secIdType', 'secId']) fields.text(skipped);
      if (session.version >= SINCE.bondIssuer) fields.text('issuerId');
      const found = session.host.market.matching(request);
      if (found.length === 0) throw noSuchContract();
      for (const { contract } of found) sendDetails(session, requestId, contract, request.exchange === '' ? 'SMART' : request.exchange);
      session.send(RESPONSE.contractDataEnd, 1, requestId);
    },
  },
];
