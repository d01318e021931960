/** How many expected values a function passes, and why others don't apply to it. */
interface Score {
  applied: number;
  passed: number;
  worst: number;
  failures: string[];
  readonly leftOut: Map<string, number>;
}

const NAME_WIDTH = 26;

/** A table of scores, by function. */
export class ScoreTable {
  readonly #scores = new Map<string, Score>();

  #of(name: string): Score {
    let score = this.#scores.get(name);
    if (score === undefined) {
      score = { applied: 0, passed: 0, worst: 0, failures: [], leftOut: new Map() };
      this.#scores.set(name, score);
    }
    return score;
  }

  /** `error` against `tolerance`, in whatever unit the table's title names. */
  compare(name: string, error: number, tolerance: number, what: string): void {
    const score = this.#of(name);
    score.applied += 1;
    if (error <= tolerance) score.passed += 1;
    else score.failures.push(`${name}: ${what}: off by ${error}, more than ${tolerance}`);
    score.worst = Math.max(score.worst, Number.isNaN(error) ? Infinity : error);
  }

  leaveOut(name: string, reason: string, count = 1): void {
    const { leftOut } = this.#of(name);
    leftOut.set(reason, (leftOut.get(reason) ?? 0) + count);
  }

  get failures(): readonly string[] {
    return [...this.#scores.values()].flatMap(({ failures }) => failures);
  }
  get passed(): number {
    return [...this.#scores.values()].reduce((sum, { passed }) => sum + passed, 0);
  }
  get applied(): number {
    return [...this.#scores.values()].reduce((sum, { applied }) => sum + applied, 0);
  }
  get leftOut(): number {
    return [...this.#scores.values()].flatMap(({ leftOut }) => [...leftOut.values()]).reduce((sum, count) => sum + count, 0);
  }

  text(title: string): string {
    const lines = [...this.#scores].map(([name, { applied, passed, worst, leftOut }]) => {
      const reasons = [...leftOut].map(([reason, count]) => `${count} ${reason}`).join('; ');
      const error = applied === 0 ? '' : worst.toExponential(1);
      return `  ${name.padEnd(NAME_WIDTH)} ${String(passed).padStart(6)} of ${String(applied).padStart(6)}  ${error.padStart(8)}  ${reasons}`;
    });
    const total = `  ${'all'.padEnd(NAME_WIDTH)} ${String(this.passed).padStart(6)} of ${String(this.applied).padStart(6)}            ${this.leftOut} don't apply`;
    return `${[title, ...lines, total].join('\n')}\n`;
  }
}
