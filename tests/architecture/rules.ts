import { posix } from 'node:path';

import type { SourceFile } from './source-tree.js';

export interface Tree {
  readonly paths: readonly string[];
  readonly sources: readonly SourceFile[];
}

export interface Rule {
  readonly name: string;
  check(tree: Tree): readonly string[];
}

/** Pure libraries and what each may import of ours: always downwards. */
export const PURE_LIBS: Readonly<Record<string, readonly string[]>> = {
  vocabulary: [],
  statistics: ['vocabulary'],
  audit: ['vocabulary', 'market', 'features', 'models', 'signals', 'portfolio', 'venue', 'orders', 'risk'],
  reports: ['vocabulary', 'market', 'portfolio', 'orders', 'signals', 'risk', 'audit', 'backtest'],
  alerts: ['vocabulary', 'market', 'models', 'orders', 'risk', 'audit'],
  market: ['vocabulary'],
  features: ['vocabulary', 'market', 'statistics'],
  models: ['vocabulary', 'market', 'features', 'statistics'],
  portfolio: ['vocabulary', 'market'],
  venue: ['vocabulary', 'market'],
  orders: ['vocabulary', 'market', 'portfolio', 'venue'],
  signals: ['vocabulary', 'market', 'features', 'models', 'statistics'],
  risk: ['vocabulary', 'market', 'portfolio', 'venue', 'orders', 'signals', 'statistics'],
  backtest: ['vocabulary', 'market', 'features', 'models', 'signals', 'portfolio', 'venue', 'orders', 'risk', 'statistics'],
};

const SERVICES = ['market-data', 'features', 'inference', 'analysis', 'validation', 'risk', 'orders', 'audit'];
const SERVICE_FILES = ['main.ts', 'module.ts', 'config.ts', 'consumer.ts', 'wire.ts', 'handler.ts', 'store.ts'];
const FORBIDDEN_USES = [
  'Date.now',
  'new Date()',
  'Math.random',
  'process.',
  'performance.',
  'console.',
  'crypto.',
  'setTimeout()',
  'setInterval()',
  'setImmediate()',
  'queueMicrotask()',
  'fetch()',
  'require()',
];
const VAGUE_NAMES = /(^|\/)(utils?|common|helpers?|misc|shared)(\.|\/|$)/;
const LINES_MAX = 400;

const inSource = (file: SourceFile, folder: string): boolean => file.path.startsWith(`${folder}/src/`);
const pureLibOf = (file: SourceFile): string | undefined => Object.keys(PURE_LIBS).find((lib) => inSource(file, `libs/${lib}`));
const serviceOf = (file: SourceFile): string | undefined => SERVICES.find((service) => inSource(file, `services/${service}`));

const each = (tree: Tree, check: (file: SourceFile) => readonly string[]): readonly string[] => tree.sources.flatMap(check);

const pureImports: Rule = {
  name: 'pure libraries import only vocabulary and each other, downwards, and of Node only hashing',
  check: (tree) =>
    each(tree, (file) => {
      const lib = pureLibOf(file);
      if (lib === undefined) return [];
      const allowed = new Set(PURE_LIBS[lib]!.map((name) => `@tradewind/${name}`));
      return file.imports
        .filter(
          ({ from, names }) =>
            !from.startsWith('.') &&
            !allowed.has(from) &&
            !(from === 'node:crypto' && names.every((name) => name === 'createHash' || name === 'hash' || name === 'Hash')),
        )
        .map(({ from }) => `${file.path} imports ${from}`);
    }),
};

const pureUses: Rule = {
  name: 'pure libraries take time, randomness and the environment as arguments',
  check: (tree) =>
    each(tree, (file) =>
      pureLibOf(file) === undefined
        ? []
        : file.uses
            .filter(({ name }) => FORBIDDEN_USES.some((use) => name === use || (use.endsWith('.') && name.startsWith(use))))
            .map(({ name, line }) => `${file.path}:${line} uses ${name}`),
    ),
};

const separateServices: Rule = {
  name: 'services never import each other',
  check: (tree) =>
    each(tree, (file) => {
      const own = /^services\/([^/]+)\//.exec(file.path)?.[1];
      if (own === undefined) return [];
      return file.imports
        .filter(
          ({ from }) =>
            from.startsWith('@tradewind/svc-') ||
            (from.startsWith('.') && !posix.join(posix.dirname(file.path), from).startsWith(`services/${own}/`)),
        )
        .map(({ from }) => `${file.path} imports ${from}`);
    }),
};

