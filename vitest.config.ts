import { defineConfig } from 'vitest/config';

const shared = {
  resolve: { conditions: ['source', 'node', 'default'] },
  ssr: { resolve: { conditions: ['source', 'node', 'default'] } },
};
const roots = ['libs/*/test', 'services/*/test', 'deploy/*/test', 'tests'];
const named = (suffix: string): string[] => roots.map((root) => `${root}/**/*.${suffix}.spec.ts`);

/** Three costs of test: `unit` (pure), `int` (a real nats-server or Postgres), `flow` (several real processes). */
export default defineConfig({
  test: {
    projects: [
      { ...shared, test: { name: 'unit', include: named('unit'), pool: 'threads', testTimeout: 20_000 } },
      {
        ...shared,
        test: { name: 'int', include: named('int'), pool: 'forks', testTimeout: 60_000, hookTimeout: 60_000, maxWorkers: 2 },
      },
      {
        ...shared,
        test: { name: 'flow', include: named('flow'), pool: 'forks', testTimeout: 300_000, hookTimeout: 120_000, maxWorkers: 1 },
      },
    ],
  },
});
