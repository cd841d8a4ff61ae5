/** Finds the expressions of a file that send SQL or build what can be sent. */
import type { TextRange } from '../base/text.ts';
import { encloses } from '../base/text.ts';
import type { Attribute, Call, ClassDef, Expr, Node } from '../python/syntax/nodes.ts';
import { children } from '../python/syntax/visit.ts';
import type { SourceFile } from '../python/types.ts';
import { attributeRead, type AttributeRead, isReadAt } from './attributeReads.ts';
import { callWithForm } from './django/given.ts';
import { querySetMethod } from './django/methods.ts';
import type { Inference } from './infer.ts';
import type { OrmId } from './model.ts';
import { ownMethodCalled, ownPropertyRead } from './ownMethods.ts';
import { sendsOfDatabase } from './sqlalchemy/databases.ts';
import { isFlaskCall } from './sqlalchemy/infer.ts';
import { FLASK_EXTENSION, METADATA, TABLE } from './sqlalchemy/namedValues.ts';
import { isSessionCall } from './sqlalchemy/sessionCalls.ts';
import { isUnitOfWork } from './sqlalchemy/unitOfWork.ts';
import type { Value } from './values.ts';

export interface QuerySite {
  readonly expr: Expr;
  readonly range: TextRange;
  readonly orm: OrmId;
  /** Qualified name of the enclosing function, `OrderService.recent`; null outside functions. */
  readonly function: string | null;
  /**
   * What it is where it is no query: an attribute that may have to be loaded, all tables that are made or dropped, or
   * what looks for rows in some cases only, such as a form.
   */
  readonly of: CallKind | AttributeRead['of'];
}

type CallKind = 'query' | 'schema' | 'rollback' | 'check';

/** All outermost query expressions of a file, in text order. Cost: one walk over the tree. */
export function querySites(file: SourceFile, inference: Inference): readonly QuerySite[] {
  const sites: QuerySite[] = [];
  const pending: Place[] = [{ node: file.module, names: [], inFunction: false }];
  for (let place = pending.pop(); place; place = pending.pop()) {
    const { node, names, inFunction } = place;
    const orm = isExpression(node) ? queryKind(file, node, inference) : null;
    if (orm) {
      sites.push({
        expr: node as Expr,
        range: { start: node.start, end: node.end },
        orm,
        function: inFunction ? names.join('.') : null,
        of: kindOfCall(file, node, inference),
      });
      continue;
    }
    const below = node.kind === 'FunctionDef' || node.kind === 'ClassDef' ? [...names, node.name.text] : names;
    // Column properties and defaults are parts of queries, not queries.
    const parts =
      node.kind === 'ClassDef' && isModel(file, node, inference)
        ? node.body.filter((stmt) => stmt.kind === 'FunctionDef')
        : children(node);
    const inside = inFunction || node.kind === 'FunctionDef';
    for (let i = parts.length - 1; i >= 0; i--) pending.push({ node: parts[i]!, names: below, inFunction: inside });
  }
  return sites.sort((a, b) => a.range.start - b.range.start);
}

/** A node still to be looked at, and the definitions it is in. */
interface Place {
  readonly node: Node;
  readonly names: readonly string[];
  readonly inFunction: boolean;
}

/**
 * The query an editor means at an offset: the outermost query expression around it, else what a name there holds
 * (`stmt` in `for row in stmt`, or the target of an assignment).
 */
export function querySiteAt(file: SourceFile, offset: number, inference: Inference): QuerySite | null {
  const at = { start: offset, end: offset };
  let node: Node = file.module;
  let parent: Node = node;
  const names: string[] = [];
  let inFunction = false;
  for (;;) {
    if (node.kind === 'FunctionDef' || node.kind === 'ClassDef') names.push(node.name.text);
    if (node.kind === 'FunctionDef') inFunction = true;
    const place = {
      function: inFunction ? names.join('.') : null,
      of: kindOfCall(file, node, inference),
    };
    if (isExpression(node)) {
      const orm = queryKind(file, node, inference) ?? (node.kind === 'Name' ? heldQuery(file, node, inference) : null);
      const range = { start: node.start, end: node.end };
      if (orm) return { expr: node, range, orm, ...place };
      if (node.kind === 'Attribute' && isReadAt(node, offset) && !isWritten(node, parent)) {
        const read = attributeRead(file, node, inference);
        if (read) return { expr: node, range, orm: read.orm, ...place, of: read.of };
        const property = ownPropertyRead(file, node, inference);
        if (property) return { expr: node, range, orm: property.orm, ...place, of: 'check' };
      }
    }
    if (node.kind === 'Assign' && node.targets.some((target) => encloses(target, at))) {
      const value = node.value.kind === 'Await' ? node.value.value : node.value;
      const orm = queryKind(file, value, inference);
      if (orm) return { expr: value, range: { start: value.start, end: value.end }, orm, ...place };
    }
    const next: Node | undefined = childAt(node, offset);
    if (!next) return null;
    parent = node;
    node = next;
  }
}

