import { readSync } from 'node:fs';

/**
 * Runs in a thread of the model's process. Standard input is a pipe that only the service holds open: when the read ends, the service is gone,
 * however it went, and this process must not outlive it, not even inside an endless run.
 */
try {
  while (readSync(0, new Uint8Array(1)) > 0);
} finally {
  process.kill(process.pid, 'SIGKILL');
}
