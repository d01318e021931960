import { outputOf, type RegisterCommand } from '../command-output.js';
import { CliError, EXIT } from '../exit-codes.js';
import { preflight } from '../preflight.js';

const MARKS = { ok: 'ok     ', warning: 'warning', fault: 'FAULT  ' } as const;

export const registerDoctor: RegisterCommand = (program, config) => {
  program
    .command('doctor')
    .description('check that this machine and this clone can run the platform; names every fault')
    .action(async (_flags: object, command) => {
      const findings = await preflight(config);
      const faults = findings.filter((finding) => finding.verdict === 'fault');
      outputOf(command, config).result({ fit: faults.length === 0, findings }, () =>
        findings.map((finding) => `${MARKS[finding.verdict]}  ${finding.check.padEnd(14)} ${finding.detail}`).join('\n'),
      );
      if (faults.length > 0)
        throw new CliError(EXIT.configuration, 'NOT_FIT', `${faults.length} of ${findings.length} checks found a fault`);
    });
};
