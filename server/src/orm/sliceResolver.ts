/** What the slicer asks: which names are models, and what the values of the others are known to be. */
import type { GenericView, HoleType } from '../query/program.ts';
import type { SliceResolver } from '../query/resolver.ts';
import { hasDecorator, isFirstParameter } from '../python/decorators.ts';
import type { Call, Expr } from '../python/syntax/nodes.ts';
import { nodesUnder } from '../python/syntax/visit.ts';
import type { Binding, SourceFile, Symbol } from '../python/types.ts';
import { djangoFactsOf } from './graph.ts';
import { adapters } from './index.ts';
import type { Inference } from './infer.ts';
import { keepsAnswers } from './source/available.ts';
import { changedBy, changedByAssigning } from './changes.ts';
import { attributeRead, managerRead } from './attributeReads.ts';
import { isAtomic } from './django/atomic.ts';
import { genericView } from './django/viewKinds.ts';
import { isQuietName } from './django/quiet.ts';
import { evaluatedBefore } from './django/resultCache.ts';
import { setsTimeZone } from './django/timeZone.ts';
import type { MappedTable, Model, ModelGraph, OrmId } from './model.ts';
import {
  modelsGiven,
  modelsOfAttribute,
  modelsOfClass,
  modelsOfTypeVariable,
  tablesGiven,
  variableOfAttribute,
} from './choices.ts';
import { dataClassOf } from './dataClasses.ts';
import { usesOwnMethod } from './ownMethods.ts';
import { membersOf, methodOfModel } from './members.ts';
import { uuidsWithDatabases } from './sqlalchemy/databases.ts';
import { expiryInProject } from './sqlalchemy/expiry.ts';
import { GATHERS_TABLES } from './sqlalchemy/namedValues.ts';
import { gatheredBefore } from './sqlalchemy/unitOfWork.ts';
import { usedAsSessions, writtenSessions } from './sqlalchemy/usedSessions.ts';
import { elementOf, type Value } from './values.ts';