const only = (name: string, keeper: string, matches: (from: string) => boolean): Rule => ({
  name,
  check: (tree) =>
    each(tree, (file) =>
      serviceOf(file) === undefined || posix.basename(file.path) === keeper
        ? []
        : file.imports.filter(({ from }) => matches(from)).map(({ from }) => `${file.path} imports ${from}`),
    ),
});

const ENVIRONMENT_READERS =
  /^(services\/[^/]+\/src\/config\.ts|services\/cli\/src\/config\.ts|libs\/service-kit\/src\/|deploy\/local\/src\/|libs\/testkit\/src\/|tests\/|scripts\/|libs\/[^/]+\/(test|bench)\/|services\/[^/]+\/test\/|deploy\/local\/test\/)/;
const environment: Rule = {
  name: 'only config.ts reads the environment',
  check: (tree) =>
    each(tree, (file) =>
      ENVIRONMENT_READERS.test(file.path)
        ? []
        : file.uses.filter(({ name }) => name === 'process.env').map(({ line }) => `${file.path}:${line} reads process.env`),
    ),
};

const serviceShape: Rule = {
  name: 'every service has the same files',
  check: ({ paths }) => {
    const present = new Set(paths);
    return SERVICES.flatMap((service) => [
      ...SERVICE_FILES.map((file) => `services/${service}/src/${file}`),
      `services/${service}/README.md`,
      `services/${service}/prisma/schema.prisma`,
    ])
      .filter((path) => !present.has(path))
      .map((path) => `${path} is missing`);
  },
};

const oneDoor: Rule = {
  name: 'packages name what they export and are entered by their door',
  check: (tree) =>
    each(tree, (file) => [
      ...(file.exportsAll ? [`${file.path} exports everything of a module`] : []),
      ...file.imports.filter(({ from }) => /^@tradewind\/[^/]+\/./.test(from)).map(({ from }) => `${file.path} imports ${from}`),
    ]),
};

const naming: Rule = {
  name: 'files are named by a noun and stay under 400 lines',
  check: ({ paths, sources }) => [
    ...paths.filter((path) => VAGUE_NAMES.test(path)).map((path) => `${path} has a vague name`),
    ...sources.filter(({ lines }) => lines > LINES_MAX).map(({ path, lines }) => `${path} has ${lines} lines`),
  ],
};

const resolveImport = (file: SourceFile, from: string, known: ReadonlySet<string>): string | undefined => {
  const base = posix.join(posix.dirname(file.path), from).replace(/\.js$/, '');
  return [`${base}.ts`, `${base}.tsx`].find((path) => known.has(path));
};

const noCycles: Rule = {
  name: 'no file imports itself, however indirectly',
  check: ({ sources }) => {
    const known = new Set(sources.map(({ path }) => path));
    const edges = new Map(
      sources.map((file) => [
        file.path,
        file.imports
          .filter(({ from }) => from.startsWith('.'))
          .map(({ from }) => resolveImport(file, from, known))
          .filter((path) => path !== undefined),
      ]),
    );
    const state = new Map<string, 'open' | 'closed'>();
    const cycles: string[] = [];
    const descend = (path: string, trail: readonly string[]): void => {
      if (state.get(path) === 'closed') return;
      if (state.get(path) === 'open') {
        cycles.push([...trail.slice(trail.indexOf(path)), path].join(' -> '));
        return;
      }
      state.set(path, 'open');
      for (const next of edges.get(path) ?? []) descend(next, [...trail, path]);
      state.set(path, 'closed');
    };
    for (const path of known) descend(path, []);
    return cycles;
  },
};

export const rules: readonly Rule[] = [
  pureImports,
  pureUses,
  separateServices,
  only('only store.ts sees Prisma or SQL', 'store.ts', (from) => /prisma|^pg$/.test(from)),
  only('only wire.ts sees contracts', 'wire.ts', (from) => /^@tradewind\/(contracts|wire)$|^@bufbuild\//.test(from)),
  environment,
  serviceShape,
  oneDoor,
  naming,
  noCycles,
];
