import type { Output } from './output.js';

export interface ProgressPoint {
  readonly done: number;
  readonly total: number;
  /** Event time, `YYYY-MM-DD`; empty before the first step. */
  readonly date: string;
  readonly elapsedSeconds: number;
}

const BAR_MAX = 40;
const LINE_EVERY_SHARE = 0.05;

const seconds = (value: number): string =>
  value < 100 ? `${value.toFixed(0)} s` : `${Math.floor(value / 60)} min ${Math.floor(value % 60)} s`;

/** One line: a bar, how far, the date in the data, the pace and how long it will take. */
export const progressLine = ({ done, total, date, elapsedSeconds }: ProgressPoint, width: number, unit = 'steps'): string => {
  const share = total === 0 ? 0 : done / total;
  const pace = elapsedSeconds > 0 ? done / elapsedSeconds : 0;
  const left = pace > 0 ? seconds((total - done) / pace) : '';
  const tail = ` ${(share * 100).toFixed(0).padStart(3)}%  ${date.padEnd(10)}  ${done.toLocaleString('en-US')} ${unit}  ${pace.toFixed(0)}/s  ${left === '' ? '' : `${left} left`}`;
  const columns = Math.max(8, Math.min(BAR_MAX, width - tail.length - 3));
  const filled = Math.round(share * columns);
  return `[${'█'.repeat(filled)}${'░'.repeat(columns - filled)}]${tail}`;
};

/** A bar that redraws itself on a terminal; otherwise, and with `--json`, a JSON line every five percent. */
export class Progress {
  #shownShare = -1;
  #drawn = false;

  constructor(
    private readonly output: Output,
    /** What is counted. */
    private readonly unit = 'steps',
  ) {}

  show(point: ProgressPoint): void {
    const { json, config } = this.output;
    const share = point.total === 0 ? 0 : point.done / point.total;
    if (config.terminal && !json) {
      process.stderr.write(`\r\u001b[2K${progressLine(point, config.width - 1, this.unit)}`);
      this.#drawn = true;
      return;
    }
    if (share - this.#shownShare < LINE_EVERY_SHARE && !(share === 1 && this.#shownShare < 1)) return;
    this.#shownShare = share;
    process.stderr.write(`${JSON.stringify({ event: 'progress', ...point })}\n`);
  }

  /** Leaves the bar where it is and goes to the next line. */
  end(): void {
    if (this.#drawn) process.stderr.write('\n');
    this.#drawn = false;
  }
}
