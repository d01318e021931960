import { fileURLToPath } from 'node:url';

import {
  AUDIT_COLUMNS,
  auditEntries,
  type AuditRecord,
  auditRecordOf,
  type AuditRow,
  lineageGaps,
  type LineageNode,
  lineageOf,
  payloadDigestOf,
} from '@tradewind/audit';
import type { Report } from '@tradewind/backtest';
import { backtestDemo, runDemo } from '@tradewind/cli';
import { Platform, resetState } from '@tradewind/local';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** 260 steps warm up, the others trade: enough for signals, refusals, fills, stops and closed trades. */
const STEPS = 700;
const root = fileURLToPath(new URL('../..', import.meta.url));

/** All records of a state that is not running. */
const recordsOf = async (name: string): Promise<AuditRecord[]> => {
  const platform = await Platform.start({ root, name, services: [] });
  const client = new Client({ connectionString: platform.databaseUrl, options: '-c search_path=audit' });
  try {
    await client.connect();
    const found = await client.query<AuditRow>(`SELECT ${AUDIT_COLUMNS.join(', ')} FROM record ORDER BY chain, sequence`);
    return found.rows.map(auditRecordOf);
  } finally {
    await client.end();
    await platform.stop();
  }
};

describe.each([1, 2])('the demo over the bus and the backtest in process, %d partition(s)', (partitions) => {
  const name = `flow-equality-${partitions}`;
  const facts = new Map<string, string>();
  let demo: Report;
  let backtest: Report;

  beforeAll(async () => {
    demo = await runDemo({ root, name, partitions, stepLimit: STEPS });
    backtest = await backtestDemo({
      root,
      partitions,
      stepLimit: STEPS,
      onFact: (event, fact) => {
        for (const entry of auditEntries(event, fact as never, fact.header.id))
          facts.set(`${entry.messageId} ${entry.factId}`, payloadDigestOf(entry.payload));
      },
    });
  });
  afterAll(() => resetState(root, name));

  it('trade, or the comparison would prove nothing', () => {
    expect(demo.fills).toBeGreaterThan(5);
    expect(demo.signals.validated).toBeGreaterThan(0);
  });

  it('place and fill the same orders', () => {
    expect(demo.ordersHash).toBe(backtest.ordersHash);
    expect([demo.orders, demo.fills, demo.barsReplayed, demo.steps]).toEqual([
      backtest.orders,
      backtest.fills,
      backtest.barsReplayed,
      backtest.steps,
    ]);
  });

  it('end with the same money, to the last digit', () => {
    expect([demo.equityEndExact, demo.feesExact]).toEqual([backtest.equityEndExact, backtest.feesExact]);
  });

  it('give the same figures, refusals, signals and breakers', () => {
    const comparable = ({ signals, refusals, breakers, sharpe, maxDrawdown, tradingStates, buyAndHold }: Report) => ({
      signals,
      refusals,
      breakers,
      sharpe,
      maxDrawdown,
      tradingStates,
      buyAndHold,
    });
    expect(comparable(demo)).toEqual(comparable(backtest));
  });

  it('say the same facts, byte for byte, each recorded once in a verified chain', async () => {
    expect(demo.audit).toMatchObject({ verified: true });
    const records = (await recordsOf(name)).filter((record) => record.run === demo.run);
    expect(new Set(records.map((record) => record.factId)).size).toBe(records.length);
    expect(new Map(records.map((record) => [`${record.messageId} ${record.factId}`, record.payloadDigest]))).toEqual(facts);
  });

  it('can walk from every fill back to the rows its bars were read from, with nothing missing on the way', async () => {
    const records = await recordsOf(name);
    const fills = records.flatMap(({ fillId }) => fillId ?? []).filter((fillId) => fillId !== '');
    expect(fills).toHaveLength(demo.fills);
    const kindsOf = (node: LineageNode): string[] => [node.kind, ...node.children.flatMap(kindsOf)];
    for (const fill of fills) {
      expect(lineageGaps(lineageOf(records, fill)), fill).toEqual([]);
      const kinds = new Set(kindsOf(lineageOf(records, fill)));
      expect([...kinds], fill).not.toContain('missing');
      const reasons = kinds.has('breaker') ? ['breaker'] : ['verdict', 'signal-decision', 'prediction', 'analysis', 'feature-vector'];
      for (const kind of ['order', 'bar', 'source', ...reasons]) expect([...kinds], fill).toContain(kind);
    }
  });
});
