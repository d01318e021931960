import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { outputOf, type Rig, startRig } from './rig.js';

interface SpanNote {
  readonly name: string;
  readonly trace: string;
  readonly id: string;
  readonly parent?: string;
}

describe('tracing', () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await startRig();
  });
  afterEach(async () => {
    await rig[Symbol.asyncDispose]();
  });

  it('continues the trace of the bar in the answer of its handler, also when that is sent after the handler', async () => {
    const spans = JSON.parse(await outputOf('traced-hop.ts', rig.nats.url)) as readonly SpanNote[];
    const chain = ['bar closed', 'publish market.bars', 'process market.bars', 'publish features.vectors'];
    const [root, sent, processed, answered] = chain.map((name) => spans.find((span) => span.name === name));
    expect(new Set([root, sent, processed, answered].map((span) => span?.trace)).size).toBe(1);
    expect([sent?.parent, processed?.parent, answered?.parent]).toEqual([root?.id, root?.id, processed?.id]);
  });
});
