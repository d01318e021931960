import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

import { parseSync } from 'oxc-parser';

/** A use of a global that pure code must not make, or of a form that the project refuses. */
export interface Use {
  readonly name: string;
  readonly line: number;
}

export interface SourceFile {
  /** From the root of the repository, with forward slashes. */
  readonly path: string;
  readonly lines: number;
  /** Specifiers of all imports, re-exports and dynamic imports with a literal. */
  readonly imports: readonly { readonly from: string; readonly names: readonly string[]; readonly typeOnly: boolean }[];
  readonly exportsAll: boolean;
  readonly uses: readonly Use[];
}

interface Node {
  readonly type: string;
  readonly start: number;
  readonly [key: string]: unknown;
}

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && typeof (value as Node).type === 'string';

const visit = (node: Node, enter: (node: Node) => void): void => {
  enter(node);
  for (const value of Object.values(node)) {
    if (Array.isArray(value)) value.filter(isNode).forEach((child) => visit(child, enter));
    else if (isNode(value)) visit(value, enter);
  }
};

const nameOf = (node: unknown): string => (isNode(node) && node.type === 'Identifier' ? String(node['name']) : '');

/** `Date.now`, `Math.random`, `process.env` …, calls of bare globals, and `new Date()` without an argument. */
const useOf = (node: Node): string | undefined => {
  if (node.type === 'MemberExpression') {
    const owner = nameOf(node['object']);
    if (['Date', 'Math', 'process', 'performance', 'console', 'globalThis', 'crypto'].includes(owner))
      return `${owner}.${nameOf(node['property'])}`;
  }
  if (node.type === 'CallExpression') return nameOf(node['callee']) === '' ? undefined : `${nameOf(node['callee'])}()`;
  if (node.type === 'NewExpression' && nameOf(node['callee']) === 'Date' && (node['arguments'] as unknown[]).length === 0)
    return 'new Date()';
  return undefined;
};

const importsOf = (program: Node): SourceFile['imports'] => {
  const found: SourceFile['imports'][number][] = [];
  visit(program, (node) => {
    const source = node['source'];
    if (!isNode(source) || typeof source['value'] !== 'string') return;
    const kinds = ['ImportDeclaration', 'ExportNamedDeclaration', 'ExportAllDeclaration', 'ImportExpression'];
    if (!kinds.includes(node.type)) return;
    const specifiers = (node['specifiers'] ?? []) as Node[];
    found.push({
      from: source['value'],
      names: specifiers.map((specifier) => nameOf(specifier['imported'] ?? specifier['local'])),
      typeOnly: node['importKind'] === 'type' || node['exportKind'] === 'type',
    });
  });
  return found;
};

/** Parses one file. Throws when it is not TypeScript. */
export const parseSource = (path: string, text: string): SourceFile => {
  const { program, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path}: ${errors[0]?.message}`);
  const root = program as unknown as Node;
  const uses: Use[] = [];
  let exportsAll = false;
  visit(root, (node) => {
    const name = useOf(node);
    if (name !== undefined) uses.push({ name, line: text.slice(0, node.start).split('\n').length });
    if (node.type === 'ExportAllDeclaration') exportsAll = true;
  });
  return { path, lines: text.split('\n').length, imports: importsOf(root), exportsAll, uses };
};

const SKIPPED = new Set(['node_modules', 'dist', 'generated', 'var', '.git']);

const walk = (directory: string): string[] =>
  readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    if (SKIPPED.has(entry.name)) return [];
    const path = join(directory, entry.name);
    return entry.isDirectory() ? walk(path) : [path];
  });

/** Every path below the root's own folders, from the root. */
export const listPaths = (root: string): readonly string[] =>
  ['libs', 'services', 'deploy', 'tests', 'scripts']
    .flatMap((folder) => walk(join(root, folder)))
    .map((path) => relative(root, path).replaceAll('\\', '/'));

export const readSources = (root: string, paths: readonly string[]): readonly SourceFile[] =>
  paths.filter((path) => /\.tsx?$/.test(path)).map((path) => parseSource(path, readFileSync(join(root, path), 'utf8')));
