/** The library has no types; these are the parts that the checks use. */
declare module 'ib-tws-api' {
  import type { EventEmitter } from 'node:events';

  interface Stream extends EventEmitter {
    stop(): void;
  }
  type Fields = Readonly<Record<string, unknown>>;
  export class Client {
    constructor(parameters: { host: string; port: number; clientId: number; timeoutMs?: number });
    connect(): Promise<void>;
    getCurrentTime(): Promise<number>;
    getContractDetails(contract: Fields): Promise<Record<string, unknown>[]>;
    getHistoricalData(request: Fields): Promise<{ bars: Record<string, unknown>[]; dateStart: string; dateEnd: string }>;
    getHeadTimeStamp(request: Fields): Promise<string>;
    getHistoricalTicks(request: Fields): Promise<Record<string, unknown>[] | Record<string, unknown>>;
    getMarketDataSnapshot(request: Fields): Promise<Record<string, unknown>>;
    streamMarketData(request: Fields): Promise<Stream>;
    streamTickByTickData(request: Fields): Promise<Stream>;
    reqMarketDataType(type: number): Promise<void>;
    readonly _protocolBytes: { disconnect(): void };
    readonly _emitter: EventEmitter;
  }
  export const Contract: { stock(symbol: string): Fields };
}
