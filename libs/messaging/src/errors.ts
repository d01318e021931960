/** The message can never be handled: dead-letter it at once. */
export class PermanentError extends Error {
  override readonly name = 'PermanentError';
  constructor(
    message: string,
    readonly code = 'permanent',
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** A request over the bus failed. `code` is the answering side's own, or `timeout`, `unavailable`, `internal`. */
export class RpcError extends Error {
  override readonly name = 'RpcError';
  constructor(
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** What the server runs is not what the topology declares. `differences` lists all of them. */
export class TopologyError extends Error {
  override readonly name = 'TopologyError';
  readonly code = 'topology';
  constructor(readonly differences: readonly string[]) {
    super(`the bus differs from the declared topology in ${differences.length} point(s):\n- ${differences.join('\n- ')}`);
  }
}

/** The bus was closed while the operation waited. Whatever it was about stays as it is, to be done after a restart. */
export class BusStoppedError extends Error {
  override readonly name = 'BusStoppedError';
  readonly code = 'bus-stopped';
}

/** Two handlers on one pattern, a handler without a subscription, or a subscription without a handler. */
export class WiringError extends Error {
  override readonly name = 'WiringError';
  readonly code = 'wiring';
}
