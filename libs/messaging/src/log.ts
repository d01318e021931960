/** The part of a structured logger that this package needs; pino's Logger fits as it is. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** What of an error goes into a log line: name, code and message of it and of its cause. */
export const errorFields = (error: unknown): { readonly error: string; readonly cause?: string } => {
  if (!(error instanceof Error)) return { error: String(error) };
  const text = `${error.name}: ${error.message}`;
  return error.cause === undefined ? { error: text } : { error: text, cause: String(error.cause) };
};
