import { decodeContractName } from './decode-contract-name.js';
import type { FieldCursor } from './field-cursor.js';
import type { AccountMessage } from './messages.js';

const SIDES = { BOT: 'BUY', SLD: 'SELL' } as const;
const EXECUTION_ID = /^[!-~]{1,64}$/;

const executionId = (cursor: FieldCursor): string => {
  const text = cursor.text('execution id');
  return EXECUTION_ID.test(text) ? text : cursor.fail('execution id', '1 to 64 printable characters without blanks', text);
};

export const decodeExecution = (cursor: FieldCursor): AccountMessage => {
  const requestId = cursor.request();
  const orderId = cursor.integer('order id');
  const contract = decodeContractName(cursor);
  const id = executionId(cursor);
  const at = cursor.civilTime('time');
  const account = cursor.text('account');
  cursor.skip('exchange');
  const side = SIDES[cursor.one('side', ['BOT', 'SLD'])];
  const quantity = cursor.quantity('shares');
  const price = quantity === 0n ? cursor.average('price') : cursor.price('price');
  const permId = cursor.count('permanent id', Number.MAX_SAFE_INTEGER);
  const clientId = cursor.integer('client id');
  cursor.skip('liquidation', 'cumulative quantity', 'average price');
  const orderRef = cursor.text('order reference');
  return {
    kind: 'execution',
    requestId,
    execution: { executionId: id, orderId, clientId, permId, orderRef, account, contract, side, quantity, price, at },
  };
};

export const decodeCommission = (cursor: FieldCursor): AccountMessage => {
  cursor.skip('version');
  const id = executionId(cursor);
  const commission = cursor.money('commission') ?? cursor.fail('commission', 'an amount');
  const currency = cursor.text('currency');
  if (!/^[A-Z]{3}$/.test(currency)) cursor.fail('currency', 'three capitals', currency);
  return { kind: 'commission', executionId: id, commission, currency };
};
