/**
 * Starts a platform as `tradewind up` does, says so as one line of JSON, and waits. A program of its own, so that a test can SIGKILL the launcher.
 *   launch.ts <root> <name> [service …]
 */
import { LaunchError, Platform, type ServiceName } from '../../src/index.js';

const [root = '', name = '', ...services] = process.argv.slice(2);
try {
  const platform = await Platform.start({ root, name, services: services as ServiceName[] });
  process.stdout.write(`${JSON.stringify({ pids: platform.pids, natsUrl: platform.natsUrl, databaseUrl: platform.databaseUrl })}\n`);
  platform.on('failed', (error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  });
  setInterval(() => undefined, 60_000);
} catch (error) {
  process.stdout.write(
    `${JSON.stringify({ code: error instanceof LaunchError ? error.code : 'UNKNOWN', message: (error as Error).message })}\n`,
  );
  process.exit(1);
}
