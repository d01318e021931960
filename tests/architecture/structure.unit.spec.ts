import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { describe, expect, it } from 'vitest';

import { rules, type Tree } from './rules.js';
import { listPaths, parseSource, readSources } from './source-tree.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const paths = listPaths(root);
const tree: Tree = { paths, sources: readSources(root, paths) };

/** For each rule, files that break it: a rule that lets its own violation through is no rule. */
const planted: Readonly<Record<string, readonly (readonly [path: string, text: string])[]>> = {
  'pure libraries import only vocabulary and each other, downwards, and of Node only hashing': [
    ['libs/orders/src/planted.ts', "import { readFileSync } from 'node:fs';"],
    ['libs/market/src/planted.ts', "import { decideStep } from '@tradewind/risk';"],
    ['libs/risk/src/planted.ts', "import { Injectable } from '@nestjs/common';"],
    ['libs/risk/src/planted.ts', "import { randomUUID } from 'node:crypto';"],
    ['libs/risk/src/planted.ts', "const load = () => import('node:fs');"],
  ],
  'pure libraries take time, randomness and the environment as arguments': [
    ['libs/risk/src/planted.ts', 'export const at = Date.now();'],
    ['libs/risk/src/planted.ts', 'export const at = new Date();'],
    ['libs/features/src/planted.ts', 'export const seed = Math.random();'],
    ['libs/signals/src/planted.ts', 'export const key = process.env.KEY;'],
    ['libs/backtest/src/planted.ts', 'setTimeout(() => undefined, 1);'],
  ],
  'services never import each other': [
    ['services/risk/src/planted.ts', "import { x } from '@tradewind/svc-orders';"],
    ['services/risk/src/planted.ts', "import { x } from '../../orders/src/handler.js';"],
  ],
  'only store.ts sees Prisma or SQL': [
    ['services/risk/src/handler.ts', "import { PrismaClient } from './generated/prisma/client.js';"],
    ['services/risk/src/handler.ts', "import pg from 'pg';"],
  ],
  'only wire.ts sees contracts': [['services/risk/src/handler.ts', "import { decodeFact } from '@tradewind/wire';"]],
  'only config.ts reads the environment': [
    ['services/risk/src/handler.ts', 'export const url = process.env.TW_NATS_URL;'],
    ['libs/messaging/src/bus.ts', 'export const url = process.env["TW_NATS_URL"];'],
  ],
  'packages name what they export and are entered by their door': [
    ['libs/market/src/planted.ts', "export * from './bar.js';"],
    ['services/risk/src/planted.ts', "import { x } from '@tradewind/market/src/bar.js';"],
  ],
  'files are named by a noun and stay under 400 lines': [
    ['libs/market/src/utils.ts', 'export {};'],
    ['libs/market/src/long.ts', 'export {};\n'.repeat(400)],
  ],
  'no file imports itself, however indirectly': [['libs/market/src/planted.ts', "import { planted } from './planted.js';"]],
};

describe('structure', () => {
  it.each(rules)('$name', (rule) => {
    expect(rule.check(tree)).toEqual([]);
  });

  const cases = Object.entries(planted).flatMap(([name, files]) => files.map(([path, text]) => ({ name, path, text })));
  it.each(cases)('catches a planted violation of "$name": $text', ({ name, path, text }) => {
    const rule = rules.find((entry) => entry.name === name)!;
    const before = rule.check(tree).length;
    const added = parseSource(path, text);
    expect(rule.check({ paths: [...tree.paths, path], sources: [...tree.sources, added] }).length).toBeGreaterThan(before);
  });

  it('catches a service without one of its files', () => {
    const rule = rules.find(({ name }) => name === 'every service has the same files')!;
    const without = tree.paths.filter((path) => path !== join('services', 'risk', 'src', 'store.ts'));
    expect(rule.check({ ...tree, paths: without })).toContain('services/risk/src/store.ts is missing');
  });

  it('has a planted violation for every rule', () => {
    const untested = rules.filter(({ name }) => planted[name] === undefined).map(({ name }) => name);
    expect(untested).toEqual(['every service has the same files']);
  });
});
