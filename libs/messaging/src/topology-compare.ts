type Plain = string | number | boolean | readonly string[] | undefined;

/** The server leaves out what has its zero value, and says one filter in a field of its own. */
const normal = (value: unknown): Plain => {
  if (value === undefined || value === null || value === false || value === 0) return undefined;
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.map(String).sort();
  return value as Plain;
};

const shown = (value: Plain): string => (value === undefined ? 'nothing' : JSON.stringify(value));

/** One line for each setting that the server holds otherwise than it was asked for. */
export const differencesOf = (what: string, asked: object, held: object): string[] => {
  const found: string[] = [];
  for (const [key, value] of Object.entries(asked)) {
    const wanted = normal(value);
    const actual = normal((held as Record<string, unknown>)[key]);
    if (JSON.stringify(wanted) !== JSON.stringify(actual)) found.push(`${what}: ${key} is ${shown(actual)}, asked for ${shown(wanted)}`);
  }
  return found;
};

/** Negative when `version` (e.g. `2.9.10` or `2.12.0-RC.1`) is older than the numbers. */
export const compareVersion = (version: string, least: readonly [number, number, number]): number => {
  const parts = version.split('-', 1)[0]?.split('.').map(Number) ?? [];
  for (const [index, wanted] of least.entries()) {
    const part = parts[index] ?? 0;
    if (part !== wanted) return (Number.isNaN(part) ? -1 : part) - wanted;
  }
  return 0;
};
