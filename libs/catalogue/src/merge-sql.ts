import { scanOf } from './engine.js';
import { nameOf, type PartKey } from './layout.js';
import { idSuffixSql } from './row-codec.js';
import { COLUMNS } from './table.js';

/** Rows that were there come before rows that arrive. */
const EXISTING = 0;
const ARRIVING = 1;
/** More rows than any part has: `origin x this + position` orders all versions of a thing. */
const POSITIONS = 1_000_000_000_000;

export interface MergeInput {
  readonly key: PartKey;
  /** Table of the arriving rows, in the order of their arrival. */
  readonly staged: string;
  readonly existing: string | undefined;
  /** False when no arriving tick lies in the time of those that are there: then none can be there already. */
  readonly overlaps: boolean;
  readonly revision: number;
}

/** Statements that make the table `merged`, and `replaced` where versions can be superseded; then what they did. */
export interface Merge {
  readonly statements: readonly string[];
  /** One row: items added, versions superseded, items that were there already, in this order. */
  readonly counts: string;
  readonly orderBy: string;
  readonly supersedes: boolean;
}

const names = (key: PartKey): readonly string[] => Object.keys(COLUMNS[key.kind]);

const allRows = ({ key, staged, existing }: MergeInput): string => {
  const columns = names(key).join(', ');
  const arriving = `SELECT ${columns}, ${ARRIVING} AS origin, rowid AS position FROM ${staged}`;
  if (existing === undefined) return arriving;
  return `SELECT ${columns}, ${EXISTING} AS origin, file_row_number AS position FROM ${scanOf([existing], ', file_row_number = true')} UNION ALL ${arriving}`;
};

/** Things with an id: the last version of each is current, the others are kept beside it. Another source saying the same is no version. */
const versioned = (input: MergeInput, identity: string, content: readonly string[], orderBy: string): Merge => {
  const columns = names(input.key);
  const rest = columns.filter((column) => !content.includes(column));
  const group = [...content, 'identity'].join(', ');
  return {
    statements: [
      `CREATE OR REPLACE TEMP TABLE versions AS
       WITH all_rows AS (SELECT *, ${identity} AS identity FROM (${allRows(input)}))
       SELECT ${group}, ${rest.map((column) => `arg_min(${column}, origin * ${POSITIONS} + position) AS ${column}`).join(', ')},
         min(origin) AS origin, max(origin * ${POSITIONS} + position) AS latest, count(*) AS times
       FROM all_rows GROUP BY ${group}`,
      `CREATE OR REPLACE TEMP TABLE ranked AS
       SELECT *, row_number() OVER (PARTITION BY identity ORDER BY latest DESC) AS rank, min(origin) OVER (PARTITION BY identity) AS first_origin FROM versions`,
      `CREATE OR REPLACE TEMP TABLE merged AS SELECT ${columns.join(', ')} FROM ranked WHERE rank = 1`,
      `CREATE OR REPLACE TEMP TABLE replaced AS SELECT ${columns.join(', ')}, ${input.revision} AS replaced_by_revision FROM ranked WHERE rank > 1`,
    ],
    counts: `SELECT count(*) FILTER (WHERE rank = 1 AND first_origin = ${ARRIVING}), count(*) FILTER (WHERE rank > 1),
       (SELECT count(*) FROM ${input.staged}) - count(*) FILTER (WHERE origin = ${ARRIVING}) FROM ranked`,
    orderBy,
    supersedes: true,
  };
};

const addedOf = ({ staged }: MergeInput, counting: string): string =>
  `SELECT ${counting} FILTER (WHERE origin = ${ARRIVING}), 0, (SELECT ${counting} FROM ${staged}) - ${counting} FILTER (WHERE origin = ${ARRIVING}) FROM merged`;

/** Ticks have no id: the n-th of equal ones is the same as the n-th that was there. */
const unseen = (rows: string, content: string, position: string): string => `
  SELECT * FROM (
    SELECT *, row_number() OVER (PARTITION BY ${content}, occurrence ORDER BY origin) AS rank
    FROM (SELECT *, row_number() OVER (PARTITION BY ${content}, origin ORDER BY ${position}) AS occurrence FROM (${rows})))
  WHERE rank = 1`;

const counted = (input: MergeInput): Merge => {
  const columns = names(input.key);
  const content = columns.filter((column) => column !== 'source').join(', ');
  const rows = allRows(input);
  return {
    statements: [
      `CREATE OR REPLACE TEMP TABLE merged AS
       SELECT ${columns.join(', ')}, origin, position FROM (${input.overlaps ? unseen(rows, content, 'position') : rows})`,
    ],
    counts: addedOf(input, 'count(*)'),
    orderBy: 'event_time, origin, position',
    supersedes: false,
  };
};

/**
 * Events of a book are compared as wholes. They stay in the order of their arrival: a delta makes sense only after the one before it, so an
 * event that is stamped earlier than the one before it is put where the latest stamp so far belongs.
 */
const eventful = (input: MergeInput): Merge => {
  const columns = names(input.key);
  const head = ['event_time', 'sequence', 'previous_sequence', 'type'];
  const levels = 'list((side, price, quantity, quantity_fraction, orders) ORDER BY position) AS levels';
  const events = `
    SELECT *, max(event_time) OVER (PARTITION BY origin ORDER BY position ROWS UNBOUNDED PRECEDING) AS placed_at
    FROM (SELECT origin, event, min(position) AS position, ${head.map((column) => `any_value(${column}) AS ${column}`).join(', ')}
      ${input.overlaps ? `, ${levels}` : ''} FROM book_rows GROUP BY origin, event)`;
  const kept = input.overlaps ? unseen(events, `${head.join(', ')}, levels`, 'position') : events;
  return {
    statements: [
      `CREATE OR REPLACE TEMP TABLE book_rows AS ${allRows(input)}`,
      `CREATE OR REPLACE TEMP TABLE book_events AS
       SELECT origin, event, row_number() OVER (ORDER BY placed_at, origin, position) - 1 AS place FROM (${kept})`,
      `CREATE OR REPLACE TEMP TABLE merged AS
       SELECT ${columns.map((column) => (column === 'event' ? 'place::INTEGER AS event' : `book_rows.${column}`)).join(', ')}, book_rows.origin, book_rows.position
       FROM book_rows JOIN book_events USING (origin, event)`,
    ],
    counts: addedOf(input, 'count(DISTINCT event)'),
    orderBy: 'event, position',
    supersedes: false,
  };
};

/** How arriving rows and a part become its next state. */
export const mergeOf = (input: MergeInput): Merge => {
  const { key } = input;
  switch (key.kind) {
    case 'bars':
      return versioned(
        input,
        idSuffixSql(key.interval),
        ['close_time', 'open_time', 'open', 'high', 'low', 'close', 'volume', 'volume_fraction', 'id_suffix'],
        'close_time, id_suffix',
      );
    case 'records':
      return versioned(input, 'id', ['known_at', 'event_time', 'symbol', 'value', 'text', 'id'], 'known_at, event_time, symbol, id');
    case 'trades':
    case 'quotes':
      return counted(input);
    case 'book':
    case 'samples':
      return eventful(input);
    default:
      key satisfies never;
      throw new TypeError(`no part ${nameOf(key)}`);
  }
};
