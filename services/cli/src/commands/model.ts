import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { DEMO_PLAN, replayDataset } from '@tradewind/market';
import { openModelStore } from '@tradewind/model-store';
import { ManifestError, type ModelManifest, type ModelVersion, parseManifest } from '@tradewind/models';
import { readDemoSources } from '@tradewind/replay-files';
import { isoFromNanos, type UnixNanos } from '@tradewind/vocabulary';
import { modelStage } from '@tradewind/wire';
import type { Command } from 'commander';

import { trainOn } from '../baseline-model.js';
import { outputOf, type RegisterCommand } from '../command-output.js';
import { CliError, EXIT } from '../exit-codes.js';
import { type Output, table } from '../output.js';
import { withBus } from '../reach.js';
import { ask } from '../requests.js';
import { requireRunning } from '../state-names.js';

interface StateFlags {
  readonly name?: string;
}

/** The gate loads and runs the model before it answers. */
const GATE_TIMEOUT_MS = 60_000;
const MANIFEST_SUFFIX = '.manifest.json';
const DIGEST_SHOWN = 12;

/** Where the manifest of a model file lies. */
export const manifestPathOf = (onnxPath: string): string => onnxPath.replace(/\.onnx$/, '') + MANIFEST_SUFFIX;
const percent = (share: number): string => `${(share * 100).toFixed(1)}%`;

