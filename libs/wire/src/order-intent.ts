import { type OrderIntentMessage, Side as WireSide } from '@tradewind/contracts';
import type { OrderIntent } from '@tradewind/orders';
import { formatDecimal, type Side } from '@tradewind/vocabulary';

import { orderType, readPrices, requirePrices, timeInForce, writePrices } from './order-terms.js';
import { enumCodec, readPositiveQuantity, readPresent, readPrice, readSymbol, readText } from './scalars.js';

export const side = enumCodec<Side, WireSide>({ BUY: WireSide.BUY, SELL: WireSide.SELL });

export const writeIntent = (intent: OrderIntent) => ({
  clientOrderId: intent.clientOrderId,
  symbol: intent.symbol,
  side: side.write(intent.side),
  type: orderType.write(intent.type),
  timeInForce: timeInForce.write(intent.timeInForce),
  quantity: formatDecimal(intent.quantity),
  ...writePrices(intent),
  ...(intent.limitOffset === undefined ? {} : { limitOffset: formatDecimal(intent.limitOffset) }),
  ...(intent.protectiveStop === undefined ? {} : { protectiveStop: formatDecimal(intent.protectiveStop) }),
  ...(intent.takeProfit === undefined ? {} : { takeProfit: formatDecimal(intent.takeProfit) }),
  ...(intent.ocoGroup === undefined ? {} : { ocoGroup: intent.ocoGroup }),
  ...(intent.referencePrice === undefined ? {} : { referencePrice: formatDecimal(intent.referencePrice) }),
  ...(intent.strategy === undefined ? {} : { strategy: intent.strategy }),
  purpose: intent.purpose,
  verdictId: intent.verdictId,
});

export const readIntent = (message: OrderIntentMessage | undefined, at: string): OrderIntent => {
  const fields = readPresent(message, at);
  const { limitOffset, protectiveStop, takeProfit, ocoGroup, referencePrice, strategy } = fields;
  return requirePrices(
    {
      clientOrderId: readText(fields.clientOrderId, `${at}.client_order_id`),
      symbol: readSymbol(fields.symbol, `${at}.symbol`),
      side: side.read(fields.side, `${at}.side`),
      type: orderType.read(fields.type, `${at}.type`),
      timeInForce: timeInForce.read(fields.timeInForce, `${at}.time_in_force`),
      quantity: readPositiveQuantity(fields.quantity, `${at}.quantity`),
      ...readPrices(fields, at),
      ...(limitOffset === undefined ? {} : { limitOffset: readPrice(limitOffset, `${at}.limit_offset`) }),
      ...(protectiveStop === undefined ? {} : { protectiveStop: readPrice(protectiveStop, `${at}.protective_stop`) }),
      ...(takeProfit === undefined ? {} : { takeProfit: readPrice(takeProfit, `${at}.take_profit`) }),
      ...(ocoGroup === undefined ? {} : { ocoGroup: readText(ocoGroup, `${at}.oco_group`) }),
      ...(referencePrice === undefined ? {} : { referencePrice: readPrice(referencePrice, `${at}.reference_price`) }),
      ...(strategy === undefined ? {} : { strategy: readText(strategy, `${at}.strategy`) }),
      purpose: readText(fields.purpose, `${at}.purpose`),
      verdictId: readText(fields.verdictId, `${at}.verdict_id`),
    },
    at,
  );
};
