import { readdirSync, readFileSync } from 'node:fs';

import { PLACEMENT_DENIALS } from '@tradewind/orders';
import { describe, expect, it } from 'vitest';

import { DENY_CODES, denyCodesMarkdown } from '../src/index.js';

describe('deny codes', () => {
  it('are stable words, the same meaning nowhere twice', () => {
    const entries = [...Object.entries(DENY_CODES), ...Object.entries(PLACEMENT_DENIALS)];
    for (const [code, meaning] of entries) {
      expect(code).toMatch(/^[A-Z]+(_[A-Z]+)*$/);
      expect(meaning.length).toBeGreaterThan(10);
    }
    expect(new Set(entries.map(([, meaning]) => meaning)).size).toBe(entries.length);
  });
  it('are all given by a check, a limit or the sizing, and nothing else is given', () => {
    const source = new URL('../src/', import.meta.url);
    const files = [
      'pre-trade.ts',
      ...['checks', 'limits'].flatMap((folder) => readdirSync(new URL(folder, source)).map((file) => `${folder}/${file}`)),
    ];
    const text = files.map((file) => readFileSync(new URL(file, source), 'utf8')).join('\n');
    const given = new Set(
      [...text.matchAll(/'([A-Z]+(?:_[A-Z]+)+)'|(?:denial\(|code: )'([A-Z]+)'/g)].map(([, code, word]) => code ?? word),
    );
    expect([...given].sort()).toEqual(Object.keys(DENY_CODES).sort());
  });
  it('are documented in docs/reference/deny-codes.md (write it anew with vitest -u)', async () => {
    const page = [
      '# Why an order is refused',
      '',
      'Generated from the code; a test keeps it true.',
      '',
      denyCodesMarkdown('Risk: refusals of signals, in the order of the checks', DENY_CODES),
      denyCodesMarkdown('Orders: refusals at placing', PLACEMENT_DENIALS),
    ].join('\n');
    await expect(page).toMatchFileSnapshot('../../../docs/reference/deny-codes.md');
  });
});
