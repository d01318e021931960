import { withDeadline } from './deadline.js';
import type { Logger } from 'pino';

/** The order in which a service lets go of things: first stop taking work, last cut the wires. */
export const STOP_PHASES = ['intake', 'service', 'relay', 'storage', 'bus', 'telemetry'] as const;
export type StopPhase = (typeof STOP_PHASES)[number];

interface StopStep {
  readonly phase: StopPhase;
  readonly name: string;
  readonly stop: () => Promise<void> | void;
}

/** Ordered stop: phases in order, inside a phase the last registered first, each step with a deadline; a step that fails doesn't stop the next. */
export class Shutdown {
  private readonly steps: StopStep[] = [];
  private running: Promise<boolean> | undefined;

  constructor(
    private readonly log: Logger,
    private readonly totalMaxMs: number,
  ) {}

  add(phase: StopPhase, name: string, stop: () => Promise<void> | void): void {
    this.steps.push({ phase, name, stop });
  }

  get isStopping(): boolean {
    return this.running !== undefined;
  }

  /** Runs once, whoever calls. True when every step ended well and in time. */
  run(): Promise<boolean> {
    return (this.running ??= this.stopAll());
  }

  private async stopAll(): Promise<boolean> {
    const endsAt = performance.now() + this.totalMaxMs;
    let clean = true;
    for (const phase of STOP_PHASES) {
      for (const step of this.steps.filter((candidate) => candidate.phase === phase).reverse()) {
        clean = (await this.stopOne(step, endsAt)) && clean;
      }
    }
    return clean;
  }

  private async stopOne(step: StopStep, endsAt: number): Promise<boolean> {
    // Half of what is left, so that a step which hangs leaves time for those after it.
    const maxMs = Math.max(100, Math.floor((endsAt - performance.now()) / 2));
    try {
      await withDeadline(`stopping ${step.name}`, maxMs, Promise.resolve().then(step.stop));
      this.log.debug({ phase: step.phase, step: step.name }, 'stopped');
      return true;
    } catch (err) {
      this.log.warn({ err, phase: step.phase, step: step.name }, 'did not stop cleanly');
      return false;
    }
  }
}