function isWritten(node: Expr, parent: Node): boolean {
  switch (parent.kind) {
    case 'Assign':
    case 'Delete':
      return parent.targets.includes(node);
    case 'AnnAssign':
      return parent.target === node;
    default:
      return false;
  }
}

function childAt(node: Node, offset: number): Node | undefined {
  let found: Node | undefined;
  for (const child of children(node)) if (child.start <= offset && offset <= child.end) found = child;
  return found;
}

const SENDING = new Set([
  'execute',
  'scalars',
  'scalar',
  'get',
  'get_one',
  'query',
  'stream',
  'stream_scalars',
  'exec',
  'exec_driver_sql',
]);
const DJANGO_INSTANCE = new Set(['save', 'asave', 'delete', 'adelete', 'refresh_from_db', 'arefresh_from_db']);
/** Attributes of queries that only look at them. */
const LOOKING = new Set([
  'compile',
  'get_children',
  'explain_str',
  'as_manager',
  'from_queryset',
  'subquery',
  'contribute_to_class',
]);

/** Methods of dynamic and write-only relations of SQLAlchemy. */
const COLLECTING = new Set(['add', 'add_all', 'append', 'extend', 'remove']);

function queryKind(file: SourceFile, expr: Expr, inference: Inference): OrmId | null {
  switch (expr.kind) {
    case 'Call':
      return callKind(file, expr, inference);
    case 'Subscript': {
      const on = inference.valueOf(file, expr.value);
      return on.kind === 'query' && on.query.form !== 'statement' ? on.query.orm : null;
    }
    case 'Attribute': {
      const value = inference.valueOf(file, expr);
      return value.kind === 'query' && value.query.form === 'query' ? value.query.orm : null;
    }
    case 'BinOp': {
      const value = inference.valueOf(file, expr);
      return value.kind === 'query' ? value.query.orm : null;
    }
    default:
      return null;
  }
}

function callKind(file: SourceFile, call: Call, inference: Inference): OrmId | null {
  if (callWithForm(file, call, inference) !== null) return 'django';
  const value = inference.valueOf(file, call);
  if (call.func.kind === 'Attribute') {
    const name = call.func.attr.text;
    const on = inference.valueOf(file, call.func.value);
    const byReceiver =
      on.kind === 'result' && !sends(file, call.func.value, inference)
        ? null
        : receiverKind(on, name, value, inference);
    if (byReceiver) return byReceiver;
    if (name === 'get_object' && on.kind === 'object' && isRowOfDjango(value, inference)) return 'django';
    if (isAskedAgain(on, name) && queryKind(file, call.func.value, inference) === 'django') return 'django';
    if (isSessionCall(name, call, file, inference) && !isKnown(on)) return 'sqlalchemy';
    if (isUnitOfWork(call, file, inference) || isSchemaCall(file, call, inference)) return 'sqlalchemy';
  }
  if (value.kind === 'query') return value.query.form === 'manager' ? null : value.query.orm;
  const callee = inference.valueOf(file, call.func);
  if (callee.kind === 'external' && isFlaskCall(callee.name)) return value.kind === 'unknown' ? null : 'sqlalchemy';
  if (callee.kind === 'external' && /^django\.shortcuts\.a?get_(object|list)_or_404$/.test(callee.name)) {
    return value.kind === 'unknown' ? null : 'django';
  }
  if (callee.kind === 'external' && /^django\.db\.models\.(query\.)?a?prefetch_related_objects$/.test(callee.name))
    return 'django';
  return ownMethodCalled(file, call, inference)?.orm ?? null;
}

function isRowOfDjango(value: Value, { graph }: Inference): boolean {
  return value.kind === 'instance' && graph.model(value.model)?.orm === 'django';
}

