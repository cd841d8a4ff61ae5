/**
 * Objects that outlive their session, and what is read of them that only a session could load
 * (https://docs.sqlalchemy.org/en/20/errors.html#error-bhk3).
 */
import type { Attribute, Call, Expr, FunctionDef, Node, Stmt } from '../../python/syntax/nodes.ts';
import { isWritten } from '../../python/syntax/written.ts';
import { suitesOf } from '../../python/syntax/visit.ts';
import type { SourceFile } from '../../python/types.ts';
import type { Inference } from '../infer.ts';
import { type Instance, type LazyRelation, unloadedRelation } from '../lazyReads.ts';
import { leftOut } from '../leftOut.ts';
import { calleeOf, type FunctionRef } from '../summaries/callees.ts';
import { elementOf, type Value } from '../values.ts';
import { HARMLESS } from '../summaries/ownUses.ts';
import { type Code, readCode } from './code.ts';
import { nodesIn, pathText, withParents } from './places.ts';
import { headOf, type Region, regionsIn } from './sessionRegions.ts';

export interface DetachedRead {
  readonly attribute: Attribute;
  /** `relation`, `column`: it was not loaded. `expired`: a commit took away what was loaded. */
  readonly kind: 'relation' | 'column' | 'expired';
  /** The relation, and the query that could have loaded it. */
  readonly lazy: LazyRelation | null;
  readonly model: string;
  /** Where the session ended, and the call that opened it where it can be told to keep what is loaded. */
  readonly ended: { readonly path: string; readonly at: Node };
  readonly opened: { readonly path: string; readonly call: Call } | null;
  /** The commit that expired it; null when the end of the session was one. */
  readonly commit: Call | null;
}

const LIBRARIES = ['sqlalchemy', 'sqlmodel', 'flask_sqlalchemy'];

export function detachedReads(code: Code, file: SourceFile, inference: Inference): readonly DetachedRead[] {
  if (!inference.program.importsAnyOf(file.path, LIBRARIES)) return [];
  const found = new Map<Node, DetachedRead>();
  const add = (read: DetachedRead): void => {
    if (!found.has(read.attribute)) found.set(read.attribute, read);
  };
  for (const region of regionsIn(code, file, inference)) {
    const objects = objectsOf(region, file, inference);
    readAfter(region.after, objects, { region, file }, inference, add);
  }
  for (const { node, around } of code.of('Assign')) {
    const [target, ...more] = node.targets;
    if (target?.kind !== 'Name' || more.length > 0) continue;
    const given = givenBack(node.value, file, inference);
    const suite = given && suiteOf(node, around);
    if (!given || !suite) continue;
    const objects = new Map([[target.id, given.object]]);
    readAfter(suite.slice(suite.indexOf(node) + 1), objects, given, inference, add);
  }
  return [...found.values()].sort((a, b) => a.attribute.start - b.attribute.start);
}

function suiteOf(node: Stmt, [outer]: readonly Node[]): readonly Stmt[] | null {
  return outer ? (suitesOf(outer as Stmt).find((suite) => suite.includes(node)) ?? null) : null;
}

/** An object, or a collection of them, when its session ends. */
interface Left {
  readonly value: Value;
  /** Attributes that were read while the session was there. */
  readonly read: ReadonlySet<string>;
  /** What was loaded is gone: a commit, or the end of a block that commits. */
  readonly expired: boolean;
  readonly commit: Call | null;
}

// ---------------------------------------------------------------- in the session

/** What the names of a session's block stand for at its end; names that somebody else may have used are left out. */
function objectsOf(region: Region, file: SourceFile, inference: Inference): ReadonlyMap<string, Left> {
  const objects = new Map<string, Left>();
  for (const [i, statement] of region.body.entries()) {
    const target = statement.kind === 'Assign' && statement.targets.length === 1 ? statement.targets[0] : undefined;
    if (statement.kind !== 'Assign' || target?.kind !== 'Name') continue;
    const isQueried = headOf(statement.value) === region.session;
    const value = inference.valueOf(file, target);
    if (!isQueried && instanceOf(value)?.origin !== null) continue;
    const left = leftBy(region, target.id, value, isQueried, region.body.slice(i + 1));
    if (left) objects.set(target.id, left);
    else objects.delete(target.id);
  }
  return objects;
}

