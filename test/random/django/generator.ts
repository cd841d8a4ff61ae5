/** Worlds of Django models, and every family of programs over them. A new family is a file, and a line here. */
import type { Generator } from '../program.ts';
import {
  aggregated,
  annotated,
  conditional,
  conditionallyAggregated,
  nested,
  values,
  windowed,
} from './annotations.ts';
import { family } from './context.ts';
import { filtered, lookedUp } from './filters.ts';
import { loading } from './loading.ts';
import { modelGraph } from './models.ts';
import { linked, written } from './writes.ts';

export const django: Generator = {
  world(random, name) {
    const graph = modelGraph(random, name);
    return {
      world: graph.world,
      families: [
        family(graph, 'filter', 4, filtered),
        family(graph, 'lookup', 2, lookedUp),
        family(graph, 'aggregate', 2, aggregated),
        family(graph, 'annotate', 3, annotated),
        family(graph, 'window', 2, windowed),
        family(graph, 'conditional-aggregate', 2, conditionallyAggregated),
        family(graph, 'values', 2, values),
        family(graph, 'conditional', 2, conditional),
        family(graph, 'subquery', 2, nested),
        family(graph, 'loading', 3, loading),
        family(graph, 'write', 3, written),
        family(graph, 'related-manager', 2, linked),
      ],
    };
  },
};
