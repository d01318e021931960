import type { Exit } from './managed-process.js';

/** Something running that can end. */
export interface Running {
  readonly pid: number;
  readonly exited: Promise<Exit>;
  stop(): Promise<unknown>;
  kill(): Promise<unknown>;
}

/** Something that can be started, and started again. */
export interface Startable {
  readonly name: string;
  start(): Promise<Running>;
}

export interface Death {
  readonly name: string;
  readonly exit: Exit | undefined;
  /** Why a start failed, when it did not even come to run. */
  readonly error: unknown;
  /** True when it was killed through `kill`, as a test does. */
  readonly requested: boolean;
}

export interface SupervisionEvents {
  started(name: string, pid: number, restart: boolean): void;
  died(death: Death): void;
  /** It is not started again: it ends each time, or says that it can't run as configured. */
  givenUp(death: Death, deaths: number): void;
}

/** sysexits.h EX_CONFIG: the settings are wrong, and will be wrong again. */
const exitConfiguration = 78;
const backoffFirstMs = 100;
const backoffMaxMs = 5_000;
/** Ends without having been ready in between, after which another try is pointless. */
const barrenDeathsMax = 6;

/** Keeps one thing running: starts it again when it dies, slower each time it dies before it was ready, and stops trying in the end. */
export class Supervised {
  #running: Running | undefined;
  #stopping = false;
  #killed = false;
  #barrenDeaths = 0;
  #restarts = 0;
  #settled: Promise<void> = Promise.resolve();
  #wake: (() => void) | undefined;

  constructor(
    readonly startable: Startable,
    readonly events: SupervisionEvents,
  ) {}

  get name(): string {
    return this.startable.name;
  }
  /** The present process, or undefined while it is down. */
  get pid(): number | undefined {
    return this.#running?.pid;
  }
  get restarts(): number {
    return this.#restarts;
  }

  /** The first start; a failure is the caller's. */
  async start(): Promise<void> {
    this.#up(await this.startable.start(), false);
  }

  /** It has done its duty: earlier deaths are forgiven. */
  markReady(): void {
    this.#barrenDeaths = 0;
  }

  /** SIGKILL, not held against it. False when it was down already. */
  async kill(): Promise<boolean> {
    const running = this.#running;
    if (!running || this.#stopping) return false;
    this.#killed = true;
    await running.kill();
    return true;
  }

  /** Stops it in its own way and doesn't start it again. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#wake?.();
    await this.#settled;
    await this.#running?.stop();
    this.#running = undefined;
  }

  #up(running: Running, restart: boolean): void {
    this.#running = running;
    if (restart) this.#restarts += 1;
    this.events.started(this.name, running.pid, restart);
    void running.exited.then((exit) => {
      this.#running = undefined;
      if (!this.#stopping) this.#settled = this.#recover({ name: this.name, exit, error: undefined, requested: this.#killed });
    });
  }

  async #recover(first: Death): Promise<void> {
    let death = first;
    for (;;) {
      this.#killed = false;
      this.events.died(death);
      if (!death.requested) this.#barrenDeaths += 1;
      if (death.exit?.code === exitConfiguration || this.#barrenDeaths >= barrenDeathsMax) {
        this.events.givenUp(death, this.#barrenDeaths);
        return;
      }
      await this.#pause(death.requested ? 0 : Math.min(backoffMaxMs, backoffFirstMs * 2 ** (this.#barrenDeaths - 1)));
      if (this.#stopping) return;
      try {
        const running = await this.startable.start();
        if (this.#stopping) await running.stop();
        else this.#up(running, true);
        return;
      } catch (error) {
        death = { name: this.name, exit: undefined, error, requested: false };
      }
    }
  }

  async #pause(ms: number): Promise<void> {
    await new Promise<void>((settle) => {
      const timer = setTimeout(settle, ms);
      this.#wake = () => {
        clearTimeout(timer);
        settle();
      };
    });
  }
}
