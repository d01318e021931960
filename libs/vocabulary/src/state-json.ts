/**
 * Lossless JSON for saved state: bigint, Float64Array and non-finite numbers survive a round trip; key order is sorted, so equal
 * states give equal text. Maps and class instances are refused: state is plain data.
 */
export type StateValue =
  | null
  | boolean
  | number
  | string
  | bigint
  | Float64Array
  | readonly StateValue[]
  | { readonly [key: string]: StateValue | undefined };

const encode = (value: unknown): unknown => {
  if (typeof value === 'bigint') return { $n: value.toString() };
  if (typeof value === 'number') return Number.isFinite(value) ? value : { $f: String(value) };
  if (value === null || typeof value !== 'object') return value;
  if (value instanceof Float64Array) return { $a: Array.from(value, encode) };
  if (Array.isArray(value)) return value.map(encode);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) throw new TypeError('state holds a value that is not plain data');
  const source = value as Record<string, unknown>;
  const target: Record<string, unknown> = {};
  for (const key of Object.keys(source).sort()) {
    if (source[key] !== undefined) target[key] = encode(source[key]);
  }
  return target;
};

const decode = (value: unknown): unknown => {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(decode);
  const source = value as Record<string, unknown>;
  if (typeof source['$n'] === 'string') return BigInt(source['$n']);
  if (typeof source['$f'] === 'string') return Number(source['$f']);
  if (Array.isArray(source['$a'])) return Float64Array.from(source['$a'].map(decode) as number[]);
  return Object.fromEntries(Object.entries(source).map(([key, entry]) => [key, decode(entry)]));
};

/** A JSON-safe tree of the state. Throws TypeError on anything that is not plain data. */
export const encodeState = (state: unknown): unknown => encode(state);
/** Canonical text of the state; equal states give equal text. */
export const stateText = (state: unknown): string => JSON.stringify(encode(state));
/** The state back from `encodeState`'s tree. The caller vouches for the shape. */
export const decodeState = <T>(tree: unknown): T => decode(tree) as T;
