/** One way to get a nats-server that is not on this machine yet. */
export interface Bringer {
  /** Where from, in words. */
  readonly from: string;
  /** Puts an executable somewhere into the directory and returns its path. */
  bring(directory: string): Promise<string>;
}