/** `strange` are ids of models that are not there where the query runs: nothing that is not known stands for one. */
export function createSliceResolver(inference: Inference, strange: ReadonlySet<string> = new Set()): SliceResolver {
  const native = (ids: readonly string[]): readonly string[] => ids.filter((id) => !strange.has(id));
  /** What is not known, and used as a session somewhere in its scope: `db`, `self.repo.session`. */
  const isUsedAsSession = (file: SourceFile, binding: Binding, path: string): boolean =>
    usedAsSessions(file, binding.scope, inference).has(path);

  const unknownSession = (): HoleType => ({ kind: 'session', expires: expiryInProject(inference.program) });

  return {
    modelOf(file, binding) {
      // Tables of Core are told by their name, which is cheaper than by their value.
      if (binding.kind === 'assign')
        return tableNamed(`${file.moduleName}.${binding.name}`, inference.graph)?.id ?? null;
      if (binding.kind !== 'class') return null;
      const value = inference.bindingValue(file, binding);
      return value.kind === 'model' ? value.model : null;
    },
    isMadeWithModels(file, binding) {
      if (tableNamed(`${file.moduleName}.${binding.name}`, inference.graph)) return true;
      const value = inference.bindingValue(file, binding);
      return value.kind === 'external' && GATHERS_TABLES.test(value.name);
    },
    isQuiet: (file, dotted) => isQuietName(dotted, djangoFactsOf(inference.graph, file.path)),
    dataClass: (file, binding, paths) => dataClassOf(file, binding, paths, inference),
    holeType(file, binding) {
      const value = inference.bindingValue(file, binding);
      const own = isFirstParameter(binding) ? ofClassAround(file, binding, inference, native) : null;
      if (own) return own;
      const type = holeTypeOf(value, inference);
      if (type.kind !== 'unknown') return type;
      if (isUsedAsSession(file, binding, binding.name)) return unknownSession();
      const ofVariable = modelsOfTypeVariable(binding, file, inference);
      const models = native(ofVariable?.models ?? []);
      if (ofVariable && models.length > 0) return choiceOf('instance', models, inference, ofVariable.variable) ?? type;
      return (
        choiceOf('class', native(modelsGiven(binding, inference)), inference) ??
        choiceOf('table', native(tablesGiven(binding, inference)), inference) ??
        type
      );
    },
    attributeType(file, binding, path) {
      if (isUsedAsSession(file, binding, `${binding.name}.${path}`)) return unknownSession();
      let value = inference.bindingValue(file, binding);
      let owner = value;
      let node = nameExpr(binding);
      for (const name of path.split('.')) {
        node = {
          kind: 'Attribute',
          value: node,
          attr: { text: name, start: node.start, end: node.end },
          start: node.start,
          end: node.end,
        };
        owner = value;
        value = inference.attributeOf(value, name, file, node);
      }
      const last = path.slice(path.lastIndexOf('.') + 1);
      if (value.kind === 'object' && owner.kind === 'object' && holdsClass(owner, last, inference)) return null;
      const type = holeTypeOf(value, inference);
      if (type.kind !== 'unknown') return type;
      if (owner.kind !== 'object') return null;
      const variable = variableOfAttribute(owner.file, owner.cls, last, inference);
      const models = native(modelsOfAttribute(owner.file, owner.cls, last, inference));
      return choiceOf('class', models, inference, variable);
    },
    alsoReads: (file, expr) => (readsModelQuery(file, expr, inference) ? flaskObjects(file, inference) : []),
    membersOf: (file, attribute) => membersOf(file, attribute, inference),
    holderOf(file, expr) {
      const value = inference.valueOf(file, expr);
      if (value.kind === 'instance') return value.model;
      // An attribute that is none of the model's own, and `self` in a class that models inherit from.
      const isOfModel = value.kind === 'method' && value.on.kind === 'instance';
      const isInherited = value.kind === 'object' && modelsOfClass(value.file, value.cls, inference).length > 0;
      // Of a library: `getattr(order, name)`, `copy(order)`.
      return value.kind === 'unknown' || value.kind === 'external' || isOfModel || isInherited ? 'any' : null;
    },
    methodOf(id, name) {
      const model = inference.graph.model(id);
      return model ? methodOfModel(model, name, inference) : null;
    },
    gatheredBefore(file, expr) {
      const reads = expr.kind === 'Attribute' && attributeRead(file, expr, inference) !== null;
      return gatheredBefore(file, expr, reads || usesOwnMethod(file, expr, inference), inference);
    },
    sessionsOf(file, expr) {
      const written = writtenSessions(file, expr, inference);
      return written.length > 0 ? { written, expires: expiryInProject(inference.program) } : null;
    },
    hasUuids: (file) => uuidsWithDatabases(inference.program, file),
    evaluatedBefore: (file, expr) => evaluatedBefore(file, expr, inference),
    changesInside: (file, expr) => isAtomic(expr, file, inference) || setsTimeZone(expr, file, inference),
    changedBy: (file, change) =>
      change.kind === 'Call' ? changedBy(change, file, inference) : changedByAssigning(change, file, inference),
    changesInPlace: (method) => adapters.some(({ methods }) => methods.changingInPlace.has(method)),
    takesFields: (method) => adapters.some(({ methods }) => methods.takingFields.has(method)),
    isNewRowWrittenBy: (method, file, binding) =>
      adapters.some(({ id, methods }) => methods.writingItself.has(method) && makesOne(file, binding, id, inference)),
    raisesWithoutRow: (file, call) => raisesWithoutRow(file, call, inference),
    readBy(file, expr) {
      const isRead = expr.kind === 'Attribute' && attributeRead(file, expr, inference) !== null;
      return isRead ? expr : managerRead(file, expr, inference);
    },
    isMapped(file, { value, attr }) {
      const on = inference.valueOf(file, value);
      const model = on.kind === 'instance' ? inference.graph.model(on.model) : undefined;
      if (!model) return false;
      return (inference.graph.field(model, attr.text) ?? inference.graph.relation(model, attr.text)) !== undefined;
    },
    givesRows(file, iter) {
      const row = elementOf(inference.valueOf(file, iter));
      const queries = (row.kind === 'tuple' ? row.items : [row]).flatMap((item) =>
        item.kind === 'instance' && item.origin ? item.origin.query : [],
      );
      if (queries.length === 0) return isOfNewObject(file, iter, inference) ? 'alone' : 'no';
      return queries.some(({ loads, loadsUnknown }) => loads.length > 0 || loadsUnknown) ? 'with others' : 'alone';
    },
  };
}

