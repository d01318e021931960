import { join, resolve } from 'node:path';

import { signingKeyOf } from '@tradewind/audit';
import { KeyFileError, openKeyFile, rotateKeyFile } from '@tradewind/audit-keys';
import { stateDirectory } from '@tradewind/local';
import { nanosFromMillis } from '@tradewind/vocabulary';

import { redactFact } from '../audit-redaction.js';
import { AUDIT_SCHEMA, AuditTrail } from '../audit-trail.js';
import { outputOf, type RegisterCommand } from '../command-output.js';
import type { CliConfig } from '../config.js';
import { CliError, EXIT } from '../exit-codes.js';
import { withDatabase, withState } from '../reach.js';
import { speakerOf } from '../speaker.js';
import { findState } from '../state-names.js';

interface KeyFlags {
  readonly name?: string;
  readonly keyFile?: string;
}

const keyFileOf = (config: CliConfig, { name, keyFile }: KeyFlags): string =>
  keyFile === undefined ? join(stateDirectory(config.root, findState(config.root, name).name), 'audit/signing-key.pem') : resolve(keyFile);

const withKeyErrors = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    if (error instanceof KeyFileError) throw new CliError(EXIT.configuration, `KEY_${error.code}`, error.message);
    throw error;
  }
};

/** `tradewind audit redact`. */
export const registerAuditRedact: RegisterCommand = (audit, config) => {
  audit
    .command('redact')
    .description('take the payload of a fact away for good; its record keeps the digest, so everything still verifies')
    .argument('<fact>', 'id of the fact')
    .requiredOption('--reason <text>', 'why, for the audit trail')
    .requiredOption('--actor <name>', 'who, for the audit trail')
    .option('--name <state>', 'which state: demo, up or another')
    .option('--key-file <path>', 'the signing key; the one of the state without it')
    .action(async (factId: string, flags: KeyFlags & { readonly reason: string; readonly actor: string }, command) => {
      const output = outputOf(command, config);
      const said = speakerOf(flags, config);
      const [signer] = await withKeyErrors(() => openKeyFile(keyFileOf(config, flags), false));
      const { target, redaction } = await withState(output, flags.name, ({ database }) =>
        withDatabase(database, AUDIT_SCHEMA, async (client) => {
          const trail = new AuditTrail(client);
          const known = (await trail.ofKind('AUDIT', 'signing-key')).some((record) => signingKeyOf(record)?.key === signer.key);
          if (!known)
            throw new CliError(
              EXIT.configuration,
              'KEY_UNKNOWN',
              `the key ${signer.key} never signed this trail`,
              'start the audit service with it, or name the right key file',
            );
          return redactFact(client, trail, signer, { ...said, factId, at: nanosFromMillis(Date.now()) });
        }),
      );
      output.result(
        {
          redacted: factId,
          chain: target.chain,
          sequence: target.sequence,
          payloadDigest: target.payloadDigest,
          redaction: redaction.factId,
          by: said.actor,
        },
        () =>
          `redacted ${factId} (${target.chain} #${target.sequence}); its digest ${target.payloadDigest} stays, and AUDIT #${redaction.sequence} says who and why`,
      );
    });
};

/** `tradewind audit rotate-key`. */
export const registerAuditRotateKey: RegisterCommand = (audit, config) => {
  audit
    .command('rotate-key')
    .description('put a fresh signing key before the present one, which vouches for it; the audit service takes it at its next start')
    .option('--name <state>', 'which state: demo, up or another')
    .option('--key-file <path>', 'the signing key; the one of the state without it')
    .action(async (flags: KeyFlags, command) => {
      const output = outputOf(command, config);
      const path = keyFileOf(config, flags);
      const { key, publicKey } = await withKeyErrors(() => rotateKeyFile(path));
      output.result(
        { key, publicKey, file: path },
        () => `key ${key} ${publicKey}\nin ${path}; the audit service signs with it from its next start on`,
      );
    });
};
