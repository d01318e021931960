import { decodeContractName } from './decode-contract-name.js';
import type { FieldCursor } from './field-cursor.js';
import type { AccountMessage } from './messages.js';

export const decodeAccountValue = (cursor: FieldCursor): AccountMessage => {
  cursor.skip('version');
  const [key, value, currency, account] = [cursor.text('key'), cursor.text('value'), cursor.text('currency'), cursor.text('account')];
  return { kind: 'account-value', key, value, currency, account };
};

/** Of what a position is worth only the market price is used: the rest follows from positions and fills. */
export const decodePortfolio = (cursor: FieldCursor): AccountMessage => {
  cursor.skip('version');
  const contract = decodeContractName(cursor);
  const quantity = cursor.signedQuantity('position');
  const marketPrice = cursor.average('market price');
  cursor.skip('market value', 'average cost', 'unrealised profit', 'realised profit');
  return { kind: 'portfolio', account: cursor.text('account'), contract, quantity, marketPrice };
};

export const decodePosition = (cursor: FieldCursor): AccountMessage => {
  cursor.skip('version');
  const account = cursor.text('account');
  const contract = decodeContractName(cursor);
  return { kind: 'position', account, contract, quantity: cursor.signedQuantity('position'), averageCost: cursor.average('average cost') };
};
