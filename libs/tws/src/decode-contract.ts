import type { FieldCursor } from './field-cursor.js';
import type { TwsMessage } from './messages.js';

const ESCAPED = /\\u([0-9a-fA-F]{4})/g;

/** Contract data as versions 176 to 178 write it, as far as it is used: what follows the time zone is left unread. */
export const decodeContract = (cursor: FieldCursor): TwsMessage => {
  const requestId = cursor.request();
  const symbol = cursor.text('symbol');
  const secType = cursor.text('security type');
  cursor.skip('last trade date', 'strike', 'right', 'exchange');
  const currency = cursor.text('currency');
  const localSymbol = cursor.text('local symbol');
  cursor.skip('market name');
  const tradingClass = cursor.text('trading class');
  const conId = cursor.integer('contract id');
  const minTick = cursor.price('minimum tick');
  cursor.skip('multiplier', 'order types', 'valid exchanges', 'price magnifier', 'underlying');
  const longName = cursor.text('long name').replace(ESCAPED, (_all, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
  const primaryExchange = cursor.text('primary exchange');
  cursor.skip('contract month', 'industry', 'category', 'subcategory');
  const timeZoneId = cursor.text('time zone');
  return {
    kind: 'contract',
    requestId,
    contract: { conId, symbol, secType, currency, localSymbol, tradingClass, primaryExchange, longName, minTick, timeZoneId },
  };
};
