import { least, subtract } from '@tradewind/vocabulary';
import type { Quantity } from '@tradewind/vocabulary';

import type { FillHeard, Reservations } from './reservation.js';
import type { TradeHeard } from './trade-activity.js';

/** Units that each strategy's entries have bought and no sale has given back: by symbol, then by strategy. */
export type StrategyHoldings = Readonly<Record<string, Readonly<Record<string, Quantity>>>>;

/** A sale takes from its own strategy first, then from the others by name: a stop's fill does not say whose it is. */
const withSale = (held: Readonly<Record<string, Quantity>>, sold: Quantity, seller: string): Readonly<Record<string, Quantity>> => {
  const next: Record<string, Quantity> = {};
  let left = sold;
  const names = Object.keys(held).sort((one, other) => (one === seller ? -1 : other === seller ? 1 : one < other ? -1 : 1));
  for (const name of names) {
    const taken = least(left, held[name]!);
    left = subtract(left, taken);
    if (held[name]! > taken) next[name] = subtract(held[name]!, taken);
  }
  return next;
};

/** Takes in fills; `reservations` are those before the fills were released, and tell whose order each was. What no strategy ordered is not kept. */
export const withStrategyFills = (
  holdings: StrategyHoldings,
  fills: readonly (FillHeard & TradeHeard)[],
  reservations: Reservations,
): StrategyHoldings => {
  let next = holdings;
  for (const { clientOrderId, symbol, side, quantity } of fills) {
    const strategy = reservations[clientOrderId]?.strategy ?? '';
    const held = next[symbol];
    if (side === 'SELL') {
      if (held === undefined) continue;
      const { [symbol]: _gone, ...others } = next;
      const left = withSale(held, quantity, strategy);
      next = Object.keys(left).length === 0 ? others : { ...others, [symbol]: left };
    } else if (strategy !== '') {
      next = { ...next, [symbol]: { ...held, [strategy]: ((held?.[strategy] ?? 0n) + quantity) as Quantity } };
    }
  }
  return next;
};
