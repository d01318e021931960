/** Why something could not be started on this machine. The message always says what to do about it. */
export class LaunchError extends Error {
  constructor(
    readonly code:
      | 'NATS_MISSING'
      | 'NATS_BROKEN'
      | 'NATS_FAILED'
      | 'POSTGRES_MISSING'
      | 'POSTGRES_FAILED'
      | 'PORT_TAKEN'
      | 'ALREADY_RUNNING'
      | 'NOT_BUILT'
      | 'NOT_READY'
      | 'CRASH_LOOP',
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.name = 'LaunchError';
  }
}
