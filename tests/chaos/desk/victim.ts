import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';

/** A service as a process that is killed, stopped and started again. It is started again by itself when it ends by itself, as a supervisor does. */
export class Victim {
  output = '';
  private child: ChildProcess | undefined;
  private retired = false;
  starts = 0;

  constructor(
    readonly name: string,
    private readonly launch: { readonly arguments: readonly string[]; readonly environment: Readonly<Record<string, string>> },
  ) {}

  start(): void {
    this.starts += 1;
    const child = spawn(process.execPath, [...this.launch.arguments], {
      env: { PATH: process.env['PATH'] ?? '', NODE_NO_WARNINGS: '1', ...this.launch.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    child.once('exit', (code, signal) => {
      if (this.child !== child || this.retired) return;
      this.output += `\n-- ${this.name} ended with ${code ?? signal}\n`;
      setTimeout(() => {
        if (!this.retired && this.child === child) this.start();
      }, 200);
    });
    this.child = child;
  }

  /** SIGKILL; it is started again at once. */
  async kill(): Promise<void> {
    const { child } = this;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    this.child = undefined;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
    if (!this.retired) this.start();
  }

  /** SIGSTOP, and SIGCONT so much later. */
  async stopFor(ms: number): Promise<void> {
    const { child } = this;
    child?.kill('SIGSTOP');
    await pause(ms);
    child?.kill('SIGCONT');
  }

  /** SIGKILL, and started again so much later. */
  async awayFor(ms: number): Promise<void> {
    const { child } = this;
    this.child = undefined;
    child?.kill('SIGKILL');
    await pause(ms);
    if (!this.retired && this.child === undefined) this.start();
  }

  async retire(): Promise<void> {
    this.retired = true;
    const { child } = this;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGCONT');
    child.kill('SIGKILL');
    await gone;
  }
}
