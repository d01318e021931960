import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { BREAKERS } from '../src/breakers/sequence.js';
import { BREAKER_RULES } from '../src/index.js';
import { profile } from './fixtures.js';

const page = readFileSync(new URL('../../../docs/reference/breakers.md', import.meta.url), 'utf8');
const PROFILES = ['demo', 'paper', 'trial', 'live'].map((name) => profile(name));

describe('docs/reference/breakers.md', () => {
  it('has every breaker, with its limit in every profile', () => {
    expect(BREAKERS.map(({ rule }) => rule).sort()).toEqual([...BREAKER_RULES].sort());
    for (const breaker of BREAKERS) {
      const limits = PROFILES.map((each) => breaker.limit(each)).map((limit) => (limit === 0 ? 'off' : String(limit)));
      expect(page).toContain(`| \`${breaker.rule}\` | ${limits.join(' | ')} |`);
    }
  });
});
