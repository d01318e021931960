export type ContractErrorCode = 'MALFORMED' | 'FIELD_INVALID' | 'UNKNOWN_EVENT';

/** A message that breaks its contract. `field` is its path in the message, `rule` what it should have been. */
export class ContractError extends Error {
  override readonly name = 'ContractError';

  constructor(
    readonly code: ContractErrorCode,
    readonly field: string,
    readonly rule: string,
    options?: ErrorOptions,
  ) {
    super(`${code}${field === '' ? '' : ` at ${field}`}: ${rule}`, options);
  }
}
