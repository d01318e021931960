export type SessionFault = 'LOAD_FAILED' | 'SIGNATURE' | 'RUN_FAILED';

/** A model that can't be loaded or run; `code` says which, the cause is the runtime's own error. */
export class SessionError extends Error {
  override readonly name = 'SessionError';
  readonly code: SessionFault;
  constructor(code: SessionFault, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
