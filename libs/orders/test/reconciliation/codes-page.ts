import { DESK_DENIALS, RECONCILIATION_CODES } from '../../src/index.js';
import type { ReconciliationCodeEntry } from '../../src/index.js';

const rowsOf = (outcome: ReconciliationCodeEntry['outcome']): string =>
  Object.entries(RECONCILIATION_CODES)
    .filter(([, entry]) => entry.outcome === outcome)
    .map(([code, { kind, meaning, repair }]) => `| \`${code}\` | ${kind} | ${meaning} | ${repair} |`)
    .join('\n');

/** docs/reference/reconciliation-codes.md. */
export const codesPage = (): string => `# Codes of reconciliation

Generated from the code; a test keeps it true.

The books are compared with the broker's when a session with it begins and every \`TW_ORDERS_RECONCILE_SECONDS\` from then on. What can be explained is repaired by
an event with a cause, at once. What can't has to last \`TW_ORDERS_RECONCILE_CONFIRM_SECONDS\`, since positions, cash and executions are not read in one instant;
then it is open, and no entry is sent until the broker agrees or a person accepts it (\`tradewind reconcile\`). Exits and stops go on.

## Repaired

| code | kind | what was found | what is done |
|---|---|---|---|
${rowsOf('REPAIRED')}

## Open

| code | kind | what was found | what accepting does |
|---|---|---|---|
${rowsOf('OPEN')}

## Why the desk denies an order

| code | meaning |
|---|---|
${Object.entries(DESK_DENIALS)
  .map(([code, meaning]) => `| \`${code}\` | ${meaning} |`)
  .join('\n')}
`;
