/**
 * Which models a name may stand for where only the rest of the workspace says so: `cls` of a mixin, `self.model` of a
 * repository, a parameter. Found by looking at subclasses, at what generic bases are given, and at callers; each is shown
 * as a variant of its own. Costs a look at the files that mention the class or function.
 */
import { hasDecorator } from '../python/decorators.ts';
import type { Call, ClassDef, Expr, FunctionDef, Node, Parameter } from '../python/syntax/nodes.ts';
import { children } from '../python/syntax/visit.ts';
import type { Binding, SourceFile } from '../python/types.ts';
import type { Inference } from './infer.ts';
import type { ModelGraph } from './model.ts';

/** Files are looked at until this many mention the name; a name that is everywhere says nothing. */
const MAX_FILES = 60;
/** A chain of generic bases that hand a type on. */
const MAX_GENERIC = 6;

interface ClassAt {
  readonly file: SourceFile;
  readonly cls: ClassDef;
}

/** Ids of the models that `cls` or `self` in a method of a class may be (an object of): itself, or what inherits from it. */
export function modelsOfClass(file: SourceFile, cls: ClassDef, inference: Inference): readonly string[] {
  return descendants(`${file.moduleName}.${cls.name.text}`, inference);
}

/** Models by the id of each class they inherit from, themselves included; abstract ones left out. */
const inheriting = new WeakMap<ModelGraph, ReadonlyMap<string, readonly string[]>>();

function descendants(id: string, { graph, program }: Inference): readonly string[] {
  let known = inheriting.get(graph);
  if (!known) {
    const found = new Map<string, string[]>();
    for (const model of graph.models) {
      if (model.isAbstract || model.declared.path === '') continue;
      const file = program.file(model.declared.path);
      const binding = file?.scope.bindings.get(model.name)?.findLast((one) => one.kind === 'class');
      if (!file || binding?.kind !== 'class') continue;
      for (const base of program.bases(file, binding.node)) {
        if (base.kind !== 'binding' || base.binding.kind !== 'class') continue;
        const key = `${base.file.moduleName}.${base.binding.name}`;
        found.set(key, [...(found.get(key) ?? []), model.id]);
      }
    }
    inheriting.set(graph, (known = found));
  }
  return known.get(id) ?? [];
}

/** Models that a parameter is given by those who call its function. */
export function modelsGiven(binding: Binding, inference: Inference): readonly string[] {
  const found = new Set<string>();
  for (const { file, expr } of argumentsGiven(binding, inference)) note(expr, file, inference, found);
  return [...found];
}

/** Tables that a parameter is given by those who call its function: `User.__table__` as its model, others as themselves. */
export function tablesGiven(binding: Binding, inference: Inference): readonly string[] {
  const found = new Set<string>();
  for (const { file, expr } of argumentsGiven(binding, inference)) {
    if (expr.kind === 'Attribute' && expr.attr.text === '__table__') note(expr.value, file, inference, found);
    if (expr.kind !== 'Name' && expr.kind !== 'Attribute') continue;
    const symbol = inference.program.resolve(file, expr);
    if (symbol.kind !== 'binding' || symbol.binding.kind !== 'assign') continue;
    const id = `${symbol.file.moduleName}.${symbol.binding.name}`;
    if (inference.graph.table(id)) found.add(id);
  }
  return [...found];
}

function* argumentsGiven(
  binding: Binding,
  inference: Inference,
): Generator<{ readonly file: SourceFile; readonly expr: Expr }> {
  if (binding.kind !== 'parameter' || binding.owner.kind !== 'FunctionDef' || binding.variadic) return;
  const { owner, scope } = binding;
  const isBound = scope.parent?.kind === 'class' && !hasDecorator(owner, 'staticmethod');
  for (const { file, node } of callsOf(owner.name.text, inference)) {
    const callee = inference.valueOf(file, node.func);
    const expr =
      callee.kind === 'function' && callee.node === owner ? argumentOf(node, owner, binding.node, isBound) : undefined;
    if (expr) yield { file, expr };
  }
}

