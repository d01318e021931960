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
  if (!isPlain(value)) throw new TypeError('state holds a value that is not plain data');
  const source = value as Record<string, unknown>;
  const target: Record<string, unknown> = {};
  for (const key of Object.keys(source).sort()) {
    if (source[key] !== undefined) target[key] = encode(source[key]);
  }
  return target;
};

const isIndex = (key: string): boolean => /^(0|[1-9]\d*)$/.test(key);

const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
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
/**
 * A `stateText` that remembers the text of every object it has seen, so that a large state of which little has changed costs little. Only for states
 * whose objects are never changed in place once they were given to it: a changed one would be told as it was.
 */
export const createStateText = (): ((state: unknown) => string) => {
  const seen = new WeakMap<object, string>();
  const textOf = (value: unknown): string => {
    if (value === null || typeof value !== 'object' || value instanceof Float64Array) return stateText(value);
    const known = seen.get(value);
    if (known !== undefined) return known;
    const text = Array.isArray(value) ? `[${Array.from(value, textOf).join(',')}]` : recordText(value as Record<string, unknown>);
    seen.set(value, text);
    return text;
  };
  const recordText = (record: Record<string, unknown>): string => {
    const keys = Object.keys(record);
    // Indices come first in every object, as numbers and not as texts: that is left to the tree.
    if (keys.length === 0 || isIndex(keys[0]!) || !isPlain(record)) return stateText(record);
    const parts = keys.sort().flatMap((key) => (record[key] === undefined ? [] : [`${JSON.stringify(key)}:${textOf(record[key])}`]));
    return `{${parts.join(',')}}`;
  };
  return textOf;
};

/** The state back from `encodeState`'s tree. The caller vouches for the shape. */
export const decodeState = <T>(tree: unknown): T => decode(tree) as T;
