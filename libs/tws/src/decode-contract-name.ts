import type { FieldCursor } from './field-cursor.js';
import type { ContractName } from './messages.js';

/** The eleven fields by which orders, executions and positions name a contract; of shares the option's fields are empty. */
export const decodeContractName = (cursor: FieldCursor): ContractName => {
  const conId = cursor.integer('contract id');
  const symbol = cursor.text('symbol');
  const secType = cursor.text('security type');
  cursor.skip('last trade date', 'strike', 'right', 'multiplier', 'exchange');
  const currency = cursor.text('currency');
  const localSymbol = cursor.text('local symbol');
  cursor.skip('trading class');
  return { conId, symbol, secType, currency, localSymbol };
};
