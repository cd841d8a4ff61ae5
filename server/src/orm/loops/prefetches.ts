/** Rows that were prefetched, and are asked for again with another query. */
import type { TextRange } from '../../base/text.ts';
import type { Attribute, Call, Node } from '../../python/syntax/nodes.ts';
import { isWritten } from '../../python/syntax/written.ts';
import type { SourceFile } from '../../python/types.ts';
import type { Inference } from '../infer.ts';
import { loadedWith } from '../lazyReads.ts';
import type { Model, Relation } from '../model.ts';
import type { Query } from '../values.ts';
import { callsOn } from './chains.ts';
import { eachInRounds, type FoundLoop } from './find.ts';

export interface DiscardedPrefetch {
  /** `post.comments.filter(…)`, and the attribute in it. */
  readonly range: TextRange;
  readonly attribute: Attribute;
  readonly call: Call;
  /** What is asked for: `filter`. */
  readonly method: string;
  readonly relation: Relation;
  readonly owner: Model;
  readonly query: Query;
  readonly steps: readonly string[];
}

/**
 * What a related manager does not answer from prefetched rows
 * (https://docs.djangoproject.com/en/stable/ref/models/querysets/#prefetch-related).
 */
const ASKS_AGAIN = new Set([
  ...['filter', 'exclude', 'order_by', 'reverse', 'distinct', 'annotate', 'values', 'values_list', 'only', 'defer'],
  ...['select_related', 'prefetch_related', 'get', 'last', 'latest', 'earliest', 'aggregate', 'iterator'],
]);

export function discardedPrefetches(
  file: SourceFile,
  loops: readonly FoundLoop[],
  inference: Inference,
): readonly DiscardedPrefetch[] {
  const found = new Map<Node, DiscardedPrefetch>();
  for (const { body } of loops)
    eachInRounds(body, (node, parents) => {
      if (node.kind !== 'Attribute' || isWritten(node, parents[0])) return;
      const discarded = discardedPrefetch(node, parents, file, inference);
      if (discarded) found.set(node, discarded);
    });
  return [...found.values()].sort((a, b) => a.range.start - b.range.start);
}

function discardedPrefetch(
  node: Attribute,
  parents: readonly Node[],
  file: SourceFile,
  inference: Inference,
): DiscardedPrefetch | null {
  const on = inference.valueOf(file, node.value);
  const owner = on.kind === 'instance' ? inference.graph.model(on.model) : undefined;
  const relation = owner && inference.graph.relation(owner, node.attr.text);
  if (on.kind !== 'instance' || owner?.orm !== 'django' || relation?.cardinality !== 'many') return null;
  const calls = callsOn(node, parents);
  const at = calls[0] === 'all' ? 1 : 0;
  const method = calls[at];
  if (method === undefined || !ASKS_AGAIN.has(method)) return null;
  // The calls of a chain are every second node around the attribute.
  const call = parents[2 * at + 1];
  const loaded = loadedWith(on, relation.name);
  if (call?.kind !== 'Call' || !loaded) return null;
  return { range: { start: call.start, end: call.end }, attribute: node, call, method, relation, owner, ...loaded };
}
