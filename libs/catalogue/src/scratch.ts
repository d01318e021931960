import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { catalogueErrorOf } from './catalogue-error.js';

const READING = '.reading';
const WRITING = '.writing';

const runs = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

/** A folder for what one reader can't hold in memory; readers must not share one. */
export const makeReadingScratch = async (directory: string): Promise<string> => {
  const path = join(directory, READING, `${process.pid}-${randomUUID()}`);
  try {
    await mkdir(join(path, 'scans'), { recursive: true });
    await mkdir(join(path, 'sorts'));
    return path;
  } catch (error) {
    throw catalogueErrorOf(error, directory);
  }
};

/** The one folder for what a writer prepares, emptied of what a crash left; folders of readers that have ended go, too. */
export const makeWritingScratch = async (directory: string): Promise<string> => {
  const path = join(directory, WRITING);
  await rm(path, { recursive: true, force: true });
  await mkdir(path, { recursive: true });
  const readers = join(directory, READING);
  for (const name of await readdir(readers).catch(() => []))
    if (!runs(Number.parseInt(name, 10))) await rm(join(readers, name), { recursive: true, force: true });
  return path;
};
