import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { REPAIR_KINDS } from '@tradewind/market';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const page = readFileSync(join(root, 'docs/reference/data-quality.md'), 'utf8');

/** With codes in the place of their constants. */
const withCodes = (source: string): string =>
  [...source.matchAll(/const ([A-Z_]+) = ('[A-Z_]+');/g)].reduce(
    (text, [, name, code]) => text.replaceAll(`code: ${name},`, `code: ${code},`),
    source,
  );

const sourcesBelow = (folder: string): readonly string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.includes('generated'))
    .map((name) => withCodes(readFileSync(join(root, folder, name), 'utf8')));

/** `code/outcome` of all findings that these sources can make. */
const findings = (folder: string): readonly string[] =>
  sourcesBelow(folder).flatMap((source) => [
    ...[...source.matchAll(/\b(drop|warn)\(\s*'([A-Z_]+)'/g)].map(([, how, code]) => `${code}/${how === 'drop' ? 'dropped' : 'warned'}`),
    ...[...source.matchAll(/code: '([A-Z_]+)',[^}]*?dropped: (true|false)/g)].map(
      ([, code, dropped]) => `${code}/${dropped === 'true' ? 'dropped' : 'warned'}`,
    ),
  ]);

describe('the page on data quality', () => {
  it('has all codes of findings with their outcomes, and no other', () => {
    const told = [...page.matchAll(/^\| `([A-Z_]+)` \| (dropped|warned) \|/gm)].map(([, code, outcome]) => `${code}/${outcome}`);
    const made = ['libs/market/src/quality', 'libs/market/src/steps', 'services/market-data/src'].flatMap(findings);
    expect(told.toSorted()).toEqual([...new Set(made)].toSorted());
  });

  it('has all kinds of repairs with their meaning, and no other', () => {
    const told = Object.fromEntries(
      [...page.matchAll(/^\| `([A-Z_0-9]+)` \| ([A-Z][^|]*\.) \|$/gm)].map(([, kind, meaning]) => [kind, meaning]),
    );
    expect(told).toEqual(REPAIR_KINDS);
  });
});
