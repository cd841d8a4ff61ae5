/**
 * What asynchronous code does that only synchronous code can: read what is not loaded, ask Django without `await`.
 * Sources: https://docs.sqlalchemy.org/en/20/orm/extensions/asyncio.html#preventing-implicit-io-when-using-asyncsession,
 * https://docs.djangoproject.com/en/stable/topics/async/#async-safety
 */
import type { Attribute, Call, Comprehension, Expr, For, FunctionDef, Node, Stmt } from '../../python/syntax/nodes.ts';
import { suitesOf } from '../../python/syntax/visit.ts';
import { isWritten } from '../../python/syntax/written.ts';
import type { SourceFile } from '../../python/types.ts';
import type { Inference } from '../infer.ts';
import { type LazyRelation, unloadedRelation } from '../lazyReads.ts';
import { calleeOf } from '../summaries/callees.ts';
import { HARMLESS } from '../summaries/ownUses.ts';
import type { Query } from '../values.ts';
import type { Code, CodeSite } from './code.ts';
import { isWhole, methodSent } from './djangoCalls.ts';
import { nodesIn, pathText, withParents } from './places.ts';
import { headOf } from './sessionRegions.ts';

export type AsyncRead =
  /** A relation that is not loaded. */
  | { readonly kind: 'relation'; readonly at: Attribute; readonly lazy: LazyRelation }
  /** Behind a commit that expired all that was loaded. */
  | { readonly kind: 'expired'; readonly at: Attribute; readonly object: string; readonly commit: Call }
  /** A query of Django that is sent at once; `wanted` is the method to await. */
  | { readonly kind: 'call'; readonly at: Call; readonly wanted: string | null; readonly isInChain: boolean }
  /** A loop over a queryset. */
  | { readonly kind: 'loop'; readonly at: For | Comprehension };

export function asyncReads(code: Code, file: SourceFile, inference: Inference): readonly AsyncRead[] {
  if (!code.of('FunctionDef').some(({ node }) => node.isAsync)) return [];
  const found: AsyncRead[] = [];
  for (const site of code.of('Attribute')) {
    const func = coroutineOf(site);
    const read = func && unloadedRead(site, func, file, inference);
    if (read) found.push(read);
  }
  for (const site of code.calls) {
    const func = coroutineOf(site);
    if (func) found.push(...expiredBehind(site, func, file, inference), ...sentBy(site, file, inference));
  }
  for (const site of [...code.of('For'), ...code.of('Comprehension')])
    if (coroutineOf(site) && isSyncLoop(site.node, file, inference)) found.push({ kind: 'loop', at: site.node });
  const seen = new Set<Node>();
  return found.filter(({ at }) => !seen.has(at) && seen.add(at)).sort((a, b) => a.at.start - b.at.start);
}

/** The coroutine that surely runs the code itself: not a function in it, nor a generator that somebody else may run. */
function coroutineOf({ around }: CodeSite<Node>): FunctionDef | null {
  const outer = around.find(
    ({ kind }) => kind === 'FunctionDef' || kind === 'Lambda' || kind === 'ClassDef' || kind === 'GeneratorExp',
  );
  return outer?.kind === 'FunctionDef' && outer.isAsync ? outer : null;
}

// ---------------------------------------------------------------- relations

function unloadedRead(
  { node, around }: CodeSite<Attribute>,
  func: FunctionDef,
  file: SourceFile,
  inference: Inference,
): AsyncRead | null {
  const on = inference.valueOf(file, node.value);
  if (on.kind !== 'instance' || !on.origin || isWritten(node, around[0])) return null;
  const { query, path } = on.origin;
  if (query.orm === 'sqlalchemy' && !query.isAsync) return null;
  // What leads here raises first.
  if (path.length > 0 && !query.loads.includes(path.join('.'))) return null;
  const relation = inference.graph.relation(inference.graph.model(on.model)!, node.attr.text);
  // A related manager of Django sends nothing by itself.
  if (!relation || (query.orm === 'django' && relation.cardinality === 'many')) return null;
  const lazy = unloadedRelation(on, node.attr.text, [], inference);
  if (!lazy || lazy.raises || mayBeLoaded(node, lazy, func, file, inference)) return null;
  return { kind: 'relation', at: node, lazy };
}