/** Models that an attribute of an object of a class may hold, which no value says: `self.model`. */
export function modelsOfAttribute(
  file: SourceFile,
  cls: ClassDef,
  name: string,
  inference: Inference,
): readonly string[] {
  const own = { file, cls };
  // `self` is an object of the class itself or of any below it.
  const classes = [own, ...subclasses(own, inference)];
  const found = new Set<string>();
  for (const one of classes) if (one !== own) ofOwnAttribute(one, name, inference, found);
  for (const base of [own, ...basesOf(own, inference)]) {
    const variable = typeVariable(base, name, inference);
    if (variable) ofTypeVariable(base, variable, classes, inference, found);
    ofConstructor(base, name, classes, inference, found);
  }
  return [...found];
}

/** Models that a type variable of a class stands for, and the variable itself: what one is, is the other. */
export interface OfVariable {
  readonly models: readonly string[];
  readonly variable: string;
}

/** `item: T` in a method of `class Repository(Generic[T])`: an object of what its subclasses and users give for `T`. */
export function modelsOfTypeVariable(binding: Binding, file: SourceFile, inference: Inference): OfVariable | null {
  if (binding.kind !== 'parameter' || binding.variadic) return null;
  const cls = binding.scope.parent?.kind === 'class' ? binding.scope.parent.node : null;
  const { annotation } = binding.node;
  if (cls?.kind !== 'ClassDef' || annotation?.kind !== 'Name') return null;
  if (!typeParameters(cls).includes(annotation.id)) return null;
  const own = { file, cls };
  const found = new Set<string>();
  ofTypeVariable(own, annotation.id, [own, ...subclasses(own, inference)], inference, found);
  return { models: [...found], variable: variableOf(own, annotation.id) };
}

/**
 * What some classes give a type variable of a base: in their headers, `Repository[User]()`, and `Repository(User)` where the
 * constructor takes a `type[T]`.
 */
function ofTypeVariable(
  base: ClassAt,
  variable: string,
  classes: readonly ClassAt[],
  inference: Inference,
  found: Set<string>,
): void {
  for (const one of classes) {
    const given = givenTo(one, base, variable, inference, MAX_GENERIC);
    if (given && 'model' in given) found.add(given.model);
  }
  const place = typeParameters(base.cls).indexOf(variable);
  for (const { file, node } of callsOf(base.cls.name.text, inference)) {
    if (node.func.kind !== 'Subscript' || !isClass(file, node.func.value, base, inference)) continue;
    const { slice } = node.func;
    note(slice.kind === 'Tuple' ? slice.elts[place] : place === 0 ? slice : null, file, inference, found);
  }
  const constructor = base.cls.body.find((stmt) => stmt.kind === 'FunctionDef' && stmt.name.text === '__init__');
  if (constructor?.kind !== 'FunctionDef') return;
  for (const parameter of parametersOf(constructor)) {
    if (parameter.annotation && ofType(parameter.annotation) === variable)
      ofCalls(constructor, parameter, classes, inference, found);
  }
}

/** Whether an expression is a parameter that stands for objects of models, as a type variable of its class says. */
export function isOfTypeVariable(expr: Expr, file: SourceFile, inference: Inference): boolean {
  if (expr.kind !== 'Name') return false;
  const [binding] = inference.program.lookup(inference.program.scopeAt(file, expr.start), expr.id);
  return binding !== undefined && (modelsOfTypeVariable(binding, file, inference)?.models.length ?? 0) > 0;
}

/** The type variable of a class that says what its attribute holds: `model: type[T]`; null where none does. */
export function variableOfAttribute(
  file: SourceFile,
  cls: ClassDef,
  name: string,
  inference: Inference,
): string | null {
  const own = { file, cls };
  const variable = typeVariable(own, name, inference);
  return variable && variableOf(own, variable);
}

function variableOf({ file, cls }: ClassAt, name: string): string {
  return `${file.moduleName}.${cls.name.text}[${name}]`;
}

