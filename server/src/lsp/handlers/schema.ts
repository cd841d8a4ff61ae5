import { normalizePath } from '../../base/paths.ts';
import { SchemaCache } from '../../database/schemaCache.ts';
import { modelsByTable } from '../../ide/modelsByTable.ts';
import { readSchema, type ShownSchema, tableModels } from '../../protocol/schema.ts';
import type { Handler } from '../handler.ts';

/** The tables of live databases, and the models behind them. */
export const schema: Handler = {
  register({ documents, session, requests }) {
    const cache = new SchemaCache();

    requests.on(readSchema, {
      needsFiles: false,
      otherwise: { state: 'unknown', problem: 'other', message: 'Ormsight could not read the database.' },
      async answer({ driver, database, secret, refresh }, cancellation): Promise<ShownSchema> {
        if (refresh) cache.forget();
        const schema = await cache.schema({ name: database, driver, database }, secret, cancellation);
        if (schema.state === 'unknown') {
          return { state: 'unknown', problem: schema.problem.kind, message: schema.problem.message };
        }
        const { tables, unknown } = schema.catalog;
        return { state: 'known', tables, unknown };
      },
    });

    requests.on(tableModels, {
      otherwise: [],
      answer: ({ database }) =>
        modelsByTable(session.engine.modelGraph(), normalizePath(database)).flatMap(
          ({ schema, table, name, declared }) => {
            const place = documents.locate(declared.path, declared.range);
            return place ? [{ schema, table, name, uri: place.uri, range: place.range }] : [];
          },
        ),
    });
  },
};