/** Whether something else in the function may have loaded it, or has the object that it leads to. */
function mayBeLoaded(
  read: Attribute,
  { relation, query }: LazyRelation,
  func: FunctionDef,
  file: SourceFile,
  inference: Inference,
): boolean {
  const name = relation.name;
  if (!isHere(query, func, file) && !isUntouchedBy(query, name, func, file, inference)) return true;
  const root = rootName(read);
  const isForward = relation.cardinality === 'one';
  for (const { node, parents } of withParents(func.body)) {
    const [parent] = parents;
    switch (node.kind) {
      case 'Constant':
        // `await session.refresh(user, ["posts"])`
        if (node.type === 'str' && node.value === name) return true;
        break;
      case 'Attribute':
        if (node.attr.text === 'run_sync') return true;
        // An assignment, `awaitable_attrs`, another query that loads it.
        if (node.attr.text === name && node !== read && pathText(node) !== pathText(read)) return true;
        if (node.attr.text === name && isWritten(node, parent)) return true;
        break;
      case 'Name': {
        if (node.id === root && parent?.kind === 'Call' && node.start < read.start && mayLoad(parent)) return true;
        if (!isForward || query.orm === 'django') break;
        // SQLAlchemy finds it in the session, if it is there already.
        const value = inference.valueOf(file, node);
        if ((value.kind === 'instance' || value.kind === 'model') && value.model === relation.target) return true;
        break;
      }
      default:
    }
  }
  if (!isForward || query.orm === 'django') return false;
  return [...func.params.args, ...func.params.kwonly].some(({ name: { text, start } }) => {
    const value = inference.valueOf(file, { kind: 'Name', id: text, start, end: start });
    return value.kind === 'instance' && value.model === relation.target;
  });
}

function isHere({ root, rootFile }: Query, func: FunctionDef, file: SourceFile): boolean {
  return rootFile === file && func.start <= root.start && root.end <= func.end;
}

/** Whether the object comes straight from a function that queries it and never names the relation. */
function isUntouchedBy(
  { root, rootFile }: Query,
  name: string,
  func: FunctionDef,
  file: SourceFile,
  inference: Inference,
): boolean {
  return [...nodesIn(...func.body)].some((node) => {
    const callee = node.kind === 'Call' ? calleeOf(file, node, inference) : null;
    if (callee?.file !== rootFile || root.start < callee.node.start || callee.node.end < root.end) return false;
    return [...nodesIn(...inference.program.bodyOf(callee.file, callee.node))].every(
      (each) => each.kind !== 'Attribute' || each.attr.text !== name,
    );
  });
}

/** Whether a function that gets an object may load something of it. */
function mayLoad({ func }: Call): boolean {
  if (func.kind === 'Name') return !HARMLESS.test(func.id);
  return !(func.kind === 'Attribute' && /^(add|delete|merge|append|expunge)$/.test(func.attr.text));
}

function rootName(expr: Expr): string | null {
  let at: Expr = expr;
  while (at.kind === 'Attribute' || at.kind === 'Subscript') at = at.value;
  return at.kind === 'Name' ? at.id : null;
}

// ---------------------------------------------------------------- expired

