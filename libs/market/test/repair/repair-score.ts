import { proposeRepairs, type RepairField, type RepairKind, type RepairProposal, type VendorRow } from '../../src/index.js';

const FIELDS: readonly RepairField[] = ['open', 'high', 'low', 'close', 'adjusted', 'volume', 'dividend'];
/** A value is right within 1% of the true one, and one that is off by less than a ten-thousandth is none to repair. */
const VALUE_TOLERANCE = 0.01;
const CHANGE_MIN = 0.000_1;

interface Score {
  proposed: number;
  right: number;
  faulty: number;
  repaired: number;
}

const apart = (left: number, right: number, tolerance: number): boolean =>
  Math.abs(left - right) > tolerance * Math.max(Math.abs(left), Math.abs(right));
const keyOf = (index: number, field: RepairField): string => `${index}/${field}`;
const share = (part: number, whole: number): string => (whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)}%`);

/** Counts values, by kind: `faulty` ones by the kind of fault that their file has, proposals by the kind that they name. */
export class RepairScore {
  readonly #kinds = new Map<RepairKind, Score>();
  /** One line for each proposal that is not right. */
  readonly wrong: string[] = [];

  add(name: string, told: RepairKind, rows: readonly VendorRow[], truth: readonly VendorRow[]): void {
    const final = new Map<string, RepairProposal>(
      proposeRepairs(rows)
        .filter(({ proposed }) => proposed !== undefined)
        .map((one) => [keyOf(one.index, one.field), one]),
    );
    for (const [index, row] of rows.entries())
      for (const field of FIELDS) this.#count(name, told, row, truth[index]!, field, final.get(keyOf(index, field)));
  }

  of(kind: RepairKind): Readonly<Score> {
    return this.#scoreOf(kind);
  }

  table(): string {
    return [...this.#kinds]
      .map(
        ([kind, { proposed, right, faulty, repaired }]) =>
          `| \`${kind}\` | ${faulty} | ${repaired} | ${share(repaired, faulty)} | ${proposed} | ${right} | ${share(right, proposed)} |`,
      )
      .join('\n');
  }

  #count(name: string, told: RepairKind, row: VendorRow, truth: VendorRow, field: RepairField, proposal: RepairProposal | undefined): void {
    const faulty = apart(row[field], truth[field], CHANGE_MIN);
    const right = proposal !== undefined && faulty && !apart(proposal.proposed!, truth[field], VALUE_TOLERANCE);
    if (faulty) this.#scoreOf(told).faulty += 1;
    if (right) this.#scoreOf(told).repaired += 1;
    if (proposal === undefined) return;
    this.#scoreOf(proposal.kind).proposed += 1;
    if (right) this.#scoreOf(proposal.kind).right += 1;
    else
      this.wrong.push(
        `${name} row ${proposal.index} ${field}: ${proposal.kind} ${proposal.now} -> ${proposal.proposed}, true ${truth[field]}`,
      );
  }

  #scoreOf(kind: RepairKind): Score {
    const score = this.#kinds.get(kind) ?? { proposed: 0, right: 0, faulty: 0, repaired: 0 };
    this.#kinds.set(kind, score);
    return score;
  }
}