/** `model = User` of a subclass. */
function ofOwnAttribute({ file, cls }: ClassAt, name: string, inference: Inference, found: Set<string>): void {
  const binding = inference.program.scopeOf(file, cls)?.bindings.get(name)?.at(-1);
  if (binding?.kind !== 'assign' && binding?.kind !== 'annAssign') return;
  note(binding.statement.value, file, inference, found);
}

/** The `T` of `model: type[T]`, in the class body, of the parameter that is assigned, or at the assignment. */
function typeVariable({ file, cls }: ClassAt, name: string, inference: Inference): string | null {
  const body = cls.body.find(
    (stmt) => stmt.kind === 'AnnAssign' && stmt.target.kind === 'Name' && stmt.target.id === name,
  );
  if (body?.kind === 'AnnAssign') return ofType(body.annotation);
  for (const { method, statement } of inference.program.assignedToSelf(file, cls, name)) {
    if (statement.kind === 'AnnAssign') return ofType(statement.annotation);
    const parameter = parameterOf(method, statement.value);
    if (parameter?.annotation) return ofType(parameter.annotation);
  }
  return null;
}

function ofType(annotation: Expr): string | null {
  if (annotation.kind !== 'Subscript' || annotation.slice.kind !== 'Name') return null;
  const { value } = annotation;
  return value.kind === 'Name' && /^(type|Type)$/.test(value.id) ? annotation.slice.id : null;
}

/** What a class gives a type variable of a generic base, or its own variable: `class Users(Repository[User])`. */
function givenTo(
  { file, cls }: ClassAt,
  base: ClassAt,
  variable: string,
  inference: Inference,
  left: number,
): { readonly model: string } | { readonly variable: string } | null {
  if (cls === base.cls) return { variable };
  for (const expr of left > 0 ? cls.bases : []) {
    const symbol = inference.program.resolve(file, expr.kind === 'Subscript' ? expr.value : expr);
    if (symbol.kind !== 'binding' || symbol.binding.kind !== 'class') continue;
    const above = { file: symbol.file, cls: symbol.binding.node };
    const given = givenTo(above, base, variable, inference, left - 1);
    if (!given || 'model' in given) {
      if (given) return given;
      continue;
    }
    const place = typeParameters(above.cls).indexOf(given.variable);
    if (place < 0 || expr.kind !== 'Subscript') continue;
    const args = expr.slice.kind === 'Tuple' ? expr.slice.elts : [expr.slice];
    const found = new Set<string>();
    note(args[place], file, inference, found);
    for (const model of found) return { model };
    const arg = args[place];
    if (arg?.kind === 'Name') return { variable: arg.id };
  }
  return null;
}

function typeParameters(cls: ClassDef): readonly string[] {
  if (cls.typeParams.length > 0) return cls.typeParams.map(({ name }) => name.text);
  const generic = cls.bases.filter((base) => base.kind === 'Subscript');
  const own = generic.find((base) => base.value.kind === 'Name' && base.value.id === 'Generic') ?? generic[0];
  if (!own) return [];
  const args = own.slice.kind === 'Tuple' ? own.slice.elts : [own.slice];
  return args.flatMap((arg) => (arg.kind === 'Name' ? arg.id : []));
}

/** What constructors are given for `self.model = model`. */
function ofConstructor(
  { file, cls }: ClassAt,
  name: string,
  classes: readonly ClassAt[],
  inference: Inference,
  found: Set<string>,
): void {
  for (const { method, statement } of inference.program.assignedToSelf(file, cls, name)) {
    if (method.name.text !== '__init__' || !statement.value) continue;
    const parameter = parameterOf(method, statement.value);
    if (parameter) ofCalls(method, parameter, classes, inference, found);
  }
}

/** What a parameter of a constructor is given by those who make objects of some classes. */
function ofCalls(
  constructor: FunctionDef,
  parameter: Parameter,
  classes: readonly ClassAt[],
  inference: Inference,
  found: Set<string>,
): void {
  for (const one of classes) {
    for (const call of callsOf(one.cls.name.text, inference)) {
      const func = call.node.func.kind === 'Subscript' ? call.node.func.value : call.node.func;
      if (!isClass(call.file, func, one, inference)) continue;
      note(argumentOf(call.node, constructor, parameter, true), call.file, inference, found);
    }
  }
}

