import { describe, expect, it } from 'vitest';

import { codesPage } from './codes-page.js';

describe('the codes of reconciliation', () => {
  it('are documented in docs/reference/reconciliation-codes.md (write it anew with vitest -u)', async () => {
    await expect(codesPage()).toMatchFileSnapshot('../../../../docs/reference/reconciliation-codes.md');
  });
});
