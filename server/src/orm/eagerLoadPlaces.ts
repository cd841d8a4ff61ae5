/** Which queries an eager load has to be added to, so that it holds on every way through the code. */
import type { Expr, FunctionDef, Node, Stmt } from '../python/syntax/nodes.ts';
import { children, nodesUnder } from '../python/syntax/visit.ts';
import { rootName } from '../query/statements.ts';
import type { Inference } from './infer.ts';
import { isPlain } from './lazyReads.ts';
import { elementOf, type Query, type Value } from './values.ts';

export interface EagerLoadPlaces {
  readonly queries: readonly Query[];
  /** Nothing speaks against the edit: it reaches all rows, and takes no prefetched rows from anybody. */
  readonly isSure: boolean;
}

/**
 * `entries = Entry.objects.all()`, then `if day: entries = entries.filter(…)`: the query where it begins. Where branches
 * assign or return queries of their own (`if mine: return …`), all of them.
 */
export function eagerLoadPlaces(query: Query, inference: Inference): EagerLoadPlaces {
  const alternatives = alternativesOf(query, inference);
  const queries = alternatives ?? [query];
  return { queries, isSure: alternatives !== null && !mayBePrefetched(query, inference) };
}

/** null when one of them cannot be read. */
function alternativesOf(query: Query, inference: Inference): readonly Query[] | null {
  const { file, tip } = query;
  const { program } = inference;
  const scope = program.scopeAt(file, tip.start);
  if (scope.kind !== 'function' || scope.node.kind !== 'FunctionDef') return [query];
  const body = program.bodyOf(file, scope.node);
  const path = pathTo(tip, body);
  const statement = path.find(({ kind }) => kind === 'Assign' || kind === 'Return');
  const value = statement?.kind === 'Assign' || statement?.kind === 'Return' ? statement.value : null;
  // What reads the rows in place takes them from this query alone: `return [entry.blog for entry in …]`.
  if (!value || !branchesOf(value).some((each) => gives(each, query, inference))) return [query];
  if (statement?.kind === 'Return') return queriesAmong(returned(body), query, scope.node, null, inference);
  if (statement?.kind !== 'Assign' || !path.some(isBranch)) return [query];
  const [target, ...more] = statement.targets;
  if (target?.kind !== 'Name' || more.length > 0) return null;
  const given: Expr[] = [];
  for (const binding of program.lookup(scope, target.id)) {
    if (binding.scope !== scope || binding.kind !== 'assign' || binding.path.length > 0) return null;
    given.push(binding.statement.value);
  }
  return queriesAmong(given, query, scope.node, target.id, inference);
}

function gives(expr: Expr, { file, tip }: Query, inference: Inference): boolean {
  return queryBehind(inference.valueOf(file, expr))?.tip === tip;
}

function isBranch({ kind }: Node): boolean {
  return kind === 'If' || kind === 'IfExp' || kind === 'Try' || kind === 'Match';
}

/** From the statement of the body to what holds the node. */
function pathTo(node: Node, body: readonly Stmt[]): readonly Node[] {
  const path: Node[] = [];
  let parts: readonly Node[] = body;
  for (;;) {
    const next = parts.find(({ start, end }) => start <= node.start && node.end <= end);
    if (!next || next === node) return path;
    path.push(next);
    parts = children(next);
  }
}

function returned(body: readonly Stmt[]): readonly Expr[] {
  const own = ({ kind }: Node): boolean => kind !== 'FunctionDef' && kind !== 'Lambda' && kind !== 'ClassDef';
  return [...nodesUnder(body, own)].flatMap((node) => (node.kind === 'Return' && node.value ? [node.value] : []));
}

/** The queries that give these values; those that only go on with `name` are left out, for they begin with another one. */
function queriesAmong(
  given: readonly Expr[],
  { row: [row], file }: Query,
  { start, end }: FunctionDef,
  name: string | null,
  inference: Inference,
): readonly Query[] | null {
  const queries = new Map<Expr, Query>();
  for (const expr of given.flatMap(branchesOf)) {
    if (isNothing(expr) || (name !== null && rootName(expr) === name)) continue;
    const query = queryBehind(inference.valueOf(file, expr));
    const [other] = query?.row ?? [];
    const isAlike = row?.kind === 'instance' && other?.kind === 'instance' && row.model === other.model;
    // What another function gives belongs to that one.
    if (!query || !isAlike || query.file !== file || query.tip.start < start || query.tip.end > end) return null;
    queries.set(query.tip, query);
  }
  return queries.size > 0 ? [...queries.values()] : null;
}

function branchesOf(expr: Expr): readonly Expr[] {
  return expr.kind === 'IfExp' ? [...branchesOf(expr.body), ...branchesOf(expr.orelse)] : [expr];
}

/** `None`, `[]`, `Entry.objects.none()` */
function isNothing(expr: Expr): boolean {
  if (expr.kind === 'Call') return expr.func.kind === 'Attribute' && expr.func.attr.text === 'none';
  return expr.kind === 'Constant' || ('elts' in expr && expr.elts.length === 0);
}

function queryBehind(value: Value): Query | null {
  if (value.kind === 'query' || value.kind === 'result') return value.query;
  const row = value.kind === 'collection' ? elementOf(value) : value;
  return row.kind === 'instance' ? (row.origin?.query ?? null) : null;
}

/**
 * `self.photos.all()` of an object whose photos somebody prefetches: a longer query would not find them
 * (https://docs.djangoproject.com/en/stable/ref/models/querysets/#prefetch-related).
 */
function mayBePrefetched(query: Query, { program }: Inference): boolean {
  const { via } = query;
  if (query.orm !== 'django' || !via || !isPlain(query)) return false;
  const mayPrefetch = (path: string): boolean => program.mentions(path, ['prefetch_related', 'Prefetch']);
  return program.pathsMentioning([via.relation]).some(mayPrefetch);
}