function parameterOf(method: FunctionDef, value: Expr | null): Parameter | undefined {
  return value?.kind === 'Name' ? parametersOf(method).find(({ name }) => name.text === value.id) : undefined;
}

function parametersOf({ params }: FunctionDef): readonly Parameter[] {
  return [...params.posonly, ...params.args, ...params.kwonly];
}

// ---------------------------------------------------------------- classes and calls

function basesOf({ file, cls }: ClassAt, { program }: Inference): readonly ClassAt[] {
  return program
    .bases(file, cls)
    .flatMap((base) =>
      base.kind === 'binding' && base.binding.kind === 'class' && base.binding.node !== cls
        ? { file: base.file, cls: base.binding.node }
        : [],
    );
}

/** Classes at module level that inherit from a class. */
function subclasses(of: ClassAt, inference: Inference): readonly ClassAt[] {
  const found = new Set<ClassDef>([of.cls]);
  const all: ClassAt[] = [];
  const pending = [of];
  for (let at = pending.pop(); at; at = pending.pop()) {
    for (const file of filesMentioning(at.cls.name.text, inference)) {
      for (const bindings of file.scope.bindings.values()) {
        for (const binding of bindings) {
          if (binding.kind !== 'class' || found.has(binding.node)) continue;
          const inherits = binding.node.bases.some((base) =>
            isClass(file, base.kind === 'Subscript' ? base.value : base, at, inference),
          );
          if (!inherits) continue;
          found.add(binding.node);
          all.push({ file, cls: binding.node });
          pending.push({ file, cls: binding.node });
        }
      }
    }
  }
  return all;
}

function isClass(file: SourceFile, expr: Expr, { cls }: ClassAt, { program }: Inference): boolean {
  const symbol = program.resolve(file, expr);
  return symbol.kind === 'binding' && symbol.binding.kind === 'class' && symbol.binding.node === cls;
}

interface CallAt {
  readonly file: SourceFile;
  readonly node: Call;
}

/** Calls of something that has this name, in the file itself and in those that mention it. */
function* callsOf(name: string, inference: Inference): Generator<CallAt> {
  for (const file of filesMentioning(name, inference)) {
    const pending: Node[] = [file.module];
    for (let node = pending.pop(); node; node = pending.pop()) {
      if (node.kind === 'Call' && nameOf(node.func) === name) yield { file, node };
      for (const child of children(node)) pending.push(child);
    }
  }
}

function nameOf(func: Expr): string | null {
  switch (func.kind) {
    case 'Name':
      return func.id;
    case 'Attribute':
      return func.attr.text;
    case 'Subscript':
      return nameOf(func.value);
    default:
      return null;
  }
}

function filesMentioning(name: string, { program }: Inference): readonly SourceFile[] {
  const paths = program.pathsMentioning([name]);
  return paths.length > MAX_FILES ? [] : paths.flatMap((path) => program.file(path) ?? []);
}

/** What a call gives a parameter. */
function argumentOf(call: Call, of: FunctionDef, parameter: Parameter, isBound: boolean): Expr | undefined {
  const keyword = call.keywords.find((one) => one.name?.text === parameter.name.text);
  if (keyword) return keyword.value;
  const place = [...of.params.posonly, ...of.params.args].indexOf(parameter) - (isBound ? 1 : 0);
  const before = call.args.slice(0, place + 1);
  return place < 0 || before.some((arg) => arg.kind === 'Starred') ? undefined : before[place];
}

function note(expr: Expr | null | undefined, file: SourceFile, inference: Inference, found: Set<string>): void {
  const value = expr ? inference.valueOf(file, expr) : null;
  if (value?.kind === 'model' && inference.graph.model(value.model)?.isAbstract === false) found.add(value.model);
}
