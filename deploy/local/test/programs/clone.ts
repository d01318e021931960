import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServiceName } from '../../src/index.js';

/** A directory laid out like the repository, with small programs in the places of the services: what the launcher supervises is real processes. */
export interface Clone extends AsyncDisposable {
  readonly root: string;
}

/** Serves its health like a service; stops on SIGTERM after saying so. */
export const healthy = `
import { createServer } from 'node:http';
import { spawn } from 'node:child_process';
const say = (msg, more) => process.stdout.write(JSON.stringify({ level: 30, time: Date.now(), msg, ...more }) + '\\n');
const helper = spawn('sleep', ['600'], { stdio: 'ignore' });
createServer((_, answer) => answer.end()).listen(Number(process.env.TW_HTTP_PORT), '127.0.0.1', () => say('up', { pid: process.pid, helper: helper.pid }));
process.on('SIGTERM', () => { say('stopping'); process.exit(0); });
`;
/** Ends before it is ever ready. */
export const dying = `process.stdout.write(JSON.stringify({ level: 50, msg: 'the model file is missing' }) + '\\n'); process.exit(1);`;
/** Refuses its settings. */
export const misconfigured = `process.stderr.write('TW_RISK_PROFILE: "yolo" is not one of demo, paper, live\\n'); process.exit(78);`;

export async function makeClone(programs: Partial<Record<ServiceName, string>>): Promise<Clone> {
  const root = await mkdtemp(join(tmpdir(), 'tradewind-test-clone-'));
  await chmod(root, 0o711);
  await writeFile(join(root, 'package.json'), '{ "type": "module" }');
  for (const [name, text] of Object.entries(programs)) {
    await mkdir(join(root, 'services', name, 'dist'), { recursive: true });
    await writeFile(join(root, 'services', name, 'dist/main.js'), text);
  }
  return { root, [Symbol.asyncDispose]: async () => await rm(root, { recursive: true, force: true, maxRetries: 40, retryDelay: 100 }) };
}
