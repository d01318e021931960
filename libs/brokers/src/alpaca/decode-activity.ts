import type { VenueActivity } from '@tradewind/venue';
import { ZERO_MONEY } from '@tradewind/vocabulary';

import { decodeSymbol, fields } from './decode.js';

/** The venue's types of what it books beside trades, by what they are to an account. What is not listed is OTHER. */
const KINDS: Readonly<Record<Exclude<VenueActivity['kind'], 'BORROW' | 'OTHER'>, readonly string[]>> = {
  DIVIDEND: ['DIV', 'CDIV', 'DIVCGL', 'DIVCGS', 'DIVFEE', 'DIVFT', 'DIVNRA', 'DIVROC', 'DIVTW', 'DIVTXEX'],
  SPLIT: ['SPLIT', 'SSP', 'SSO', 'FSPLIT', 'RSPLIT', 'USPLIT'],
  FEE: ['FEE', 'CFEE', 'PTC'],
  INTEREST: ['INT', 'INTNRA', 'INTTW'],
  TRANSFER: ['TRANS', 'JNL', 'JNLC', 'JNLS', 'CSD', 'CSW', 'CSR', 'ACATC', 'ACATS'],
};

const kindOf = (type: string): VenueActivity['kind'] =>
  (Object.keys(KINDS) as (keyof typeof KINDS)[]).find((kind) => KINDS[kind].includes(type)) ?? 'OTHER';

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** What the venue booked beside trades; undefined for an execution. Its day is all that the venue tells of when, but for some. Throws BrokerError BAD_RESPONSE. */
export const decodeActivity = (value: unknown, path: string, currency: string): VenueActivity | undefined => {
  const row = fields.object(value, path);
  const type = fields.text(row['activity_type'], `${path}.activity_type`);
  if (type === 'FILL') return undefined;
  const id = fields.text(row['id'], `${path}.id`);
  const day = fields.text(row['date'], `${path}.date`);
  const created = row['created_at'];
  const at =
    typeof created === 'string'
      ? fields.instant(created, `${path}.created_at`)
      : DAY.test(day)
        ? fields.instant(`${day}T00:00:00Z`, `${path}.date`)
        : fields.fail(`${path}.date`, 'a date', day);
  const symbol =
    row['symbol'] === undefined || row['symbol'] === null || row['symbol'] === ''
      ? undefined
      : decodeSymbol(row['symbol'], `${path}.symbol`);
  return {
    id,
    kind: kindOf(type),
    at,
    ...(symbol === undefined ? {} : { symbol }),
    amount:
      row['net_amount'] === undefined || row['net_amount'] === null ? ZERO_MONEY : fields.money(row['net_amount'], `${path}.net_amount`),
    currency: typeof row['currency'] === 'string' ? row['currency'] : currency,
    description: typeof row['description'] === 'string' && row['description'] !== '' ? `${type}: ${row['description']}` : type,
  };
};
