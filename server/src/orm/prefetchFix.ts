/** Rows with a condition, loaded with those they belong to: `Prefetch(…, queryset=…, to_attr=…)`. */
import type { Call, Expr } from '../python/syntax/nodes.ts';
import { nodesUnder } from '../python/syntax/visit.ts';
import type { Unit } from '../python/units.ts';
import type { SourceFile } from '../python/types.ts';
import type { EagerLoadFix } from './eagerLoadFix.ts';
import { nameInFile } from './eagerLoadFix.ts';
import { importEdit } from './importEdit.ts';
import type { Inference } from './infer.ts';
import type { DiscardedPrefetch } from './loops/loops.ts';
import { callsOf } from './values.ts';

/**
 * Only for `for row in parent.rows.filter(…)` with conditions that hold for all parents, where nothing else reads the
 * rows: then the filtered ones take the place of all.
 */
export function prefetchFix(
  { attribute, call, method, relation, query, steps }: DiscardedPrefetch,
  file: SourceFile,
  unit: Unit,
  inference: Inference,
): EagerLoadFix | null {
  if (!/^(filter|exclude|order_by)$/.test(method) || steps.length > 1 || query.file !== file) return null;
  const target = relation.target === null ? undefined : inference.graph.model(relation.target);
  const model = target && nameInFile(file, target, inference);
  const lookup = lookupOf(query, relation.name);
  if (!model || !lookup || ![...call.args, ...call.keywords.map(({ value }) => value)].every(isConstant)) return null;
  if (call.keywords.some(({ name }) => name === null) || !isLoopedOver(call, unit)) return null;
  const text = file.text.slice(unit.node.start, unit.node.end);
  if ([...text.matchAll(new RegExp(`\\.${relation.name}\\b`, 'g'))].length !== 1) return null;
  const attr = `${method === 'order_by' ? 'ordered' : 'some'}_${relation.name}`;
  const given = file.text.slice(call.func.end, call.end);
  const quoted = file.text.slice(lookup.start, lookup.end);
  const quote = quoted.at(-1)!;
  return {
    title: `Prefetch them as ${attr}`,
    edits: [
      {
        path: file.path,
        range: { start: lookup.start, end: lookup.end },
        newText: `Prefetch(${quoted}, queryset=${model}.objects.${method}${given}, to_attr=${quote}${attr}${quote})`,
      },
      { path: file.path, range: { start: attribute.attr.start, end: call.end }, newText: attr },
      ...importEdit(inference.program, file, 'django.db.models', 'Prefetch'),
    ],
    isPreferred: true,
  };
}

/** The string that names the relation in `prefetch_related`. */
function lookupOf(query: DiscardedPrefetch['query'], name: string): Expr | null {
  for (const { func, args } of callsOf(query)) {
    if (func.kind !== 'Attribute' || func.attr.text !== 'prefetch_related') continue;
    const found = args.find((arg) => arg.kind === 'Constant' && arg.type === 'str' && arg.value === name);
    if (found) return found;
  }
  return null;
}

function isConstant(expr: Expr): boolean {
  return expr.kind === 'Constant' || (expr.kind === 'UnaryOp' && isConstant(expr.operand));
}

function isLoopedOver(call: Call, { parts }: Unit): boolean {
  for (const node of nodesUnder(parts))
    if ((node.kind === 'For' || node.kind === 'Comprehension') && node.iter === call) return true;
  return false;
}
