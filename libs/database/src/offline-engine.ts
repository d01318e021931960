import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from '@prisma/driver-adapter-utils';
import type { SqlDriverAdapter } from '@prisma/driver-adapter-utils';
import { SchemaEngine } from '@prisma/schema-engine-wasm';

const FILE_NAME = 'schema.prisma';

/** Answers the engine's one question on opening (which server is it?), so that two schemas are compared without any database. */
const withoutDatabase: SqlDriverAdapter = {
  provider: 'postgres',
  adapterName: 'tradewind-offline',
  queryRaw: () =>
    Promise.resolve({
      columnNames: ['exists', 'version', 'numeric_version'],
      columnTypes: [ColumnTypeEnum.Boolean, ColumnTypeEnum.Text, ColumnTypeEnum.Int32],
      rows: [[true, 'PostgreSQL 15.0', 150_000]],
    }),
  executeRaw: () => Promise.resolve(0),
  executeScript: () => Promise.resolve(),
  startTransaction: () => Promise.reject(new Error('there is no database behind the offline schema engine')),
  getConnectionInfo: () => ({ schemaName: 'public', supportsRelationJoins: true }),
  dispose: () => Promise.resolve(),
};

/** The schema belongs to the connection, not to the script. */
const withoutCreateSchema = (script: string): string =>
  script.replace(/-- CreateSchema\s+CREATE SCHEMA IF NOT EXISTS "public";\s*/, '').trim();

/** SQL that takes a database of Prisma schema `before` (undefined: an empty one) to `after`; empty text when nothing changes. Throws on an invalid schema. */
export const schemaChange = async (before: string | undefined, after: string): Promise<string> => {
  const factory = bindMigrationAwareSqlAdapterFactory({
    provider: 'postgres',
    adapterName: withoutDatabase.adapterName,
    connect: () => Promise.resolve(withoutDatabase),
    connectToShadowDb: () => Promise.resolve(withoutDatabase),
  });
  const engine = await SchemaEngine.new({ datamodels: [[FILE_NAME, after]] }, () => undefined, factory);
  try {
    const { stdout } = await engine.diff({
      from: before === undefined ? { tag: 'empty' } : { tag: 'schemaDatamodel', files: [{ path: FILE_NAME, content: before }] },
      to: { tag: 'schemaDatamodel', files: [{ path: FILE_NAME, content: after }] },
      script: true,
      exitCode: null,
      filters: { externalTables: [], externalEnums: [] },
    });
    const script = withoutCreateSchema(stdout ?? '');
    return script.includes('This is an empty migration') ? '' : script;
  } finally {
    engine.free();
  }
};
