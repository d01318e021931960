import { type OrderIntentMessage, OrderType as WireType, Side as WireSide, TimeInForce as WireTimeInForce } from '@tradewind/contracts';
import type { OrderIntent } from '@tradewind/orders';
import type { OrderType, TimeInForce } from '@tradewind/venue';
import { formatDecimal, type Side } from '@tradewind/vocabulary';

import { ContractError } from './contract-error.js';
import { enumCodec, readPositiveQuantity, readPresent, readPrice, readSymbol, readText } from './scalars.js';

export const side = enumCodec<Side, WireSide>({ BUY: WireSide.BUY, SELL: WireSide.SELL });
const orderType = enumCodec<OrderType, WireType>({
  MARKET: WireType.MARKET,
  LIMIT: WireType.LIMIT,
  STOP: WireType.STOP,
  STOP_LIMIT: WireType.STOP_LIMIT,
});
const timeInForce = enumCodec<TimeInForce, WireTimeInForce>({
  DAY: WireTimeInForce.DAY,
  GTC: WireTimeInForce.GTC,
  IOC: WireTimeInForce.IOC,
  FOK: WireTimeInForce.FOK,
  OPG: WireTimeInForce.OPG,
  CLS: WireTimeInForce.CLS,
});

export const writeIntent = (intent: OrderIntent) => ({
  clientOrderId: intent.clientOrderId,
  symbol: intent.symbol,
  side: side.write(intent.side),
  type: orderType.write(intent.type),
  timeInForce: timeInForce.write(intent.timeInForce),
  quantity: formatDecimal(intent.quantity),
  ...(intent.limitPrice === undefined ? {} : { limitPrice: formatDecimal(intent.limitPrice) }),
  ...(intent.stopPrice === undefined ? {} : { stopPrice: formatDecimal(intent.stopPrice) }),
  ...(intent.protectiveStop === undefined ? {} : { protectiveStop: formatDecimal(intent.protectiveStop) }),
  purpose: intent.purpose,
  verdictId: intent.verdictId,
});

const requirePrices = (intent: OrderIntent, at: string): OrderIntent => {
  const wantsLimit = intent.type === 'LIMIT' || intent.type === 'STOP_LIMIT';
  const wantsStop = intent.type === 'STOP' || intent.type === 'STOP_LIMIT';
  if (wantsLimit && intent.limitPrice === undefined)
    throw new ContractError('FIELD_INVALID', `${at}.limit_price`, `must be set on ${intent.type}`);
  if (wantsStop && intent.stopPrice === undefined)
    throw new ContractError('FIELD_INVALID', `${at}.stop_price`, `must be set on ${intent.type}`);
  return intent;
};

export const readIntent = (message: OrderIntentMessage | undefined, at: string): OrderIntent => {
  const fields = readPresent(message, at);
  return requirePrices(
    {
      clientOrderId: readText(fields.clientOrderId, `${at}.client_order_id`),
      symbol: readSymbol(fields.symbol, `${at}.symbol`),
      side: side.read(fields.side, `${at}.side`),
      type: orderType.read(fields.type, `${at}.type`),
      timeInForce: timeInForce.read(fields.timeInForce, `${at}.time_in_force`),
      quantity: readPositiveQuantity(fields.quantity, `${at}.quantity`),
      ...(fields.limitPrice === undefined ? {} : { limitPrice: readPrice(fields.limitPrice, `${at}.limit_price`) }),
      ...(fields.stopPrice === undefined ? {} : { stopPrice: readPrice(fields.stopPrice, `${at}.stop_price`) }),
      ...(fields.protectiveStop === undefined ? {} : { protectiveStop: readPrice(fields.protectiveStop, `${at}.protective_stop`) }),
      purpose: readText(fields.purpose, `${at}.purpose`),
      verdictId: readText(fields.verdictId, `${at}.verdict_id`),
    },
    at,
  );
};
