/** The part of a structured logger that this package needs; pino's Logger fits as it is. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

const DEPTH_MAX = 5;

/** An error and its causes in one line: `Name: message (because Name: message)`. */
export const errorText = (error: unknown, depth = 0): string => {
  if (!(error instanceof Error)) return typeof error === 'string' ? error : (JSON.stringify(error) ?? typeof error);
  const text = `${error.name}: ${error.message}`;
  return error.cause === undefined || depth >= DEPTH_MAX ? text : `${text} (because ${errorText(error.cause, depth + 1)})`;
};

/** What of an error goes into a log line. */
export const errorFields = (error: unknown): { readonly error: string } => ({ error: errorText(error) });
