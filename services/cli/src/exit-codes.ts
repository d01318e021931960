/** How the process ends, after sysexits.h where that has a code. Documented in `tradewind help`. */
export const EXIT = {
  ok: 0,
  /** The work could not be done. */
  failure: 1,
  /** Unknown command, option or argument. */
  usage: 64,
  /** The data is wrong: the audit chain is broken, nothing has the id asked for. */
  data: 65,
  /** What is needed does not run or does not answer. */
  unavailable: 69,
  /** A defect of this program. */
  defect: 70,
  /** A replay stalled. */
  stalled: 75,
  /** A setting, a file or the machine is not fit. */
  configuration: 78,
  /** Ctrl-C. */
  interrupted: 130,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export const EXIT_CODES_HELP = `Exit codes: 0 done, 1 failed, 64 wrong use, 65 wrong data (a broken audit chain, an id nobody knows), 69 not running or not
answering, 70 a defect of this program, 75 a replay stalled, 78 settings or machine not fit, 130 interrupted.`;

/** An end that is no defect: a message for people, what they can do, a code for programs. */
export class CliError extends Error {
  override readonly name = 'CliError';
  constructor(
    readonly exitCode: ExitCode,
    /** Stable, e.g. `NOT_RUNNING`. */
    readonly code: string,
    message: string,
    readonly hint?: string,
  ) {
    super(message);
  }
}