function instanceOf(value: Value): Instance | null {
  const row = value.kind === 'collection' ? elementOf(value) : value;
  return row.kind === 'instance' ? row : null;
}

/** What happens to a name until the end of the block. */
function leftBy(
  { session, commitsAtEnd }: Region,
  name: string,
  value: Value,
  isQueried: boolean,
  rest: readonly Stmt[],
): Left | null {
  let read = new Set<string>();
  let expired = false;
  let commit: Call | null = null;
  let isIn = isQueried;
  const rows = new Set<string>();
  for (const { node, parents } of withParents(rest)) {
    const [parent, outer] = parents;
    if (node.kind === 'Call' && node.func.kind === 'Attribute' && pathText(node.func.value) === session) {
      const method = node.func.attr.text;
      const isSure = parents.every(({ kind }) => kind === 'Expr' || kind === 'Await');
      if (method === 'commit') {
        // Under a condition it may not have happened.
        if (!isSure) return null;
        [read, expired, commit] = [new Set(), true, node];
      } else if (/^(rollback|expire|expire_all|close|invalidate|reset)$/.test(method)) return null;
    }
    // `for user in users:`
    if (
      (node.kind === 'For' || node.kind === 'Comprehension') &&
      isName(node.iter, name) &&
      node.target.kind === 'Name'
    )
      rows.add(node.target.id);
    if (node.kind !== 'Name' || (node.id !== name && !rows.has(node.id))) continue;
    switch (parent?.kind) {
      case 'Attribute':
        read.add(parent.attr.text);
        if (!isWritten(parent, outer)) expired = false;
        break;
      case 'For':
      case 'Comprehension':
      case 'Return':
        break;
      case 'Call': {
        const method =
          parent.func.kind === 'Attribute' && pathText(parent.func.value) === session ? parent.func.attr.text : '';
        if (method === 'add') isIn = true;
        else if (method === 'refresh' && parent.args.length === 1 && parent.keywords.length === 0) expired = false;
        else if (
          method !== 'expunge' &&
          method !== 'flush' &&
          !(parent.func.kind === 'Name' && HARMLESS.test(parent.func.id))
        )
          return null;
        break;
      }
      default:
        return null;
    }
  }
  if (!isIn) return null;
  const isExpired = expired || commitsAtEnd;
  // What was added only is not loaded, but has what it was given.
  if (!isExpired && !isQueried) return null;
  return { value, read: commitsAtEnd ? new Set() : read, expired: isExpired, commit: commitsAtEnd ? null : commit };
}

// ---------------------------------------------------------------- behind it

function readAfter(
  statements: readonly Stmt[],
  objects: ReadonlyMap<string, Left>,
  { region, file: from }: { readonly region: Region; readonly file: SourceFile },
  inference: Inference,
  add: (read: DetachedRead) => void,
): void {
  const tracked = new Map(objects);
  for (const { node, parents } of withParents(statements)) {
    if (tracked.size === 0) return;
    if ((node.kind === 'For' || node.kind === 'Comprehension') && node.target.kind === 'Name') {
      const rows = node.iter.kind === 'Name' ? tracked.get(node.iter.id) : undefined;
      const row = rows && elementOf(rows.value);
      if (rows && row?.kind === 'instance') tracked.set(node.target.id, { ...rows, value: row });
      else tracked.delete(node.target.id);
    }
    if (node.kind !== 'Name') continue;
    const left = tracked.get(node.id);
    if (!left) continue;
    const [parent, outer] = parents;
    if (parent?.kind === 'Attribute') {
      if (isWritten(parent, outer)) tracked.delete(node.id);
      else if (left.value.kind === 'instance') {
        const read = readOf(parent, left, left.value, region, inference);
        if (read) add({ ...read, ...placesOf(region, from), commit: left.commit });
      }
      continue;
    }
    if (parent?.kind === 'For' || parent?.kind === 'Comprehension') continue;
    if (parent?.kind === 'Call' && parent.func.kind === 'Name' && HARMLESS.test(parent.func.id)) continue;
    if (parent?.kind === 'If' || parent?.kind === 'UnaryOp' || parent?.kind === 'BoolOp' || parent?.kind === 'Compare')
      continue;
    // Given to somebody who may put it into another session.
    tracked.delete(node.id);
  }
}

