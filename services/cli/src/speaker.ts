import type { CliConfig } from './config.js';
import { CliError, EXIT } from './exit-codes.js';

interface SpokenFlags {
  readonly actor?: string | undefined;
  readonly reason?: string | undefined;
}

/** Who says something and why, as the trail keeps it. Throws CliError (64) when either is empty: a command without them would be refused by every service. */
export const speakerOf = (
  { actor, reason = '' }: SpokenFlags,
  { user }: Pick<CliConfig, 'user'>,
): { readonly actor: string; readonly reason: string } => {
  if (reason.trim() === '') throw new CliError(EXIT.usage, 'REASON_MISSING', 'the reason is empty: say why with --reason');
  const person = (actor ?? user).trim();
  if (person === '') throw new CliError(EXIT.usage, 'ACTOR_MISSING', 'the actor is empty: name a person with --actor');
  return { actor: person, reason: reason.trim() };
};
