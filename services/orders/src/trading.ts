import type { RecordsKnown, TicksArrived } from '@tradewind/market';
import type { OrdersCommand } from '@tradewind/orders';
import type { ProtectionsOrdered, RiskCommand, TradingStateChanged, VerdictsReached } from '@tradewind/risk';

import type { BarsAt } from './step-ticks.js';

/** What the service does with each message, on whichever venue. Every promise settles when what the message led to is committed. */
export interface Trading {
  /** Forgets what waits to be joined. Call when this instance takes over: it all comes again. */
  forget(): void;
  /** Splits and dividends among what became known, before the bars of the step. */
  know(fact: RecordsKnown): Promise<void>;
  /** Ticks of a step whose bars have not come yet. They may be asked for again: nothing is to be saved of them. */
  hold(fact: TicksArrived): void;
  offerBars(bars: BarsAt): Promise<void>;
  place(fact: VerdictsReached): Promise<void>;
  announce(fact: TradingStateChanged): Promise<void>;
  /** The kill switch, heard without risk. */
  hear(command: RiskCommand): Promise<void>;
  /** Orders of the live monitor between the steps. */
  protect(fact: ProtectionsOrdered): Promise<void>;
  /** Said by a person. */
  obey(command: OrdersCommand): Promise<void>;
}

export const TRADING = Symbol('TRADING');
