import { z } from 'zod';

/** Settings whose values must never be shown: marked by schema, looked through default, optional and the like. */
const secrets = z.registry<{ readonly secret: true }>();

interface Wrapper {
  readonly def: { readonly innerType?: z.ZodType };
}

/** True when the setting, or what it wraps, was made by `setting.secret`. */
export const isSecretSetting = (schema: z.ZodType): boolean => {
  for (let current: z.ZodType | undefined = schema; current !== undefined; current = (current as unknown as Wrapper).def.innerType) {
    if (secrets.has(current)) return true;
  }
  return false;
};

const numeric = z
  .string()
  .trim()
  .regex(/^-?\d+(\.\d+)?(e-?\d+)?$/i, 'must be a number')
  .transform(Number);

/** Schemas for environment variables: text in, typed value out. All take `.default(…)` and `.optional()`. */
export const setting = {
  /** Text that is not empty. */
  text: () => z.string().trim().min(1, 'must not be empty'),
  /** A whole number between two limits, both included. */
  integer: (limits: { readonly least: number; readonly most: number }) => numeric.pipe(z.int().min(limits.least).max(limits.most)),
  /** A finite number between two limits, both included. */
  number: (limits: { readonly least: number; readonly most: number }) => numeric.pipe(z.number().min(limits.least).max(limits.most)),
  /** true/false, yes/no, on/off, 1/0. */
  flag: () => z.stringbool(),
  oneOf: <const T extends readonly [string, ...string[]]>(choices: T) => z.enum(choices),
  /** Comma-separated texts, none empty. */
  list: () =>
    z.string().transform((text) =>
      text
        .split(',')
        .map((part) => part.trim())
        .filter((part) => part !== ''),
    ),
  /** Text that is never logged nor shown, and may be given as a mounted file: `<NAME>_FILE` holds its path. */
  secret: () => {
    const schema = z.string().trim().min(1, 'must not be empty');
    secrets.add(schema, { secret: true });
    return schema;
  },
  /** A secret URL of one of the schemes, e.g. `postgresql:`. */
  secretUrl: (schemes: readonly string[]) => {
    const schema = z
      .string()
      .trim()
      .refine(
        (text) => text.split(',').every((part) => URL.canParse(part) && schemes.includes(new URL(part).protocol)),
        `must be a URL that starts with ${schemes.map((scheme) => `${scheme}//`).join(' or ')}`,
      );
    secrets.add(schema, { secret: true });
    return schema;
  },
} as const;
