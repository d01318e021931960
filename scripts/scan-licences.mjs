// The licence of every package that ships (production dependencies of every workspace package) must be one of these, or an expression that one of
// them satisfies. A package whose metadata says nothing useful is named here with what its files say.
//   node scripts/scan-licences.mjs [file with the output of `pnpm -r licenses list --prod --json`]
import { readFileSync } from 'node:fs';
import { collect, pnpm } from './toolchain.mjs';

const allowed = new Set([
  'MIT',
  'MIT-0',
  'ISC',
  '0BSD',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'Unlicense',
  'PostgreSQL',
  'Python-2.0',
  'Zlib',
]);
/** `name`: the licence its files state where the registry says none. */
const stated = new Map();

/** True when the SPDX expression can be satisfied with allowed licences: every side of AND, one side of OR. */
function isAllowed(expression) {
  const words = expression.replaceAll('(', ' ( ').replaceAll(')', ' ) ').split(/\s+/).filter(Boolean);
  let at = 0;
  const term = () => {
    const word = words[at++];
    if (word !== '(') return allowed.has(word?.replace(/\+$/, ''));
    const inner = either();
    at += 1;
    return inner;
  };
  const both = () => {
    let value = term();
    while (words[at]?.toUpperCase() === 'AND') {
      at += 1;
      const right = term();
      value = value && right;
    }
    return value;
  };
  const either = () => {
    let value = both();
    while (words[at]?.toUpperCase() === 'OR') {
      at += 1;
      const right = both();
      value = value || right;
    }
    return value;
  };
  return words.length > 0 && either() && at === words.length;
}

async function listed() {
  if (process.argv[2]) return readFileSync(process.argv[2], 'utf8');
  const [command, ...args] = pnpm('-r', 'licenses', 'list', '--prod', '--json');
  const { code, output } = await collect(command, args);
  if (code !== 0) throw new Error(`the packages can't be listed:\n${output}`);
  return output;
}

const text = await listed();
const byLicence = JSON.parse(text.slice(text.indexOf('{')));
const packages = Object.entries(byLicence).flatMap(([licence, entries]) =>
  entries.map((entry) => ({ name: entry.name, licence: stated.get(entry.name) ?? licence })),
);
if (packages.length === 0) {
  process.stdout.write('no package was listed: the scan saw nothing\n');
  process.exit(1);
}
const refused = packages.filter(({ licence }) => !isAllowed(licence));
for (const { name, licence } of refused)
  process.stdout.write(`${name}: ${licence} is not on the list of allowed licences (scripts/scan-licences.mjs)\n`);
process.stdout.write(`${packages.length} packages, ${refused.length} refused\n`);
process.exit(refused.length === 0 ? 0 : 1);