/** `Role.objects.visible().filter(…)`: what a method of the project's own gives is a query to whoever asks it like one. */
function isAskedAgain(on: Value, name: string): boolean {
  return (on.kind === 'unknown' || on.kind === 'collection') && querySetMethod(name) !== null;
}

function kindOfCall(file: SourceFile, node: Node, inference: Inference): CallKind {
  if (isSchemaCall(file, node, inference)) return 'schema';
  if (node.kind !== 'Call') return 'query';
  if (callWithForm(file, node, inference) === 'check' || ownMethodCalled(file, node, inference)?.isCertain === false)
    return 'check';
  return node.func.kind === 'Attribute' && node.func.attr.text === 'rollback' ? 'rollback' : 'query';
}

/**
 * `Base.metadata.create_all(engine)`, `db.drop_all()` of Flask-SQLAlchemy, `user_table.create(engine)`,
 * `await connection.run_sync(Base.metadata.create_all)`.
 */
function isSchemaCall(file: SourceFile, node: Node, inference: Inference): boolean {
  if (node.kind !== 'Call' || node.func.kind !== 'Attribute') return false;
  const [first] = node.args;
  const method = node.func.attr.text === 'run_sync' && first ? first : node.func;
  return method.kind === 'Attribute' && isSchemaMethod(file, method, inference);
}

function isSchemaMethod(file: SourceFile, { value, attr }: Attribute, inference: Inference): boolean {
  const ofAll = /^(create|drop)_all$/.test(attr.text);
  if (!ofAll && attr.text !== 'create' && attr.text !== 'drop') return false;
  if (value.kind === 'Attribute' && value.attr.text === (ofAll ? 'metadata' : '__table__')) return true;
  const on = inference.valueOf(file, value);
  if (on.kind !== 'external') return false;
  return ofAll ? on.name === METADATA || on.name === FLASK_EXTENSION : on.name === TABLE;
}

/** Whether a result is asked for right here; reading one that a variable holds sends nothing more. */
function sends(file: SourceFile, result: Expr, inference: Inference): boolean {
  let current = result;
  for (;;) {
    if (current.kind === 'Await' || current.kind === 'NamedExpr') current = current.value;
    else if (
      current.kind === 'Call' &&
      current.func.kind === 'Attribute' &&
      inference.valueOf(file, current.func.value).kind === 'result'
    ) {
      current = current.func.value;
    } else return current.kind !== 'Name' && current.kind !== 'Attribute';
  }
}

function receiverKind(on: Value, name: string, value: Value, inference: Inference): OrmId | null {
  switch (on.kind) {
    case 'session':
    case 'sessionFactory':
    case 'connection':
    case 'engine':
      return SENDING.has(name) && (on.kind !== 'sessionFactory' || name !== 'get') ? 'sqlalchemy' : null;
    case 'query':
      // A collection that is not loaded takes notice of what comes and goes, until the session flushes.
      if (on.query.orm === 'sqlalchemy' && on.query.via && COLLECTING.has(name)) return null;
      return value.kind === 'external' || LOOKING.has(name) ? null : on.query.orm;
    case 'result':
      return 'sqlalchemy';
    case 'database':
      return sendsOfDatabase(name) ? 'sqlalchemy' : null;
    case 'instance':
      return inference.graph.model(on.model)?.orm === 'django' && DJANGO_INSTANCE.has(name) ? 'django' : null;
    default:
      return null;
  }
}

function isKnown(value: Value): boolean {
  return value.kind !== 'unknown' && value.kind !== 'external' && value.kind !== 'object';
}

/** A name that holds a query which was not sent yet. */
function heldQuery(file: SourceFile, name: Expr & { kind: 'Name' }, inference: Inference): OrmId | null {
  const value = inference.valueOf(file, name);
  return value.kind === 'query' && value.query.form !== 'manager' ? value.query.orm : null;
}

function isModel(file: SourceFile, cls: ClassDef, inference: Inference): boolean {
  return inference.graph.model(`${file.moduleName}.${cls.name.text}`) !== undefined;
}

function isExpression(node: Node): node is Expr {
  switch (node.kind) {
    case 'Call':
    case 'Attribute':
    case 'Subscript':
    case 'BinOp':
    case 'Name':
      return true;
    default:
      return false;
  }
}
