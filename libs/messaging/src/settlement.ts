/** What an error of a handler means: wait in process until the world is back, try again a few times, or give up at once. */
export type Classification = 'retry-forever' | 'retry' | 'dead-letter';
export type Classify = (error: unknown) => Classification;
