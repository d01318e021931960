import { readdirSync, readFileSync, existsSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';

import { buildProgram } from '../../services/cli/src/program.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const SKIPPED = new Set(['node_modules', 'dist', 'generated', 'var', '.git']);

const markdownBelow = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : markdownBelow(path);
    return entry.name.endsWith('.md') ? [path] : [];
  });

/** Code spans and lines of fenced code: what a reader may type. */
const codeOf = (markdown: string): string[] => {
  const fenced = [...markdown.matchAll(/^```[a-z]*\n([\s\S]*?)^```/gm)].flatMap(([, block]) => block!.split('\n'));
  const inline = [...markdown.replaceAll(/^```[\s\S]*?^```/gm, '').matchAll(/`([^`\n]+)`/g)].map(([, span]) => span!);
  return [...fenced, ...inline].map((line) => line.trim());
};

const targets = new Set([...readFileSync(join(root, 'Makefile'), 'utf8').matchAll(/^([a-z]+):/gm)].map(([, name]) => name));
const program = buildProgram({ root, environment: {}, user: 'test', colour: false, terminal: false, width: 100 }, '0');

/** What is wrong with a command line of ours, or undefined. */
const faultOf = (line: string): string | undefined => {
  const make = /^make ([a-z]+)/.exec(line);
  if (make && !targets.has(make[1])) return `there is no target ${make[1]}`;
  const typed = /^(?:bin\/)?tradewind ((?:[^#"|]|"[^"]*")*)/.exec(line);
  if (!typed) return undefined;
  const words = typed[1]!
    .replaceAll(/"[^"]*"/g, 'text')
    .trim()
    .split(/\s+/);
  let command: Command = program;
  while (words.length > 0 && command.commands.length > 0) {
    const name = words.shift()!;
    const next = command.commands.find((child) => child.name() === name);
    if (next === undefined) return name === 'help' ? undefined : `there is no command ${name}`;
    command = next;
  }
  const known = new Set([...command.options, ...program.options].map(({ long }) => long));
  const unknown = words.filter((word) => word.startsWith('--') && !known.has(word.split('=')[0]!));
  return unknown.length > 0 ? `${command.name()} has no option ${unknown.join(', ')}` : undefined;
};

const pages = markdownBelow(root).map((path) => ({ page: relative(root, path), text: readFileSync(path, 'utf8') }));

describe('documentation', () => {
  it.each(pages)('names only commands, options and targets that exist: $page', ({ text }) => {
    const faults = codeOf(text)
      .map((line) => ({ line, fault: faultOf(line) }))
      .filter(({ fault }) => fault !== undefined);
    expect(faults).toEqual([]);
  });

  it.each(pages)('links to files that exist: $page', ({ page, text }) => {
    const links = [...text.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(([, target]) => target!);
    expect(links.filter((target) => !existsSync(join(root, dirname(page), target)))).toEqual([]);
  });

  it('notices a command, an option and a target that do not exist', () => {
    expect(faultOf('make coffee')).toMatch(/no target/);
    expect(faultOf('bin/tradewind fly')).toMatch(/no command/);
    expect(faultOf('bin/tradewind halt --why "x"')).toMatch(/no option --why/);
    expect(faultOf('bin/tradewind halt --reason "why not --why"')).toBeUndefined();
  });
});