/** The table that a variable holds, or the model that is mapped to it. */
function tableNamed(id: string, graph: ModelGraph): MappedTable | Model | undefined {
  return graph.table(id) ?? graph.mappedTo(id);
}

/** `Order.objects.get(…)`, `session.scalars(…).one()`, `get_object_or_404(…)` */
function raisesWithoutRow(file: SourceFile, { func }: Call, inference: Inference): boolean {
  if (func.kind === 'Name') return /^a?get_object_or_404$/.test(func.id);
  if (func.kind !== 'Attribute' || !RAISING_WITHOUT_ROW.has(func.attr.text)) return false;
  const on = inference.valueOf(file, func.value);
  return on.kind === 'query' || on.kind === 'result' || on.kind === 'session' || on.kind === 'unknown';
}

const RAISING_WITHOUT_ROW = new Set('get aget latest alatest earliest aearliest one scalar_one get_one'.split(' '));

/** Whether a name is given a new object of a model. */
function makesOne(file: SourceFile, binding: Binding, orm: OrmId, inference: Inference): boolean {
  const value = binding.kind === 'assign' ? binding.statement.value : null;
  if (value?.kind !== 'Call') return false;
  const made = inference.valueOf(file, value.func);
  return made.kind === 'model' && inference.graph.model(made.model)?.orm === orm;
}

/** A collection of an object that the program made, and so knows all options of: `team.heroes`. */
function isOfNewObject(file: SourceFile, expr: Expr, inference: Inference): boolean {
  if (expr.kind !== 'Attribute' || expr.value.kind !== 'Name') return false;
  if (attributeRead(file, expr, inference)?.of !== 'relation') return false;
  const scope = inference.program.scopeAt(file, expr.start);
  const bindings = inference.program.lookup(scope, expr.value.id);
  return bindings.length > 0 && bindings.every((binding) => makesOne(file, binding, 'sqlalchemy', inference));
}

/** Whether `Model.query` of Flask-SQLAlchemy stands in an expression: it sends what waits in `db.session`. */
function readsModelQuery(file: SourceFile, expr: Expr, inference: Inference): boolean {
  for (const node of nodesUnder([expr])) {
    if (node.kind !== 'Attribute' || node.attr.text !== 'query') continue;
    const on = inference.valueOf(file, node.value);
    if (on.kind === 'model' && inference.graph.model(on.model)?.orm === 'sqlalchemy') return true;
  }
  return false;
}

/** Names of a module that stand for Flask-SQLAlchemy's `db`. */
function flaskObjects(file: SourceFile, inference: Inference): readonly Expr[] {
  return [...file.scope.bindings.values()].flatMap((bindings) => {
    const last = bindings.at(-1)!;
    if (last.kind !== 'importFrom' && last.kind !== 'assign') return [];
    const value = inference.bindingValue(file, last);
    return value.kind === 'external' && value.name === 'flask_sqlalchemy.SQLAlchemy()' ? [nameExpr(last)] : [];
  });
}

/** A library counts the parts of a tuple; one that is no element is followed to what it is made of. */
function elementTypeOf(value: Value, inference: Inference): HoleType {
  if (value.kind !== 'tuple') return holeTypeOf(value, inference);
  return { kind: 'tuple', items: value.items.map((item) => holeTypeOf(item, inference)) };
}

