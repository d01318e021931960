import type { Database, EventLike } from '@tradewind/database';
import { EMPTY_REGISTRY, type ModelStageChanged, type RegisteredVersion, type RegistryState } from '@tradewind/models';
import type { DurableStage, Kit } from '@tradewind/service-kit';

import { PrismaClient } from './generated/prisma/client.js';

/** Name of the aggregate: the versions of all models and their stages. */
const REGISTRY = 'registry';

export type RegistryStage = DurableStage<RegistryState>;

/** The registry at one of its versions; a higher one is later. */
export interface SavedRegistry {
  readonly version: number;
  readonly state: RegistryState;
}

/** The saved registry, loaded. Rejects with what the database throws. */
export const openRegistry = (kit: Pick<Kit, 'openStage'>): Promise<RegistryStage> =>
  kit.openStage({ name: REGISTRY, initialState: () => EMPTY_REGISTRY });

/** Changes of stage as rows. They belong to no step of a run. */
export const eventRows = (changes: readonly ModelStageChanged[]): readonly EventLike[] =>
  changes.map((change) => ({ id: change.id, type: 'ModelStageChanged', step: 0, at: change.at, payload: change }));

/** What the registry keeps beside its state. */
export class RegistryStore {
  readonly #prisma: PrismaClient;

  constructor(private readonly database: Database) {
    this.#prisma = new PrismaClient({ adapter: database.prismaAdapter() });
  }

  /** The registry as last saved, by whichever instance. */
  async saved(): Promise<SavedRegistry> {
    return (await this.database.unitOfWork.load<RegistryState>(REGISTRY)) ?? { version: 0, state: EMPTY_REGISTRY };
  }

  /** Keeps a manifest. The first one of a file stays. */
  async keepManifest(model: string, digest: string, manifest: string): Promise<void> {
    await this.#prisma.modelManifest.createMany({ data: [{ model, digest, manifest }], skipDuplicates: true });
  }

  /** Texts of the manifests of these versions, by digest. */
  async manifests(versions: readonly Pick<RegisteredVersion, 'model' | 'digest'>[]): Promise<ReadonlyMap<string, string>> {
    const rows = await this.#prisma.modelManifest.findMany({
      where: { OR: versions.map(({ model, digest }) => ({ model, digest })) },
      select: { digest: true, manifest: true },
    });
    return new Map(rows.map(({ digest, manifest }) => [digest, manifest]));
  }

  close(): Promise<void> {
    return this.#prisma.$disconnect();
  }
}
