import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { describe, expect, it } from 'vitest';

import { inspectOnnx, type ModelManifest, refuseModelFile, trainBaseline } from '../src/index.js';
import { FEATURE_SET, leaningBars } from './synthetic-bars.js';

const folder = resolve(process.env['TRADEWIND_DATA_DIR'] ?? '../shared/data', 'onnx');
const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.onnx')) : [];

describe.skipIf(files.length === 0)(`third-party models in TRADEWIND_DATA_DIR${files.length === 0 ? ' (absent: skipped)' : ''}`, () => {
  const { manifest } = trainBaseline({ dataset: 'synthetic', symbol: 'NDX', bars: leaningBars(2_500, 3) }, FEATURE_SET);
  const limits = { sizeBytesMax: 64_000_000, featureSets: new Map([[FEATURE_SET.hash, FEATURE_SET.names]]) };

  it.each(files)('reads the signature of %s and refuses it as no model of ours', (name) => {
    const bytes = readFileSync(resolve(folder, name));
    const summary = inspectOnnx(bytes);
    expect(summary.inputs.length).toBeGreaterThan(0);
    expect(summary.nodes).toBeGreaterThan(0);
    expect(summary.externalTensors).toEqual([]);
    const claimed: ModelManifest = { ...manifest, digest: createHash('sha256').update(bytes).digest('hex'), sizeBytes: bytes.length };
    expect(refuseModelFile(bytes, claimed, limits)?.rule).toBe('INPUT_SIGNATURE');
  });
});
