export type Result<T, E> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: E };

export const succeeded = <T>(value: T): Result<T, never> => ({ ok: true, value });
export const failed = <E>(error: E): Result<never, E> => ({ ok: false, error });

/** Marks a switch as exhaustive: the compiler refuses a forgotten case, and the unknown throws at run time. */
export const unreachable = (value: never): never => {
  throw new Error(`unhandled case: ${String(value)}`);
};
