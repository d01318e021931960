import { writtenOf } from './profile/fields.js';
import type { Field } from './profile/fields.js';
import { RISK_PROFILE } from './profile/schema.js';
import type { RiskProfile } from './profile.js';

const cell = (text: string): string => text.replaceAll('|', '\\|');

const shown = (value: unknown): string => {
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map((each) => (typeof each === 'string' ? each : '…')).join(', ');
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? `\`${value}\`` : '';
};

const childOf = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>)[key] : undefined;

const rowsOf = (path: string, field: Field<unknown>, values: readonly unknown[]): readonly string[] => {
  const own = `| \`${path}\` | ${cell(field.meaning)} | ${cell(field.form)} | ${values.map((value) => cell(shown(value))).join(' | ')} |`;
  const children = Object.entries(field.children ?? {}).flatMap(([key, child]) => {
    const isList = values.some((value) => Array.isArray(value));
    return rowsOf(
      `${path}${isList ? '[].' : '.'}${key}`,
      child,
      values.map((value) => childOf(value, key)),
    );
  });
  return [own, ...children];
};

const sectionOf = (key: string, field: Field<unknown>, profiles: readonly unknown[], header: readonly string[]): string =>
  [
    `## ${key}`,
    '',
    field.meaning,
    '',
    ...header,
    ...(field.children === undefined || field.form.startsWith('a list')
      ? rowsOf(
          key,
          field,
          profiles.map((profile) => childOf(profile, key)),
        )
      : [
          ...(profiles.some((profile) => typeof childOf(profile, key) === 'string')
            ? [
                `| \`${key}\` | ${cell(field.meaning)} | ${cell(field.form)} | ${profiles.map((profile) => shown(childOf(profile, key))).join(' | ')} |`,
              ]
            : []),
          ...Object.entries(field.children).flatMap(([child, each]) =>
            rowsOf(
              `${key}.${child}`,
              each,
              profiles.map((profile) => childOf(childOf(profile, key), child)),
            ),
          ),
        ]),
    '',
  ].join('\n');

/** The reference of the file format, generated from the table that reads it, with the values of the profiles that ship. */
export const riskProfileMarkdown = (profiles: readonly RiskProfile[]): string => {
  const written = profiles.map(writtenOf);
  const names = profiles.map(({ name }) => name);
  const header = [`| setting | meaning | form | ${names.join(' | ')} |`, `|---|---|---|${names.map(() => '---').join('|')}|`];
  return Object.entries(RISK_PROFILE.children ?? {})
    .map(([key, field]) => sectionOf(key, field, written, header))
    .join('\n');
};
