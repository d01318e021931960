import type { CliConfig } from './config.js';

/**
 * Where a command speaks. Results go to standard output, news of the work to standard error, so that results can be piped. With `--json` a
 * result is one JSON document and the news are JSON lines.
 */
export class Output {
  constructor(
    readonly config: CliConfig,
    readonly json: boolean,
  ) {}

  /** The command's result: `data` for programs, `text` for people. */
  result(data: unknown, text: () => string): void {
    process.stdout.write(this.json ? `${JSON.stringify(data, null, 2)}\n` : `${text().replace(/\n*$/, '')}\n`);
  }

  /** News of the work; `event` names its kind. */
  news(event: string, fields: Readonly<Record<string, unknown>>, text: string): void {
    process.stderr.write(this.json ? `${JSON.stringify({ event, ...fields })}\n` : `${text}\n`);
  }
}

/** A table for people: columns as wide as their widest cell, numbers to the right. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string => {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const numeric = head.map((_, column) => rows.every((row) => /^[-+]?[\d,.]*%?$/.test(row[column] ?? '')));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => (numeric[column] ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!)))
      .join('  ')
      .trimEnd();
  return [line(head), ...rows.map(line)].join('\n');
};
