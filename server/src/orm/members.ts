/** Methods and attributes of classes of the workspace that code reads: what a slice follows into. */
import { hasDecorator } from '../python/decorators.ts';
import { isSuper } from '../python/superCalls.ts';
import type { AnnAssign, Assign, Attribute, ClassDef, FunctionDef } from '../python/syntax/nodes.ts';
import type { Binding, SourceFile } from '../python/types.ts';
import type { ClassName } from '../query/program.ts';
import type { Member } from '../query/resolver.ts';
import { isPlainMethod, runsOnWrite } from './classes.ts';
import { modelsOfClass } from './choices.ts';
import { modelWritten } from './django/given.ts';
import { SAVING_METHODS } from './django/methods.ts';
import type { Inference } from './infer.ts';
import type { Model } from './model.ts';

/**
 * The members that an attribute of an object leads to: the one it names, or what a library's own method of that name reads.
 */
export function membersOf(file: SourceFile, attribute: Attribute, inference: Inference): readonly Member[] {
  const member = memberOf(file, attribute, inference);
  const found = member ? [member] : [];
  const called = calledOnModel(file, attribute, inference);
  if (called) return [...found, ...called.names.flatMap((name) => methodOfModel(called.model, name, inference) ?? [])];
  const read = READ_BY_VIEWS[attribute.attr.text];
  const on = read ? inference.valueOf(file, attribute.value) : null;
  if (!read || on?.kind !== 'object') return found;
  // One of the workspace most often calls that of the library in the end.
  const lineage = lineageOf(on.file, on.cls, inference);
  return [...found, ...read.flatMap((name) => memberOfClass(on.file, on.cls, name, lineage, inference) ?? [])];
}

/** Methods of a model that one of Django calls: the `save` of what `Order.objects.create` makes, the `clean` of what a form checks. */
function calledOnModel(
  file: SourceFile,
  attribute: Attribute,
  inference: Inference,
): { readonly model: Model; readonly names: readonly string[] } | null {
  const name = attribute.attr.text;
  const on = inference.valueOf(file, attribute.value);
  const written = modelWritten(file, attribute, inference);
  const row = on.kind === 'query' && on.query.orm === 'django' ? on.query.row[0] : on;
  const id = row?.kind === 'model' || row?.kind === 'instance' ? row.model : written;
  const model = id === null ? undefined : inference.graph.model(id);
  if (model?.orm !== 'django') return null;
  if (written !== null) return { model, names: ['save', 'clean'] };
  if (name === 'full_clean') return { model, names: ['clean'] };
  return SAVING_METHODS.has(name) ? { model, names: ['save'] } : null;
}

const ROWS_OF_VIEWS = ['queryset', 'model', 'ordering'];

/** What methods of the generic views of Django and of the REST framework read. */
const READ_BY_VIEWS: Readonly<Record<string, readonly string[] | undefined>> = {
  get_serializer: ['serializer_class', 'get_serializer_class'],
  get_queryset: ROWS_OF_VIEWS,
  get_object: [
    ...['get_queryset', 'filter_queryset', 'lookup_field', 'lookup_url_kwarg', 'pk_url_kwarg', 'slug_field'],
    ...['slug_url_kwarg', 'query_pk_and_slug', ...ROWS_OF_VIEWS],
  ],
};

/**
 * The member that `object.name` or `super().name` reads, when the object is one of a class of the workspace: of a view or
 * a service any member, of a model only methods, for its
 * fields are made with it, and so is what runs when they are set.
 */
export function memberOf(file: SourceFile, attribute: Attribute, inference: Inference): Member | null {
  const name = attribute.attr.text;
  if (isSuper(attribute.value)) return memberOfSuper(file, attribute, inference);
  const on = inference.valueOf(file, attribute.value);
  switch (on.kind) {
    case 'object':
      // What models inherit goes into them.
      return memberOfClass(
        on.file,
        on.cls,
        name,
        modelsOfClass(on.file, on.cls, inference).length > 0 ? [] : lineageOf(on.file, on.cls, inference),
        inference,
      );
    case 'instance':
    case 'model': {
      const model = inference.graph.model(on.model);
      return model ? methodOfModel(model, name, inference) : null;
    }
    default:
      return null;
  }
}

/** Whether the class of a model, or one it inherits from, has anything of that name in its body. */
export function hasMember(model: Model, name: string, inference: Inference): boolean {
  const file = model.declared.path === '' ? undefined : inference.program.file(model.declared.path);
  const binding = file && inference.program.lookup(file.scope, model.name).findLast((each) => each.kind === 'class');
  if (!file || binding?.kind !== 'class') return true;
  return inference.program.member(file, binding.node, name).symbol.kind !== 'unknown';
}

/** A method or a property that the objects of a model have under a name; null for fields and relations. */
export function memberNamed(model: Model, name: string, inference: Inference): Method | null {
  const found = functionOfModel(model, name, inference);
  return found && !hasDecorator(found.node, 'staticmethod', 'classmethod') ? found : null;
}

