import { describe, expect, it } from 'vitest';

import {
  auditEntries,
  LineageError,
  lineageJson,
  lineageOf,
  type LineageNode,
  renderLineage,
  ticksDigest,
  unresolvedCauses,
} from '../src/index.js';
import { chained, header, story } from './story.js';

const { records } = chained();
const featureNames = () => ['rsi14', 'hurst100'];
const path = (node: LineageNode, ...kinds: string[]): LineageNode => {
  if (kinds.length === 0) return node;
  const next = node.children.find((child) => child.kind === kinds[0]);
  if (!next) throw new Error(`${node.kind} has ${node.children.map((child) => child.kind).join(', ')} and no ${kinds[0]}`);
  return path(next, ...kinds.slice(1));
};

describe('entries', () => {
  it('are one per fact, with what they were made from', () => {
    expect(story.map((entry) => entry.kind)).toEqual([
      'bar',
      'feature-vector',
      'prediction',
      'analysis',
      'signal-decision',
      'verdict',
      'breaker',
      'order-event',
      'order-event',
      'order-event',
      'bar',
      'order-event',
      'account',
    ]);
    expect(new Set(story.map((entry) => entry.factId)).size).toBe(story.length);
    expect(story.find((entry) => entry.kind === 'verdict')).toMatchObject({
      orderId: 'co-1',
      causes: ['sg/SPX/0'],
      actor: 'risk',
      step: 0,
      run: 'demo',
    });
  });
});

describe('lineage', () => {
  it('walks from a fill to the row its bar was read from', () => {
    const fill = lineageOf(records, 'fl/co-1/1');
    const source = path(fill, 'order', 'verdict', 'signal-decision', 'prediction', 'feature-vector', 'bar', 'source');
    expect(source.factId).toBe('vega-datasets@3.2.1/sp500-2000.csv#2198, row of 0');
    expect(path(fill, 'bar').factId).toBe('bar/SPX/1d/1');
    expect(path(fill, 'order').records.map((record) => record.sequence)).toEqual([8, 9, 10, 12]);
  });

  it('spells each fact out once', () => {
    const decision = path(lineageOf(records, 'co-1'), 'verdict', 'signal-decision');
    expect(path(decision, 'prediction', 'feature-vector').repeated).toBe(false);
    expect(path(decision, 'analysis', 'feature-vector').repeated).toBe(true);
  });

  it('shows a cause that was never recorded', () => {
    const missing = path(
      lineageOf(
        records.filter((record) => record.kind !== 'prediction'),
        'co-1',
      ),
      'verdict',
      'signal-decision',
      'missing',
    );
    expect(missing.factId).toBe('pr/SPX/0');
  });

  it('names what has to be fetched next, message ids left out', () => {
    const decision = records.find((record) => record.kind === 'signal-decision')!;
    expect(unresolvedCauses([{ ...decision, causes: [...decision.causes, 'features.vectors/demo/0/0'] }])).toEqual([
      'pr/SPX/0',
      'an/SPX/0',
      'fv/SPX/0',
    ]);
  });

  it('goes on from a bar to the chunks of ticks that it was made of', () => {
    const chunk = {
      header: { ...header('market.ticks', 0), id: 'market.ticks/demo/0/0/0' },
      chunk: 0,
      source: 'alpaca/sip',
      simulated: false,
      ticks: [],
    };
    const ticks = auditEntries('market.ticks', ticksDigest(chunk, 'ab12'), chunk.header.id);
    const told = chained([...ticks, ...story.map((entry) => (entry.kind === 'bar' ? { ...entry, causes: [chunk.header.id] } : entry))]);
    expect(unresolvedCauses(told.records.filter(({ kind }) => kind !== 'ticks'))).toEqual([chunk.header.id]);
    const page = renderLineage(lineageOf(told.records, 'fl/co-1/1'), featureNames);
    expect(page).toMatch(/Ticks market\.ticks\/demo\/0\/0\/0/);
    expect(page).toContain('0 ticks of alpaca/sip, 2008-09-26T20:00:00.000Z to 2008-09-26T20:00:00.000Z, SHA-256 ab12');
  });

  it('names the chunks of ticks that an order was filled on', () => {
    const id = 'market.ticks/demo/1/0/0';
    const chunk = { header: { ...header('market.ticks', 1), id }, chunk: 0, source: 'alpaca/sip', simulated: false, ticks: [] };
    const ticks = auditEntries('market.ticks', ticksDigest(chunk, 'ab12'), id);
    const told = chained([...ticks, ...story.map((entry) => (entry.fillId === 'fl/co-1/1' ? { ...entry, causes: [id] } : entry))]);
    expect(path(lineageOf(told.records, 'fl/co-1/1'), 'ticks').factId).toBe(id);
    const unrecorded = told.records.filter(({ kind }) => kind !== 'ticks');
    expect(path(lineageOf(unrecorded, 'fl/co-1/1'), 'missing').factId).toBe(id);
  });

  it('refuses a fill nobody recorded', () => {
    expect(() => lineageOf(records, 'fl/none/1')).toThrow(LineageError);
  });

  it('reads as one page with layers, votes, model digest and features by name', () => {
    const page = renderLineage(lineageOf(records, 'fl/co-1/1'), featureNames);
    for (const part of [
      'BUY 1.5 SPX at 1210.28',
      'approved',
      'statistical-significance',
      'FAIL',
      'EDGE_BELOW_COST',
      'd1d1',
      'rsi14 0.5',
      'hurst100 not warm',
      'close 1213.27',
      'sp500-2000.csv#2198',
      '[ORDERS #12 ',
    ]) {
      expect(page).toContain(part);
    }
    expect(page.split('\n').length).toBeLessThan(60);
  });

  it('is plain JSON with exact decimals as text and times as ISO text', () => {
    const tree = JSON.parse(JSON.stringify(lineageJson(lineageOf(records, 'fl/co-1/1'), featureNames))) as ReturnType<typeof lineageJson>;
    expect(tree.records[0]!.fact).toMatchObject({ price: '1210.28', quantity: '1.5', at: '2008-09-27T20:00:00.000Z' });
    expect(JSON.stringify(tree)).not.toContain('$n');
  });
});
