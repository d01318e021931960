import type { CatalogueEntry, FeatureGroup } from '../src/catalogue/entry.js';
import { ruleText } from '../src/catalogue/parameters.js';

const HEADINGS: Readonly<Record<FeatureGroup, string>> = {
  bar: 'The bar itself',
  trend: 'Trend',
  momentum: 'Momentum',
  volatility: 'Volatility',
  volume: 'Volume',
  statistics: 'Statistics',
  microstructure: 'Microstructure (book and trades)',
  regime: 'Regime, volatility models, cycles',
  records: 'Records: macro, fundamentals, sentiment, events',
  session: 'Session and calendar',
};

const cell = (text: string): string => text.replaceAll('|', '\\|');

const parametersOf = ({ parameters }: CatalogueEntry): string =>
  parameters
    .map(({ name, rule, otherwise }) => `\`${name}\`${otherwise === undefined ? '' : ` = ${otherwise}`} (${ruleText(rule)})`)
    .join('<br>');

const rowOf = (entry: CatalogueEntry): string =>
  `| \`${entry.name}\` | ${cell(entry.summary)} | ${cell(parametersOf(entry))} | ${cell(entry.convention)} |`;

const sectionOf = (group: FeatureGroup, entries: readonly CatalogueEntry[]): readonly string[] => [
  `## ${HEADINGS[group]}`,
  '',
  '| name | what | parameters | convention |',
  '|---|---|---|---|',
  ...entries.map(rowOf),
  '',
];

/** The Markdown of `docs/reference/features.md`. */
export const catalogueReference = (catalogue: readonly CatalogueEntry[]): string => {
  const groups = Object.keys(HEADINGS) as readonly FeatureGroup[];
  const sections = groups.flatMap((group) => {
    const entries = catalogue.filter((entry) => entry.group === group);
    return entries.length === 0 ? [] : sectionOf(group, entries);
  });
  const lines = [
    '# Features',
    '',
    `The ${catalogue.length} formulas that a feature set file can name. Generated from the catalogue in \`libs/features\`; a test compares the two and writes it anew with \`vitest -u\`.`,
    'A parameter with a value after `=` may be left out. Periods are bars; a column is called by its formula and parameters.',
    '',
    ...sections,
  ];
  return `${lines.join('\n').trimEnd()}\n`;
};
