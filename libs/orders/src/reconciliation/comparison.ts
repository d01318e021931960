import type { AccountEvent } from '@tradewind/portfolio';
import type { VenueSnapshot } from '@tradewind/venue';

import type { DeskLedger } from '../desk/desk-ledger.js';
import type { DeskPolicy, OpenDifference } from '../desk/desk-state.js';
import { differenceIdOf } from '../desk/difference-id.js';
import type { ReconciliationDifference } from '../facts.js';
import { RECONCILIATION_CODES } from './codes.js';
import type { ReconciliationCode } from './codes.js';

interface Found {
  readonly code: ReconciliationCode;
  readonly subject: string;
  readonly ours: string;
  readonly theirs: string;
  readonly explanation?: string;
  readonly repairs?: readonly AccountEvent[];
  /** What the id follows from, when it is not ours and theirs. */
  readonly basis?: readonly string[];
}

/** One comparison under way: what was repaired so far, and what could not be. */
export class Comparison {
  readonly repaired: ReconciliationDifference[] = [];
  readonly candidates: OpenDifference[] = [];
  /** The venue's list of executions begins later than we asked for. */
  readonly partial: boolean;
  /** What this account was before: never traded, and about to take over the venue's. */
  readonly adopting: boolean;

  constructor(
    readonly ledger: DeskLedger,
    readonly snapshot: VenueSnapshot,
    readonly policy: DeskPolicy,
  ) {
    const { desk } = ledger.state;
    this.adopting = !desk.adopted;
    this.partial = desk.adopted && snapshot.executionsSince > desk.horizon;
  }

  /** Something that an event has put right. */
  repair(found: Found): void {
    this.repaired.push(this.difference(found, 'REPAIRED'));
  }

  /** Something that only a person, or the venue, can end. */
  leave(found: Found): void {
    const difference = this.difference(found, 'OPEN');
    this.candidates.push(found.repairs === undefined ? difference : { ...difference, repairs: found.repairs });
  }

  private difference(found: Found, status: 'REPAIRED' | 'OPEN'): ReconciliationDifference {
    const { code, subject, ours, theirs, basis, explanation } = found;
    const entry = RECONCILIATION_CODES[code];
    return {
      id: differenceIdOf(code, subject, ...(basis ?? [ours, theirs])),
      kind: entry.kind,
      subject,
      ours,
      theirs,
      code,
      status,
      explanation: explanation ?? `${entry.meaning} ${entry.repair}`,
    };
  }
}