function placesOf(region: Region, { path }: SourceFile): Pick<DetachedRead, 'ended' | 'opened'> {
  return { ended: { path, at: region.end }, opened: region.opened && { path, call: region.opened } };
}

function readOf(
  attribute: Attribute,
  left: Left,
  on: Instance,
  region: Region,
  inference: Inference,
): Pick<DetachedRead, 'attribute' | 'kind' | 'lazy' | 'model'> | null {
  const model = inference.graph.model(on.model);
  const name = attribute.attr.text;
  if (model?.orm !== 'sqlalchemy' || model.unknown.length > 0 || left.read.has(name)) return null;
  const relation = inference.graph.relation(model, name);
  const field = inference.graph.field(model, name);
  if (left.expired) {
    return region.expires === true && (relation || field?.column)
      ? { attribute, kind: 'expired', lazy: null, model: model.name }
      : null;
  }
  // The object may have come into the session before, with another name.
  if ([...nodesIn(...region.body)].some((node) => node.kind === 'Attribute' && node.attr.text === name)) return null;
  if (relation) {
    const lazy = unloadedRelation(on, name, [], inference);
    return lazy && !lazy.raises ? { attribute, kind: 'relation', lazy, model: model.name } : null;
  }
  const isLeftOut = field?.column && !field.primaryKey && on.origin?.path.length === 0;
  return isLeftOut && leftOut(on.origin.query, field, inference)
    ? { attribute, kind: 'column', lazy: null, model: model.name }
    : null;
}

// ---------------------------------------------------------------- from a function

interface GivenBack {
  readonly object: Left;
  readonly region: Region;
  readonly file: SourceFile;
}

/** What a function returns out of the block of its session: `user = find_user(1)`. */
function givenBack(expr: Expr, file: SourceFile, inference: Inference): GivenBack | null {
  const call = expr.kind === 'Await' ? expr.value : expr;
  if (call.kind !== 'Call') return null;
  const callee = calleeOf(file, call, inference);
  if (
    !callee ||
    callee.node.decorators.some((each) => !(each.kind === 'Name' && /^(static|class)method$/.test(each.id)))
  )
    return null;
  if (callee.node.isAsync !== (expr.kind === 'Await')) return null;
  return returnedFrom(callee, inference);
}

function returnedFrom({ file, node }: FunctionRef, inference: Inference): GivenBack | null {
  const body = inference.program.bodyOf(file, node);
  const inside = [...nodesIn(...body)];
  const returns = inside.filter((each) => each.kind === 'Return' && each.value && !isNone(each.value));
  const [only, ...more] = returns;
  if (only?.kind !== 'Return' || !only.value || more.length > 0 || inside.some(isYield)) return null;
  const region = regionsOf(node, file, inference).find((each) => each.body.includes(only));
  if (!region) return null;
  if (only.value.kind === 'Name') {
    const object = objectsOf(region, file, inference).get(only.value.id);
    return object ? { object, region, file } : null;
  }
  if (headOf(only.value) !== region.session) return null;
  const value = inference.valueOf(file, only.value);
  if (!instanceOf(value)?.origin) return null;
  return { object: { value, read: new Set(), expired: region.commitsAtEnd, commit: null }, region, file };
}

function regionsOf(node: FunctionDef, file: SourceFile, inference: Inference): readonly Region[] {
  return regionsIn(readCode([node]), file, inference);
}

function isNone(expr: Expr): boolean {
  return expr.kind === 'Constant' && expr.type === 'None';
}

function isYield({ kind }: Node): boolean {
  return kind === 'Yield' || kind === 'YieldFrom';
}

function isName(expr: Expr, name: string): boolean {
  return expr.kind === 'Name' && expr.id === name;
}
