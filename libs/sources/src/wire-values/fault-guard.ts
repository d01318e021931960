import { type LiveSink, SourceError } from '../source.js';

/** Does something with a live message; when the message can't be read, that is told to the sink and the session goes on. */
export const guarded = (sink: LiveSink, raw: string, act: () => void): void => {
  try {
    act();
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    sink.fault(error, raw);
  }
};