const read = async (path: string): Promise<Buffer> => {
  try {
    return await readFile(path);
  } catch (error) {
    throw new CliError(EXIT.configuration, 'FILE_UNREADABLE', `${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
};

const readManifest = async (path: string): Promise<{ readonly manifest: ModelManifest; readonly text: string }> => {
  const text = (await read(path)).toString('utf8');
  try {
    return { manifest: parseManifest(text), text };
  } catch (error) {
    if (error instanceof ManifestError) throw new CliError(EXIT.data, error.code, `${path}: ${error.message}`);
    throw error;
  }
};

const card = ({ model, digest, horizonBars, inputs, heldOut, lineage }: ModelManifest): string =>
  [
    `${model}  ${digest}`,
    `predicts whether the close rises over ${horizonBars} bars, from ${inputs.length} features`,
    ...lineage.sources.map(
      ({ name, rows, from, to }) => `trained on ${rows} rows of ${name}, ${from.slice(0, 10)} to ${to.slice(0, 10)}, seed ${lineage.seed}`,
    ),
    `on ${heldOut.rows} rows it never saw: AUC ${heldOut.auc.toFixed(3)}, Brier ${heldOut.brier.toFixed(4)} (their own base rate ${heldOut.brierOfBaseRate.toFixed(4)}), ` +
      `log loss ${heldOut.logLoss.toFixed(4)}, accuracy ${percent(heldOut.accuracy)}, calibration error ${percent(heldOut.calibrationError)}`,
  ].join('\n');

const train = async (output: Output, directory: string): Promise<void> => {
  output.news('training', { until: DEMO_PLAN.tradingFrom }, 'training the baseline on the bars before trading starts');
  const { manifest, manifestJson, onnx } = trainOn(replayDataset(DEMO_PLAN, await readDemoSources()));
  await mkdir(directory, { recursive: true });
  const onnxPath = join(directory, `${manifest.model}.onnx`);
  await writeFile(onnxPath, onnx);
  await writeFile(manifestPathOf(onnxPath), `${manifestJson}\n`);
  output.result({ onnx: onnxPath, manifest }, () => `${card(manifest)}\nwritten to ${onnxPath}`);
};

const publish = async (output: Output, file: string, state: string | undefined): Promise<void> => {
  const onnx = await read(file);
  const { manifest, text } = await readManifest(manifestPathOf(file));
  const digest = createHash('sha256').update(onnx).digest('hex');
  if (digest !== manifest.digest)
    throw new CliError(EXIT.data, 'DIGEST_MISMATCH', `${file} is ${digest}, its manifest is of ${manifest.digest}`);
  await withBus(requireRunning(output.config.root, state).urls.nats, async (bus) => {
    await (await openModelStore(bus.connection)).put(onnx);
    const fields = { model: manifest.model, digest, manifestJson: text.trimEnd(), actor: output.config.user };
    const { version, alreadyRegistered } = await ask(bus, 'inference.publish', fields, GATE_TIMEOUT_MS);
    const name = `${manifest.model}@${version!.version}`;
    output.result({ model: manifest.model, version: version!.version, digest, alreadyRegistered }, () =>
      alreadyRegistered ? `${name} was registered before` : `${name} passed the gate and is registered`,
    );
  });
};

const promote = async (output: Output, name: string, reason: string, state: string | undefined): Promise<void> => {
  const match = /^([a-z][a-z0-9-]{0,31})@(\d{1,9})$/.exec(name);
  if (match === null) throw new CliError(EXIT.usage, 'MODEL_NAME', `'${name}' is not <model>@<version>, for instance baseline@1`);
  await withBus(requireRunning(output.config.root, state).urls.nats, async (bus) => {
    const fields = { model: match[1]!, version: Number(match[2]), actor: output.config.user, reason };
    const { version } = await ask(bus, 'inference.promote', fields, GATE_TIMEOUT_MS);
    output.result({ model: version!.model, version: version!.version, digest: version!.digest }, () => `${name} is the champion`);
  });
};

const list = async (output: Output, state: string | undefined): Promise<void> => {
  const rows = await withBus(requireRunning(output.config.root, state).urls.nats, async (bus) => {
    const { versions } = await ask(bus, 'inference.list', {});
    return versions.map((entry): Omit<ModelVersion, 'manifestJson' | 'registeredAt'> & { readonly registeredAt: string } => ({
      model: entry.model,
      version: entry.version,
      digest: entry.digest,
      stage: modelStage.read(entry.stage, 'stage'),
      registeredAt: isoFromNanos(entry.registeredAtNs as UnixNanos),
      registeredBy: entry.registeredBy,
    }));
  });
  output.result(rows, () =>
    rows.length === 0
      ? 'no model is registered'
      : table(
          ['model', 'stage', 'registered', 'by', 'digest'],
          rows.map((row) => [
            `${row.model}@${row.version}`,
            row.stage,
            row.registeredAt,
            row.registeredBy,
            row.digest.slice(0, DIGEST_SHOWN),
          ]),
        ),
  );
};

/** `tradewind model train|publish|promote|list`. */
export const registerModel: RegisterCommand = (program, config) => {
  const model = program.command('model').description('train, publish, promote and list model versions');
  model
    .command('train')
    .description('train the baseline on the bars before trading starts; the same data give the same file')
    .option('--out <directory>', 'where to write the ONNX file and its manifest', 'var/models')
    .action((flags: { readonly out: string }, command: Command) => train(outputOf(command, config), resolve(config.root, flags.out)));
  model
    .command('publish')
    .description(`register an ONNX file; its manifest lies beside it as <name>${MANIFEST_SUFFIX}`)
    .argument('<file>', 'the ONNX file')
    .option('--name <state>', 'which running state: demo, up or another')
    .action((file: string, flags: StateFlags, command: Command) => publish(outputOf(command, config), resolve(file), flags.name));
  model
    .command('promote')
    .description('let a registered version decide from the next step on; the present champion retires')
    .argument('<model@version>', 'for instance baseline@1')
    .requiredOption('--reason <text>', 'why, for the audit trail')
    .option('--name <state>', 'which running state: demo, up or another')
    .action((version: string, flags: StateFlags & { readonly reason: string }, command: Command) =>
      promote(outputOf(command, config), version, flags.reason, flags.name),
    );
  model
    .command('list')
    .description('registered versions, the newest last')
    .option('--name <state>', 'which running state: demo, up or another')
    .action((flags: StateFlags, command: Command) => list(outputOf(command, config), flags.name));
};