/** Attributes of objects of a session that are read behind `await session.commit()`, before anything loads them again. */
function expiredBehind(
  { node: commit, around }: CodeSite<Call>,
  func: FunctionDef,
  file: SourceFile,
  inference: Inference,
): readonly AsyncRead[] {
  if (commit.func.kind !== 'Attribute' || commit.func.attr.text !== 'commit') return [];
  const session = pathText(commit.func.value);
  const value = inference.valueOf(file, commit.func.value);
  const [awaited, statement, outer] = around;
  if (session === null || value.kind !== 'session' || !value.isAsync || value.expires !== true) return [];
  if (awaited?.kind !== 'Await' || statement?.kind !== 'Expr' || !outer) return [];
  const suite = suitesOf(outer as Stmt).find((each) => each.includes(statement)) ?? [];
  const waiting = objectsBefore(commit, session, func, file, inference);
  const found: AsyncRead[] = [];
  for (const { node, parents } of withParents(suite.slice(suite.indexOf(statement) + 1))) {
    // Whatever the session does may load them again.
    if (pathText(node as Expr) === session || waiting.size === 0) break;
    if (node.kind !== 'Name' || !waiting.delete(node.id)) continue;
    const [parent, above] = parents;
    if (parent?.kind !== 'Attribute' || isWritten(parent, above)) continue;
    const on = inference.valueOf(file, node);
    const model = on.kind === 'instance' ? inference.graph.model(on.model) : undefined;
    const name = parent.attr.text;
    if (model?.orm !== 'sqlalchemy' || model.unknown.length > 0) continue;
    if (inference.graph.relation(model, name) || inference.graph.field(model, name)?.column)
      found.push({ kind: 'expired', at: parent, object: node.id, commit });
  }
  return found;
}

/** Names of objects that the session surely has when it commits: what it gave, and what was added to it. */
function objectsBefore(
  commit: Call,
  session: string,
  func: FunctionDef,
  file: SourceFile,
  inference: Inference,
): Set<string> {
  const names = new Set<string>();
  for (const node of nodesIn(...func.body)) {
    if (node.end > commit.start) continue;
    if (node.kind === 'Assign' && node.targets.length === 1 && node.targets[0]?.kind === 'Name') {
      const isGiven = headOf(node.value) === session && inference.valueOf(file, node.targets[0]).kind === 'instance';
      if (isGiven) names.add(node.targets[0].id);
      else names.delete(node.targets[0].id);
    }
    const added = node.kind === 'Call' && node.func.kind === 'Attribute' ? node.args[0] : undefined;
    if (node.kind !== 'Call' || node.func.kind !== 'Attribute' || pathText(node.func.value) !== session) continue;
    if (node.func.attr.text === 'add' && added?.kind === 'Name') names.add(added.id);
    if (/^(expunge|delete)$/.test(node.func.attr.text) && added?.kind === 'Name') names.delete(added.id);
  }
  return names;
}

// ---------------------------------------------------------------- Django

/** A method of Django that sends its query at once, and is not awaited. */
function sentBy({ node: call, around }: CodeSite<Call>, file: SourceFile, inference: Inference): readonly AsyncRead[] {
  const { func } = call;
  const isInChain = around[0]?.kind === 'Attribute' || around[0]?.kind === 'Subscript' || around[0]?.kind === 'Call';
  const found = (wanted: string | null): readonly AsyncRead[] =>
    allowsIt(inference) ? [] : [{ kind: 'call', at: call, wanted, isInChain }];
  if (around[0]?.kind === 'Await') return [];
  if (func.kind === 'Name') {
    const [rows] = call.args;
    const value = /^(list|len|tuple|set|sorted|bool)$/.test(func.id) && rows ? inference.valueOf(file, rows) : null;
    return value?.kind === 'query' && value.query.orm === 'django' && rows?.kind === 'Call' && !isWhole(value.query)
      ? found(null)
      : [];
  }
  const method = methodSent(call, file, inference);
  return method ? found(`a${method}`) : [];
}

/** `for book in Book.objects.all()`, without `async`. */
function isSyncLoop(loop: For | Comprehension, file: SourceFile, inference: Inference): boolean {
  if (loop.isAsync) return false;
  // What a variable holds may have been read elsewhere, with `sync_to_async(list)` for one.
  if (loop.iter.kind === 'Name' || loop.iter.kind === 'Attribute') return false;
  const value = inference.valueOf(file, loop.iter);
  return value.kind === 'query' && value.query.orm === 'django' && !isWhole(value.query) && !allowsIt(inference);
}

/** Scripts and notebooks switch the check off. */
function allowsIt({ program }: Inference): boolean {
  return program.pathsMentioning(['DJANGO_ALLOW_ASYNC_UNSAFE']).length > 0;
}
