/** Who goes first: what takes risk off before what puts it on, and both before questions. */
export type Lane = 'CANCEL' | 'ORDER' | 'QUESTION';

const LANES: readonly Lane[] = ['CANCEL', 'ORDER', 'QUESTION'];

export interface RequestLanesOptions {
  /** In any 60 seconds. */
  readonly requestsMax: number;
  readonly windowMs: number;
  /** How many of them only cancels may use. */
  readonly reserved: number;
}

interface Waiting {
  readonly go: () => void;
  readonly signal: AbortSignal;
}

/**
 * Lets at most so many requests go in any window of time, exactly as a venue counts them, whatever the burst. Those who wait go by lane, in a lane in order of
 * arrival. Time is monotonic: a clock that jumps changes nothing.
 */
export class RequestLanes {
  /** When the requests of the last window went, the oldest first. */
  private readonly gone: number[] = [];
  private readonly waiting: Readonly<Record<Lane, Waiting[]>> = { CANCEL: [], ORDER: [], QUESTION: [] };
  private timer: NodeJS.Timeout | undefined;
  private heldUntil = 0;

  constructor(private readonly options: RequestLanesOptions) {
    if (!(options.requestsMax > options.reserved && options.reserved >= 0 && options.windowMs > 0))
      throw new RangeError('a limit of requests needs room beyond what is reserved');
  }

  /** Resolves true when one request may go, false when the signal was aborted before: then it did not. */
  take(lane: Lane, signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      if (signal.aborted) {
        resolve(false);
        return;
      }
      const leave = (): void => {
        this.waiting[lane].splice(this.waiting[lane].indexOf(entry), 1);
        resolve(false);
      };
      const entry: Waiting = {
        signal,
        go: () => {
          signal.removeEventListener('abort', leave);
          resolve(true);
        },
      };
      signal.addEventListener('abort', leave, { once: true });
      this.waiting[lane].push(entry);
      this.serve();
    });
  }

  /** Nothing goes for so long: the venue said that there were too many. */
  hold(ms: number): void {
    this.heldUntil = Math.max(this.heldUntil, performance.now() + ms);
    this.serve();
  }

  close(): void {
    clearTimeout(this.timer);
  }

  private serve(): void {
    clearTimeout(this.timer);
    const now = performance.now();
    while (this.gone.length > 0 && this.gone[0]! <= now - this.options.windowMs) this.gone.shift();
    for (const lane of LANES) {
      const room = this.options.requestsMax - (lane === 'CANCEL' ? 0 : this.options.reserved);
      while (now >= this.heldUntil && this.gone.length < room && this.waiting[lane].length > 0) {
        this.gone.push(now);
        this.waiting[lane].shift()!.go();
      }
    }
    if (LANES.some((lane) => this.waiting[lane].length > 0)) this.wakeLater(now);
  }

  private wakeLater(now: number): void {
    // The oldest request that leaves the window makes room; with a reserve it may take several, one after the other.
    const room = this.gone.length === 0 ? now : this.gone[0]! + this.options.windowMs;
    const at = Math.max(this.heldUntil, this.gone.length < this.options.requestsMax - this.options.reserved ? now : room);
    this.timer = setTimeout(() => this.serve(), Math.max(1, Math.ceil(at - now)));
  }
}
