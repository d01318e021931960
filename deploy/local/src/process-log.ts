import { closeSync, mkdirSync, openSync, renameSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type LogLine, parseLogLine } from './log-line.js';

const fileBytesMax = 16 * 1024 * 1024;
const recentMax = 40;

/** One process's output: kept raw in `logs/<name>.log` (and the full one before it as `.1`), understood for whoever listens, its end remembered. */
export class ProcessLog {
  readonly #path: string;
  readonly #recent: string[] = [];
  #file: number | undefined;
  #bytes = 0;

  constructor(
    logsDir: string,
    readonly name: string,
    readonly onLine: (line: LogLine) => void,
  ) {
    mkdirSync(logsDir, { recursive: true });
    this.#path = join(logsDir, `${name}.log`);
  }

  write(line: string, stream: 'stdout' | 'stderr'): void {
    if (line === '') return;
    this.#recent.push(line);
    if (this.#recent.length > recentMax) this.#recent.shift();
    this.#keep(`${line}\n`);
    this.onLine(parseLogLine(this.name, line, stream, Date.now()));
  }

  /** The last lines, oldest first. */
  recent(count: number): readonly string[] {
    return this.#recent.slice(-count);
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  /** A disk that is full must stop the trading state, not the launcher that reports it: the line has been shown already. */
  #keep(text: string): void {
    try {
      if (this.#bytes > fileBytesMax) {
        this.close();
        renameSync(this.#path, `${this.#path}.1`);
      }
      if (this.#file === undefined) {
        this.#bytes = statSync(this.#path, { throwIfNoEntry: false })?.size ?? 0;
        this.#file = openSync(this.#path, 'a', 0o600);
      }
      this.#bytes += writeSync(this.#file, text);
    } catch {
      this.#file = undefined;
    }
  }
}
