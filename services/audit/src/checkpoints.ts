import { checkpointText, nextCheckpoint, type SigningKey, signingKeyEntry, signingKeyOf, endorsementText } from '@tradewind/audit';
import type { Signer } from '@tradewind/audit-keys';
import type { Clock } from '@tradewind/vocabulary';

import type { CheckpointFolder } from './checkpoint-folder.js';
import type { AuditHandler } from './handler.js';
import type { AuditStore } from './store.js';

const EXPORT_CHUNK = 500;

/** Signs where all chains stand, keeps it beside them and outside the database. */
export class Checkpoints {
  constructor(
    private readonly store: AuditStore,
    private readonly signers: readonly [Signer, ...Signer[]],
    private readonly folder: CheckpointFolder,
    private readonly clock: Clock,
  ) {}

  /** Records the key that signs from now on, unless it is the one that signed last. Returns it. */
  async introduceKey(audit: AuditHandler): Promise<SigningKey> {
    const [present, ...earlier] = this.signers;
    const told = (await this.store.signingKeys()).flatMap((record) => signingKeyOf(record) ?? []);
    const last = told.at(-1);
    if (last?.key === present.key) return last;
    // Whoever still holds the key before vouches for the new one.
    const voucher = earlier.find(({ key }) => key === last?.key);
    const previous = last?.key ?? '';
    const endorsement = voucher?.sign(endorsementText(present.publicKey, previous)) ?? '';
    const fact: SigningKey = { key: present.key, publicKey: present.publicKey, previous, endorsement };
    await audit.append([signingKeyEntry(fact, told.length + 1, this.clock.now())]);
    return fact;
  }

  /** One more checkpoint if there is anything new, then brings the folder up to date. Returns how many records are covered. */
  async sign(): Promise<number> {
    // The one before first: what is appended meanwhile then is in the chains, and never behind what is signed.
    const last = await this.store.lastCheckpoint();
    const chains = await this.store.chains();
    const records = chains.reduce((sum, { sequence }) => sum + sequence, 0);
    const checkpoint = nextCheckpoint(last, chains, this.clock.now());
    const [signer] = this.signers;
    if (records > 0 && !isSame(last?.text, checkpoint.chains)) {
      const text = checkpointText(checkpoint);
      await this.store.addCheckpoint(checkpoint.number, { text, key: signer.key, signature: signer.sign(text) });
    }
    await this.export();
    return records;
  }

  private async export(): Promise<void> {
    for (;;) {
      const due = await this.store.checkpointsAfter(await this.folder.last(), EXPORT_CHUNK);
      if (due.length === 0) return;
      await this.folder.add(due);
    }
  }
}

const isSame = (text: string | undefined, chains: ReturnType<typeof nextCheckpoint>['chains']): boolean =>
  text !== undefined && text.endsWith(`"chains":${JSON.stringify(chains)}}`);
