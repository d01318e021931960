/** The machine's two clocks in milliseconds: the wall's, which may be set, and one that only runs. */
export interface TwoClocks {
  wall(): number;
  steady(): number;
}

const CLOCKS: TwoClocks = { wall: () => Date.now(), steady: () => performance.now() };

/**
 * How long the client waits between two attempts to connect. The client counts from the wall clock's time of the last attempt: set back by an hour, it would stay away
 * for an hour. What the clock was set back is taken off here.
 */
export class ReconnectPace {
  #dialled: { readonly steady: number; readonly ahead: number } | undefined;

  constructor(
    private readonly waitMs: number,
    private readonly jitterMs: number,
    private readonly clocks: TwoClocks = CLOCKS,
  ) {}

  /** The client is about to connect. */
  readonly dialling = (): null => {
    const steady = this.clocks.steady();
    this.#dialled = { steady, ahead: this.clocks.wall() - steady };
    return null;
  };

  /** What has to have passed on the wall clock since then; below zero when it was set back by more. */
  readonly delay = (): number => {
    const wait = this.waitMs + Math.floor(Math.random() * this.jitterMs);
    if (this.#dialled === undefined) return wait;
    const steady = this.clocks.steady();
    const setBack = this.#dialled.ahead - (this.clocks.wall() - steady);
    if (setBack <= wait) return wait;
    const left = this.#dialled.steady + wait - steady;
    return left > 0 ? left : -setBack;
  };
}
