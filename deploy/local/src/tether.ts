import { type ChildProcess, spawn } from 'node:child_process';
import type { Writable } from 'node:stream';

/**
 * Kills the processes we started if we die, even by SIGKILL. A tiny shell waits on a pipe whose only writer is this process:
 * when the pipe closes, whoever closed it is gone, and the shell signals every process group still on its list.
 */
const watch = `
trap '' INT HUP TERM QUIT PIPE
held=
while read -r verb group signal; do
  rest=
  for entry in $held; do [ "\${entry%%:*}" = "$group" ] || rest="$rest $entry"; done
  held=$rest
  [ "$verb" = + ] && held="$held $group:$signal"
done
[ -z "$held" ] && exit 0
for entry in $held; do kill -s "\${entry##*:}" -- "-\${entry%%:*}" 2>/dev/null; done
tries=0
while [ $tries -lt 50 ]; do
  left=
  for entry in $held; do kill -s 0 -- "-\${entry%%:*}" 2>/dev/null && left=1; done
  [ -z "$left" ] && exit 0
  tries=$((tries + 1))
  sleep 0.1 2>/dev/null || sleep 1
done
for entry in $held; do kill -s KILL -- "-\${entry%%:*}" 2>/dev/null; done
`;

export type OrphanSignal = 'KILL' | 'TERM' | 'QUIT';

export class Tether {
  readonly #held = new Map<number, OrphanSignal>();
  #shell: ChildProcess | undefined;

  /** From now on the process group is signalled when this process ends, however it ends. */
  hold(group: number, signal: OrphanSignal): void {
    this.#held.set(group, signal);
    const pipe = this.#pipe();
    pipe.write(`+ ${group} ${signal}\n`);
  }

  /** The group is gone (or is meant to stay): forget it, so that a later process of the same id is safe. */
  release(group: number): void {
    if (!this.#held.delete(group)) return;
    this.#shell?.stdin?.write(`- ${group} -\n`);
  }

  #pipe(): Writable {
    if (this.#shell?.stdin?.writable) return this.#shell.stdin;
    // Its own session: a Ctrl-C in the terminal must reach the launcher, not the watcher.
    const shell = spawn('/bin/sh', ['-c', watch], { stdio: ['pipe', 'ignore', 'ignore'], detached: true, cwd: '/' });
    const pipe = shell.stdin;
    pipe.on('error', () => undefined);
    shell.on('exit', () => {
      if (this.#shell !== shell) return;
      this.#shell = undefined;
      const groups = [...this.#held];
      for (const [group, signal] of groups) this.hold(group, signal);
    });
    shell.unref();
    (pipe as Writable & { unref?: () => void }).unref?.();
    this.#shell = shell;
    return pipe;
  }
}

/** One watcher for the whole process. */
export const tether = new Tether();