function holeTypeOf(value: Value, inference: Inference): HoleType {
  switch (value.kind) {
    case 'session':
      return { kind: 'session', expires: value.expires ?? expiryInProject(inference.program) };
    case 'sessionFactory': {
      const expires = value.expires ?? expiryInProject(inference.program);
      return { kind: 'sessionFactory', isScoped: value.isScoped === true, expires };
    }
    case 'engine':
      return { kind: 'engine' };
    case 'connection':
      return { kind: 'connection' };
    case 'scalar':
      return value.python ? { kind: 'scalar', python: value.python } : { kind: 'unknown' };
    case 'instance': {
      const model = inference.graph.model(value.model);
      return model ? { kind: 'instance', module: model.module, name: model.name } : { kind: 'unknown' };
    }
    case 'collection':
      return { kind: 'list', of: elementTypeOf(value.of, inference) };
    case 'model': {
      const model = inference.graph.model(value.model);
      return model && !model.isAbstract
        ? { kind: 'class', module: model.module, name: model.name }
        : { kind: 'unknown' };
    }
    case 'object':
      if (isCache(value, inference)) return { kind: 'cache' };
      return {
        kind: 'object',
        attributes: {},
        cls: { module: value.file.moduleName, name: value.cls.name.text },
        ...viewOf(value, inference),
      };
    case 'database':
      return { kind: 'database' };
    default:
      return { kind: 'unknown' };
  }
}

function viewOf(value: Value & { kind: 'object' }, inference: Inference): { readonly view?: GenericView } {
  const view = genericView(value, inference);
  return view ? { view } : {};
}

/** Whether an object is of a class that extends the cache of a library. */
function isCache({ file, cls }: Value & { kind: 'object' }, { program }: Inference): boolean {
  return program.bases(file, cls).some((base) => base.kind === 'external' && keepsAnswers(base.name));
}

/** Whether an attribute of a class is a class itself: `form_class = SearchForm`. It is read as a member, not made up. */
function holdsClass({ file, cls }: Value & { kind: 'object' }, name: string, { program }: Inference): boolean {
  const { symbol } = program.member(file, cls, name);
  const meant: Symbol = symbol.kind === 'binding' ? program.follow(symbol.file, symbol.binding) : symbol;
  return meant.kind === 'binding' && meant.binding.kind === 'class';
}

/** What `self` or `cls` is in a class that models inherit from, or in one of a model: an object of it, or the class. */
function ofClassAround(
  file: SourceFile,
  binding: Binding & { kind: 'parameter' },
  inference: Inference,
  native: (ids: readonly string[]) => readonly string[],
): HoleType | null {
  const cls = binding.scope.parent?.node;
  if (cls?.kind !== 'ClassDef' || binding.owner.kind !== 'FunctionDef') return null;
  const models = native(modelsOfClass(file, cls, inference));
  const isClass = hasDecorator(binding.owner, 'classmethod');
  const own = `${file.moduleName}.${cls.name.text}`;
  // What inherits from a model is seldom meant where the model itself is.
  const meant = models.includes(own) ? [own] : models;
  const type = choiceOf(isClass ? 'class' : 'instance', meant, inference);
  return type?.kind === 'instance' && models.includes(own) ? { ...type, isOwn: true } : type;
}

/** More would be too many to read. */
const MAX_CHOICES = 8;

function choiceOf(
  kind: 'class' | 'table' | 'instance',
  ids: readonly string[],
  { graph }: Inference,
  variable: string | null = null,
): HoleType | null {
  const types = ids.toSorted().flatMap((id): HoleType[] => {
    const model = graph.model(id);
    if (model && kind === 'table')
      return [{ kind: 'class', module: model.module, name: model.name, table: 'of class' }];
    if (model && kind !== 'table') return [{ kind, module: model.module, name: model.name }];
    const dot = id.lastIndexOf('.');
    const isTable = kind === 'table' && graph.table(id) !== undefined;
    return isTable ? [{ kind: 'class', module: id.slice(0, dot), name: id.slice(dot + 1), table: 'itself' }] : [];
  });
  if (types.length <= 1) return types[0] ?? null;
  const [of, left] = [types.slice(0, MAX_CHOICES), Math.max(0, types.length - MAX_CHOICES)];
  return { kind: 'choice', of, left, ...(variable === null ? {} : { variable }) };
}

function nameExpr(binding: Binding): Expr {
  return { kind: 'Name', id: binding.name, start: binding.range.start, end: binding.range.end };
}
