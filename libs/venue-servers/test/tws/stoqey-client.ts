import { EventName, IBApi } from '@stoqey/ib';

type Arguments = readonly unknown[];

/** Events that tell of no message, or of one a second time. */
const UNDECODED: ReadonlySet<string> = new Set([EventName.sent, EventName.received, EventName.result]);

/** @stoqey/ib, an implementation of the protocol that isn't ours, and everything that it decoded. */
export class StoqeyClient {
  readonly api: IBApi;
  readonly heard: { readonly name: string; readonly values: Arguments }[] = [];
  #waiting: (() => void)[] = [];

  constructor(port: number, clientId = 7) {
    this.api = new IBApi({ host: '127.0.0.1', port, clientId, maxReqPerSec: 1000 });
    this.api.on(EventName.all, (name: string, values: Arguments) => {
      if (UNDECODED.has(name)) return;
      this.heard.push({ name, values });
      for (const wake of this.#waiting) wake();
    });
    // An emitter without a listener for errors would throw them.
    this.api.on(EventName.error, () => undefined);
  }

  async connect(): Promise<void> {
    this.api.connect();
    await this.next(EventName.nextValidId);
  }

  /** All that was heard of an event, in order. */
  of(name: string): readonly Arguments[] {
    return this.heard.filter((event) => event.name === name).map(({ values }) => values);
  }

  /** The first event that fits, once it is there. Rejects after five seconds. */
  async next(name: string, fits: (values: Arguments) => boolean = () => true): Promise<Arguments> {
    const found = (): Arguments | undefined => this.of(name).find((values) => fits(values));
    const deadline = AbortSignal.timeout(5000);
    for (;;) {
      const values = found();
      if (values !== undefined) return values;
      await new Promise<void>((resolve, reject) => {
        const wake = (): void => {
          this.#waiting = this.#waiting.filter((other) => other !== wake);
          resolve();
        };
        this.#waiting.push(wake);
        deadline.addEventListener('abort', () => reject(new Error(`no ${name} after 5 s; heard ${JSON.stringify(this.heard.slice(-5))}`)));
      });
    }
  }

  /** Code and text of the error of a request, once it is there. */
  async error(requestId: number): Promise<{ readonly code: unknown; readonly message: string }> {
    const [error, code] = await this.next(EventName.error, (values) => values[2] === requestId);
    return { code, message: (error as Error).message };
  }

  /** What was not understood: the library's own complaints about messages. */
  get complaints(): readonly string[] {
    return this.of(EventName.error)
      .map(([error]) => (error as Error).message)
      .filter((message) => /decoding|underrun|No parser/i.test(message));
  }

  close(): void {
    this.api.disconnect();
  }
}
