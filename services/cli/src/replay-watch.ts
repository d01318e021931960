import { type Bus, DeadLetters } from '@tradewind/messaging';
import { type UnixNanos, utcDateOf } from '@tradewind/vocabulary';

import { CliError, EXIT } from './exit-codes.js';
import type { ProgressPoint } from './progress.js';
import { ask } from './requests.js';

const POLL_MS = 150;
/** Services that restart after a crash leave the replay standing still for some seconds. */
export const STALL_MAX_MS = 30_000;
const STATUS_TIMEOUT_MS = 2_000;
const LETTERS_SHOWN_MAX = 5;

/** Each hop's event, in the order of a step; the first that is behind names the stage that stands still. */
const HOPS = [
  ['market.bars', 'market-data'],
  ['features.vectors', 'features'],
  ['inference.predictions', 'inference'],
  ['analysis.analyses', 'analysis'],
  ['orders.executions', 'orders'],
  ['signals.decisions', 'validation'],
  ['risk.verdicts', 'risk'],
  ['orders.placed', 'orders'],
] as const;

const lastStepOf = async (bus: Bus, event: (typeof HOPS)[number][0], fromSequence: number): Promise<number> => {
  let last = -1;
  for await (const received of bus.readStream({ event, fromSequence })) {
    const fact = received.decode() as { readonly header: { readonly step: number } };
    last = Math.max(last, fact.header.step);
  }
  return last;
};

/** Which service has not answered the step that is in hand, and what lies in the dead letters. */
const explainStall = async (bus: Bus, finished: number): Promise<string> => {
  const waiting = finished;
  const lines: string[] = [];
  for (const [event, service] of HOPS) {
    // Old messages tell nothing: reading starts near the end of the stream.
    const last = await lastStepOf(bus, event, Math.max(1, waiting));
    if (last < waiting) {
      lines.push(`${service} has not said ${event} of step ${waiting} (its last is ${last < 0 ? 'older' : last})`);
      break;
    }
  }
  const letters = await new DeadLetters(bus).list({ limit: LETTERS_SHOWN_MAX });
  for (const letter of letters)
    lines.push(`dead letter ${letter.id}: ${letter.service} ${letter.event}, ${letter.reason}: ${letter.error}`);
  return lines.join('\n');
};

export interface FinishedReplay {
  readonly steps: number;
  readonly bars: number;
  /** From the first poll to the last step. */
  readonly seconds: number;
}

export interface ReplayWatch {
  readonly onStep: (point: ProgressPoint) => void;
  /** Why waiting has become useless; undefined while it has not. */
  readonly gaveUp: () => Error | undefined;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const stalled = async (bus: Bus, finished: number): Promise<CliError> => {
  const why = finished < 0 ? 'market-data does not answer' : await explainStall(bus, finished);
  return new CliError(
    EXIT.stalled,
    'STALLED',
    `no step finished for ${STALL_MAX_MS / 1_000} s: ${why}`,
    'look at the logs in var/<name>/logs and at `tradewind dlq list`',
  );
};

/**
 * Follows the replay until it is done. Whoever does not answer is waited for: services restart. Throws CliError with code STALLED when no
 * step finishes for thirty seconds, naming the stage that stands still.
 */
export const watchReplay = async (bus: Bus, { onStep, gaveUp }: ReplayWatch): Promise<FinishedReplay> => {
  const startedAt = performance.now();
  let movedAt = startedAt;
  let finished = -1;
  for (;;) {
    const failure = gaveUp();
    if (failure) throw failure;
    const status = await ask(bus, 'market.replay-status', {}, STATUS_TIMEOUT_MS).catch(() => undefined);
    const now = performance.now();
    const elapsedSeconds = (now - startedAt) / 1_000;
    if (status !== undefined && Number(status.finished) > finished) {
      finished = Number(status.finished);
      movedAt = now;
      onStep({
        done: finished,
        total: Number(status.steps),
        date: finished === 0 ? '' : utcDateOf(status.atNs as UnixNanos),
        elapsedSeconds,
      });
    }
    if (status?.done === true) return { steps: finished, bars: Number(status.bars), seconds: elapsedSeconds };
    if (now - movedAt > STALL_MAX_MS) throw await stalled(bus, finished);
    await pause(POLL_MS);
  }
};

const AUDIT_MAX_MS = 60_000;

/** Waits until the audit service has recorded all that is stored. Throws CliError AUDIT_LATE after a minute. */
export const waitForAudit = async (bus: Bus): Promise<void> => {
  const deadline = performance.now() + AUDIT_MAX_MS;
  for (;;) {
    const status = await ask(bus, 'audit.status', {}, STATUS_TIMEOUT_MS).catch(() => undefined);
    if (status?.pending === 0n) return;
    if (performance.now() > deadline) {
      throw new CliError(
        EXIT.unavailable,
        'AUDIT_LATE',
        `the audit service still has ${status?.pending ?? 'an unknown number of'} messages to record`,
      );
    }
    await pause(POLL_MS);
  }
};
