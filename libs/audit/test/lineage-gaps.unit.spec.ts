import { describe, expect, it } from 'vitest';

import { type AuditRecord, lineageGaps, lineageOf, renderLineage, renderLineagePage } from '../src/index.js';
import { chained } from './story.js';

const { records } = chained();
const gapsWith = (change: (record: AuditRecord) => AuditRecord | undefined): string[] =>
  lineageGaps(
    lineageOf(
      records.flatMap((record) => change(record) ?? []),
      'fl/co-1/1',
    ),
  );
const without = (kind: string): string[] => gapsWith((record) => (record.kind === kind ? undefined : record));
const replacing = (kind: string, from: string | RegExp, to: string): string[] =>
  gapsWith((record) => (record.kind === kind ? { ...record, payload: record.payload.replace(from, to) } : record));
const purpose = (to: string): string[] => replacing('order-event', '"purpose":"signal"', `"purpose":"${to}"`);

describe('a lineage', () => {
  it('lacks what its order has no reason for, by the purpose of the order', () => {
    expect(purpose('signal:enter')).toEqual(['sg/SPX/0 has 2 validation layers']);
    expect(purpose('breaker:daily-loss')).toContain('an order for breaker:daily-loss leads to no breaker');
    expect(purpose('kill-switch')).toContain('an order for kill-switch leads to no risk-command or trading-state');
    expect(purpose('external:manual')).toContain('an order for external:manual leads to no reconciliation or orders-command');
  });

  it.each(['verdict', 'signal-decision', 'prediction', 'analysis', 'feature-vector'])('lacks a %s that was never recorded', (kind) => {
    expect(without(kind).some((gap) => gap.endsWith('was never recorded'))).toBe(true);
  });

  it('lacks a model file, a prompt and an answer that are not named, and votes', () => {
    expect(replacing('prediction', /"digest":"[^"]*"/, '"digest":""')).toContain('pr/SPX/0 names no model file');
    expect(replacing('analysis', '"ruleBased":true', '"ruleBased":false')).toContain('an/SPX/0 names no prompt or no answer');
    expect(replacing('signal-decision', /"votes":\[[^\]]*\]/, '"votes":[]')).toContain('sg/SPX/0 has 2 validation layers and no votes');
  });

  it('lacks the beginning of an order nobody recorded', () => {
    expect(gapsWith((record) => (record.factId === 'oe/co-1/1' ? undefined : record))).toContain(
      'the beginning of the order is not recorded',
    );
  });
});

describe('the page of a lineage', () => {
  const page = (told = records): string =>
    renderLineagePage(lineageOf(told, 'fl/co-1/1'), () => ['rsi14', 'hurst100'], { gaps: ['a <gap>'], head: 'ab12' });

  it('needs nothing beside it and names every record', () => {
    expect(page()).not.toMatch(/<script|<link|src=|url\(|https?:/);
    for (const part of ['BUY 1.5 SPX at 1210.28', 'ORDERS #12', 'rsi14 0.5', 'EDGE_BELOW_COST', 'a &lt;gap&gt;', 'ab12'])
      expect(page()).toContain(part);
  });

  it('shows what facts say as text, never as markup', () => {
    const hostile = records.map((record) =>
      record.kind === 'analysis' ? { ...record, payload: record.payload.replace('above', '<img src=x onerror=alert(1)>') } : record,
    );
    expect(page(hostile)).not.toContain('<img');
    expect(page(hostile)).toContain('&lt;img');
  });

  it('says of a redacted fact that it was redacted', () => {
    const redacted = records.map((record) =>
      record.kind === 'feature-vector' || record.kind === 'bar' ? { ...record, payload: '', redaction: 3 } : record,
    );
    expect(page(redacted)).toContain('redacted by record 3 of the chain AUDIT');
    expect(renderLineage(lineageOf(redacted, 'fl/co-1/1'), () => [])).toContain('redacted by record 3');
  });
});