/** The same, also where the class itself is called: `Order.newest()`. */
export function functionOfModel(model: Model, name: string, inference: Inference): Method | null {
  // Hybrids are fields without a column.
  if (inference.graph.field(model, name)?.column || inference.graph.relation(model, name)) return null;
  const file = model.declared.path === '' ? undefined : inference.program.file(model.declared.path);
  const binding = file && inference.program.lookup(file.scope, model.name).findLast((each) => each.kind === 'class');
  if (!file || binding?.kind !== 'class') return null;
  const { symbol } = inference.program.member(file, binding.node, name);
  if (symbol.kind !== 'binding' || symbol.binding.kind !== 'function') return null;
  return { file: symbol.file, node: symbol.binding.node };
}

export interface Method {
  readonly file: SourceFile;
  readonly node: FunctionDef;
}

/** The methods of that name of a class and its bases, in the order in which `super()` leads from one to the next. */
export function methodsNamed(
  { file, cls }: { readonly file: SourceFile; readonly cls: ClassDef },
  name: string,
  { program }: Inference,
): readonly Method[] {
  const found: Method[] = [];
  for (const base of program.bases(file, cls)) {
    if (base.kind !== 'binding' || base.binding.kind !== 'class') continue;
    for (const node of program.bodyOf(base.file, base.binding.node)) {
      if (node.kind !== 'FunctionDef' || node.name.text !== name) continue;
      program.noteUnit(base.file, node.start);
      found.push({ file: base.file, node });
    }
  }
  return found;
}

function memberOfClass(
  file: SourceFile,
  cls: ClassDef,
  name: string,
  lineage: readonly ClassName[],
  inference: Inference,
): Member | null {
  const { symbol } = inference.program.member(file, cls, name);
  return symbol.kind === 'binding' ? memberAt(symbol.file, symbol.binding, lineage) : null;
}

/** A method or property of a model that is not mapped, as a slice needs it. */
export function methodOfModel(model: Model, name: string, inference: Inference): Member | null {
  if (inference.graph.field(model, name) || inference.graph.relation(model, name)) return null;
  const file = inference.program.file(model.declared.path);
  const binding = file?.scope.bindings.get(model.name)?.findLast((each) => each.kind === 'class');
  if (!file || binding?.kind !== 'class') return null;
  const member = memberOfClass(file, binding.node, name, [], inference);
  return member?.stmt.kind === 'FunctionDef' &&
    !runsOnWrite(member.cls, member.stmt) &&
    !(model.orm === 'sqlalchemy' && isMapped(member, inference))
    ? member
    : null;
}

/** Whether a method is what SQLAlchemy made of it; what other decorators do, caches for one, is not seen. */
function isMapped({ file, stmt }: Member, inference: Inference): boolean {
  if (stmt.kind !== 'FunctionDef' || isPlainMethod(stmt)) return false;
  return stmt.decorators.some((decorator) => {
    const value = inference.valueOf(file, decorator.kind === 'Call' ? decorator.func : decorator);
    return value.kind === 'external'
      ? /^(sqlalchemy|sqlmodel|flask_sqlalchemy)\b/.test(value.name)
      : value.kind !== 'function' && value.kind !== 'method';
  });
}

/** What a base has that a method overrides. */
function memberOfSuper(file: SourceFile, attribute: Attribute, inference: Inference): Member | null {
  const cls = enclosingClass(file, attribute, inference);
  if (!cls) return null;
  const id = `${file.moduleName}.${cls.name.text}`;
  const lineage = inference.graph.model(id) ? [] : lineageOf(file, cls, inference);
  for (const base of inference.program.bases(file, cls)) {
    if (base.kind !== 'binding' || base.binding.kind !== 'class' || base.binding.node === cls) continue;
    const found = memberAt(
      base.file,
      inference.program.scopeOf(base.file, base.binding.node)?.bindings.get(attribute.attr.text)?.at(-1),
      lineage,
    );
    if (found) return found;
  }
  return null;
}

function memberAt(file: SourceFile, binding: Binding | undefined, lineage: readonly ClassName[]): Member | null {
  if (!binding || binding.scope.kind !== 'class') return null;
  const stmt = statementOf(binding);
  return stmt && { file, cls: binding.scope.node as ClassDef, name: binding.name, stmt, lineage };
}

function statementOf(binding: Binding): FunctionDef | Assign | AnnAssign | null {
  switch (binding.kind) {
    case 'function':
      return binding.node;
    case 'assign':
    case 'annAssign':
      return binding.statement.value ? binding.statement : null;
    default:
      return null;
  }
}

/** A class and its bases, those of the workspace, in the order in which Python looks a name up. */
function lineageOf(file: SourceFile, cls: ClassDef, inference: Inference): readonly ClassName[] {
  return inference.program
    .bases(file, cls)
    .flatMap((base) =>
      base.kind === 'binding' && base.binding.kind === 'class'
        ? { module: base.file.moduleName, name: base.binding.name }
        : [],
    );
}

function enclosingClass(file: SourceFile, attribute: Attribute, inference: Inference): ClassDef | null {
  for (let scope = inference.program.scopeAt(file, attribute.start); ;) {
    if (scope.kind === 'class') return scope.node as ClassDef;
    if (!scope.parent) return null;
    scope = scope.parent;
  }
}
