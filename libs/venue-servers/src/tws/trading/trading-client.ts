/** A client's connection, as far as orders and accounts see it. */
export interface TradingClient {
  readonly clientId: number;
  /** Of the protocol. */
  readonly version: number;
  readonly started: boolean;
  /** Wants orders made by hand as its own. */
  readonly bindsOrders: boolean;
  /** Hears of every change of money and positions. */
  readonly followsAccount: boolean;
  send(message: number, ...fields: readonly (string | number)[]): void;
  error(requestId: number, code: number, message: string): void;
}
