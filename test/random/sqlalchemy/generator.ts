/** Worlds of SQLAlchemy models, and every family of programs over them. A new family is a file, and a line here. */
import type { Generator } from '../program.ts';
import { attributeReads } from './attributes.ts';
import { family } from './context.ts';
import { coreStatements } from './core.ts';
import { inheritance } from './inheritance.ts';
import { aggregates, selectJoined } from './joins.ts';
import { containsEager, loaderCriteria, loaderOptions } from './loading.ts';
import { legacyQueries } from './legacy.ts';
import { modelGraph } from './models.ts';
import { selectColumns, selectEntities } from './selects.ts';
import { sessionStates } from './sessionStates.ts';
import { subqueries } from './subqueries.ts';
import { unitsOfWork } from './unitOfWork.ts';
import { writes } from './writes.ts';

export const sqlalchemy: Generator = {
  world(random, name) {
    const graph = modelGraph(random, name);
    return {
      world: graph.world,
      families: [
        family(graph, 'select', 3, selectEntities),
        family(graph, 'columns', 2, selectColumns),
        family(graph, 'join', 3, selectJoined),
        family(graph, 'aggregate', 3, aggregates),
        family(graph, 'loading', 4, loaderOptions),
        family(graph, 'contains-eager', 1, containsEager),
        family(graph, 'subquery', 3, subqueries),
        family(graph, 'legacy', 3, legacyQueries),
        family(graph, 'core', 2, coreStatements),
        family(graph, 'attribute', 2, attributeReads),
        family(graph, 'inheritance', 2, inheritance),
        family(graph, 'write', 3, writes),
        family(graph, 'unit-of-work', 4, unitsOfWork),
        family(graph, 'session-state', 3, sessionStates),
        family(graph, 'criteria', 2, loaderCriteria),
      ],
    };
  },
};
