import { findDividendFaults } from './dividend-faults.js';
import { findGaps, findSpikes } from './lone-faults.js';
import type { RepairProposal, VendorRow } from './repair-proposal.js';
import { findSplitFaults } from './split-faults.js';
import { findUnitFaults } from './unit-faults.js';
import { WorkingRows } from './working-rows.js';

/**
 * What is likely wrong with a vendor's history, and what it should be: first levels, then single prices, then dividends, each in what the proposals
 * before it would leave. Rows are of one symbol, sorted by time. Changes nothing.
 */
export const proposeRepairs = (rows: readonly VendorRow[]): readonly RepairProposal[] => {
  const working = new WorkingRows(rows);
  findSplitFaults(working);
  findUnitFaults(working);
  findSpikes(working);
  findDividendFaults(working);
  findGaps(working);
  return working.proposals;
};

/** The rows with proposals applied that the caller chose, in the order in which they were made; those without a value change nothing. */
export const applyProposals = (rows: readonly VendorRow[], proposals: readonly RepairProposal[]): readonly VendorRow[] => {
  const repaired = [...rows];
  for (const { index, field, proposed } of proposals)
    if (proposed !== undefined) repaired[index] = { ...repaired[index]!, [field]: proposed };
  return repaired;
};
