/** The steps that make SQLAlchemy's models again. */
import type { AnnAssign, Assign, Call, ClassDef, Expr, FunctionDef, Node, Stmt } from '../../python/syntax/nodes.ts';
import { children, nodesUnder } from '../../python/syntax/visit.ts';
import type { Program, SourceFile, Symbol } from '../../python/types.ts';
import { Classes, flatBody, isReadBy, members, runsOnWrite, type ClassRef } from '../classes.ts';
import type { MappedTable, Model, ModelGraph, Relation } from '../model.ts';
import { parsedExpression } from '../pieces.ts';
import { mapsNothing } from '../source/available.ts';
import type { ClassPolicy } from '../source/policy.ts';
import { isClassFunction, StepWriter } from '../source/writer.ts';
import type { Edit } from '../source/text.ts';
import { modelsHeard, noteEvents, writeListeners, writeQueryProperties } from './afterClasses.ts';
import { decoratorName, isDeclaredAttr } from './attributes.ts';
import { expandBase, hierarchyOf, isGeneratedBase } from './bases.ts';
import { entriesOf, imperativeMappings, type ImperativeMapping } from './imperative.ts';
import { isFlaskObject, libraryName } from './names.ts';
import { isQueryProperty } from './queryProperty.ts';

/** Writes the given models and tables, and everything they need. Deterministic: by module, then as they stand. */
export function writeSqlalchemy(
  program: Program,
  graph: ModelGraph,
  models: readonly Model[],
  tables: readonly string[],
): StepWriter {
  const classes: Classes = new Classes(
    program,
    expandBase(() => classes),
  );
  const policy = new SqlalchemyPolicy(graph, classes, models);
  const writer = new StepWriter(program, classes, policy);
  const mapped = tables.flatMap((id) => graph.table(id) ?? []);
  for (const each of inFileOrder(program, classes, [...models, ...mapped])) {
    const file = program.file(each.declared.path);
    const isModel = 'relations' in each;
    // A table inside a class or a `relationship` comes with it.
    if (file && (isModel || isOfModule(each, file))) writer.need(file, each.name);
    if (isModel) for (const reason of each.unknown) writer.unknown.add(reason, [each.id]);
  }
  writer.finish();
  writeQueryProperties(classes, models, writer);
  writeListeners(program, graph, classes, models, writer);
  noteEvents(program, classes, writer);
  return writer;
}

/** Ids of models without which functions cannot be called that every session calls. */
export function modelsHeardBySessions(program: Program, graph: ModelGraph): readonly string[] {
  const classes: Classes = new Classes(
    program,
    expandBase(() => classes),
  );
  return modelsHeard(program, classes, graph);
}

/** Whether a table is what a name of the module holds. */
function isOfModule({ id, name }: MappedTable, file: SourceFile): boolean {
  return file.scope.bindings.has(name) && id === `${file.moduleName}.${name}`;
}

/**
 * Columns of classes that share a table are added to it as the classes are made, and tables are created as they were made,
 * so these come in the order of their file. https://docs.sqlalchemy.org/en/20/orm/inheritance.html#single-table-inheritance
 */
function inFileOrder(
  program: Program,
  classes: Classes,
  all: readonly (Model | MappedTable)[],
): readonly (Model | MappedTable)[] {
  const places = new Map(all.map((each) => [each, placeOf(program, classes, each)]));
  return all.toSorted((a, b) =>
    a.declared.path === b.declared.path ? places.get(a)! - places.get(b)! : a.declared.path < b.declared.path ? -1 : 1,
  );
}

function placeOf(program: Program, classes: Classes, each: Model | MappedTable): number {
  if ('relations' in each) return classes.declared(each)?.node.start ?? 0;
  return program.file(each.declared.path)?.scope.bindings.get(each.name)?.[0]?.range.start ?? 0;
}

class SqlalchemyPolicy implements ClassPolicy {
  readonly keepsUnseenBases = false;
  readonly #graph: ModelGraph;
  readonly #classes: Classes;
  /** Ids of everything that stands between a model and its base. */
  readonly #inHierarchy = new Set<string>();
  /** By path. */
  readonly #mappings = new Map<string, readonly ImperativeMapping[]>();
  /** Bases that were not found and must be declarative bases. */
  readonly #unknownBases = new Set<string>();

  constructor(graph: ModelGraph, classes: Classes, models: readonly Model[]) {
    this.#graph = graph;
    this.#classes = classes;
    for (const model of models) {
      const ref = classes.declared(model);
      if (!ref) continue;
      for (const base of classes.order(ref)) if (base.kind === 'class') this.#inHierarchy.add(base.id);
      const registry = hierarchyOf(classes, ref)?.registry;
      if (registry?.flavor === 'unknown') this.#unknownBases.add(registry.id);
    }
  }

  kindOf(ref: ClassRef): 'mapped' | 'whole' | 'none' {
    const model = this.#graph.model(ref.id);
    if (model || this.#inHierarchy.has(ref.id)) return 'mapped';
    const order = this.#classes.order(ref);
    if (
      order.some((base) => base.kind === 'external' && /^(sqlalchemy|flask_sqlalchemy|sqlmodel|enum)\./.test(base.id))
    )
      return 'whole';
    const isPlain = order.every(
      (base) =>
        base.kind === 'class' ||
        (base.kind === 'external' &&
          /^(builtins|typing|typing_extensions|abc|collections|dataclasses)\./.test(base.id)),
    );
    return isPlain && ref.node.end - ref.node.start < 4000 ? 'whole' : 'none';
  }

  isModel(ref: ClassRef): boolean {
    return this.#graph.model(ref.id)?.isAbstract === false;
  }

  keeps(ref: ClassRef, stmt: Stmt, writer: StepWriter): boolean {
    switch (stmt.kind) {
      case 'Assign':
      case 'AnnAssign':
        return this.#keepsAssignment(ref, stmt);
      case 'FunctionDef':
        return (
          this.#isMapping(ref, stmt.decorators) ||
          runsOnWrite(ref.node, stmt) ||
          listensFor(ref.node, stmt) ||
          isReadBy(ref.node, stmt.name.text) ||
          isClassFunction(ref, stmt, writer)
        );
      case 'ClassDef':
        return stmt.bases.length > 0 || isReadBy(ref.node, stmt.name.text);
      case 'If':
      case 'For':
      case 'With':
      case 'Try':
        return true;
      default:
        return false;
    }
  }

  calledBy(): readonly string[] {
    return [];
  }

  runsAtCreation(ref: ClassRef, stmt: FunctionDef): boolean {
    return isDeclaredAttr(this.#classes, ref, stmt);
  }

  /** Nothing that SQLAlchemy calls by itself is let run with unknown functions in it. */
  isQuiet(): boolean {
    return false;
  }

  isQuietName(): boolean {
    return false;
  }

  #isMapping(ref: ClassRef, decorators: readonly Expr[]): boolean {
    return decorators.some((decorator) =>
      /(^|\.)(declared_attr(\.\w+)?|hybrid_property|hybrid_method|expression|comparator|update_expression|validates)$/.test(
        decoratorName(this.#classes, ref, decorator) ?? '',
      ),
    );
  }

  /** A relation whose target is not known would make every mapper fail; the model says so in `unknown`. */
  #keepsAssignment(ref: ClassRef, stmt: Assign | AnnAssign): boolean {
    const model = this.#graph.model(ref.id);
    const target = stmt.kind === 'Assign' ? stmt.targets[0] : stmt.target;
    if (target?.kind !== 'Name') return false;
    const { value } = stmt;
    if (value?.kind !== 'Call' || !model) return true;
    const scope = this.#classes.program.scopeAt(ref.file, value.start);
    const name = libraryName(this.#classes, ref.file, value.func, scope);
    if (name === null || !/^(relationship|relation|dynamic_loader|Relationship)$/.test(name)) return true;
    const users = model.isAbstract
      ? this.#graph.models.filter((each) => !each.isAbstract && each.bases.includes(model.id))
      : [model];
    return users.every((each) => {
      const relation = this.#graph.relation(each, target.id);
      return !relation || this.#isWhole(relation);
    });
  }

  #isWhole(relation: Relation): boolean {
    if (relation.target === null) return false;
    return relation.direction !== 'through' || relation.through !== null;
  }

  adapt(
    ref: ClassRef,
    body: readonly Stmt[],
    writer: StepWriter,
  ): { readonly edits: readonly Edit[]; readonly extra: readonly string[] } {
    const edits: Edit[] = [];
    for (const stmt of flatBody(body)) {
      if (stmt.kind !== 'Assign' && stmt.kind !== 'AnnAssign') continue;
      edits.push(...this.#statementEdits(ref, stmt, writer));
    }
    for (const { name } of members(ref.node)) {
      if (/^__(init_subclass|declare_first|table_cls|setattr)__$/.test(name))
        writer.unknown.add(`\`${name}\` of \`${ref.node.name.text}\` is not run`);
    }
    return { edits, extra: [] };
  }

  #statementEdits(ref: ClassRef, stmt: Assign | AnnAssign, writer: StepWriter): readonly Edit[] {
    const { file } = ref;
    const { value } = stmt;
    const edits: Edit[] = [];
    const target = stmt.kind === 'Assign' ? stmt.targets[0] : stmt.target;
    const attribute = target?.kind === 'Name' ? target.id : '';
    if (stmt.kind === 'AnnAssign') {
      for (const { expr, place } of typesMissingIn(file, stmt.annotation, writer)) {
        if (!this.#isIdleType(file, stmt, expr)) writer.unknown.add(writer.runnable.missingText('type', file, expr));
        edits.push({ start: place.start, end: place.end, newText: 'str' });
      }
    }
    if (!value) return edits;
    if (
      attribute === '__tablename__' &&
      this.#graph.model(ref.id)?.table === null &&
      !this.#graph.model(ref.id)!.isAbstract
    ) {
      // The name could not be read, which the model says; any will do.
      return [
        ...edits,
        { start: value.start, end: value.end, newText: JSON.stringify(ref.node.name.text.toLowerCase()) },
      ];
    }
    if (attribute === '__table_args__') return [...edits, ...this.#withoutMissingElements(file, value, writer)];
    if (value.kind !== 'Call') {
      // What is neither a column nor a relation and cannot be had maps nothing.
      const isIdle = !/^__/.test(attribute) && holesIn(file, value, writer).length > 0;
      // A schema that has the name of the model: in its body, that of the import is meant, which the model replaces here.
      return isIdle || (value.kind === 'Name' && value.id === ref.node.name.text) ? [...edits, nothing(value)] : edits;
    }
    if (attribute === 'query' && isQueryProperty(value)) {
      writer.importAs(file.moduleName, '_QueryProperty', 'ormsight', 'QueryProperty');
      return [...edits, { start: value.func.start, end: value.func.end, newText: '_QueryProperty' }];
    }
    const scope = this.#classes.program.scopeAt(file, value.start);
    const name = libraryName(this.#classes, file, value.func, scope);
    if (name === null && writer.runnable.isMissing(file, value.func)) {
      const symbol = this.#classes.program.resolve(file, value.func, scope);
      if (symbol.kind !== 'external' || !mapsNothing(symbol.name)) {
        writer.unknown.add(
          `\`${attribute}\` of \`${ref.node.name.text}\`: ${writer.runnable.missingText('', file, value.func).trim()}`,
        );
      }
      return [...edits, nothing(value)];
    }
    const fieldEdits = name === 'Field' ? this.#fieldEdits(file, value, writer) : [];
    return [...edits, ...fieldEdits, ...this.#columnEdits(file, value, name, writer)];
  }

  /** `Field(...)` of SQLModel: the column or type in it; what is not known of the rest only validates data. */
  #fieldEdits(file: SourceFile, call: Call, writer: StepWriter): readonly Edit[] {
    return call.keywords.flatMap((each) => {
      const { value } = each;
      if (each.name?.text === 'sa_type') return this.#typeEdits(file, value, writer);
      if (each.name?.text === 'sa_column' && value.kind === 'Call') {
        const scope = this.#classes.program.scopeAt(file, value.start);
        return this.#columnEdits(file, value, libraryName(this.#classes, file, value.func, scope), writer);
      }
      const validates = !/^(default|default_factory|sa_.*|.*_key|nullable|unique|index|ondelete|max_length)$/.test(
        each.name?.text ?? '',
      );
      return validates && each.name && holesIn(file, value, writer).length > 0
        ? [{ start: each.start, end: each.end, newText: '**{}' }]
        : [];
    });
  }

  /**
   * Whether it does not matter what a type in an annotation is: it stands beside the type of the column, and is a class
   * or the element of a list. Only an alias (`Annotated[int, mapped_column(…)]`) could bring more.
   */
  #isIdleType(file: SourceFile, stmt: AnnAssign, type: Expr): boolean {
    const { value } = stmt;
    if (value?.kind !== 'Call') return false;
    const program = this.#classes.program;
    const name = libraryName(this.#classes, file, value.func, program.scopeAt(file, value.start));
    if (name === null || !/^(Column|mapped_column|deferred)$/.test(name)) return false;
    const hasType =
      value.args.some((arg) => arg.kind !== 'Constant' && !isForeignKey(this.#classes, file, arg)) ||
      value.keywords.some((keyword) => keyword.name?.text === 'type_');
    if (!hasType) return false;
    return !isOutermostType(stmt.annotation, type) || bringsNoColumn(program.resolve(file, type, file.scope));
  }

  /** Types of other libraries in `Column(...)`, also inside `deferred(...)`, stand-ins for which are written. */
  #columnEdits(file: SourceFile, call: Call, name: string | null, writer: StepWriter): readonly Edit[] {
    if (name === null || !/^(Column|mapped_column|deferred|column_property|composite)$/.test(name)) return [];
    const typed = call.keywords.flatMap((each) => (each.name?.text === 'type_' ? each.value : []));
    return [...call.args, ...typed].flatMap((arg) => {
      const inner =
        arg.kind === 'Call'
          ? libraryName(this.#classes, file, arg.func, this.#classes.program.scopeAt(file, arg.start))
          : null;
      if (inner !== null && /^(Column|mapped_column)$/.test(inner))
        return this.#columnEdits(file, arg as Call, inner, writer);
      if (isForeignKey(this.#classes, file, arg)) return [];
      return this.#typeEdits(file, arg, writer);
    });
  }

  /** `EmailType`, `ARRAY(EmailType(50))`; of `String(settings.LENGTH)` only the length is a hole. */
  #typeEdits(file: SourceFile, expr: Expr, writer: StepWriter): readonly Edit[] {
    if (expr.kind === 'Name' || expr.kind === 'Attribute') {
      const isClassName = /(^|\.)_*[A-Z]\w*$/.test(file.text.slice(expr.start, expr.end));
      return isClassName && writer.isHole(file, expr) ? [standInType(file, expr, expr, writer)] : [];
    }
    if (expr.kind !== 'Call') return [];
    if (writer.isHole(file, expr.func)) return [standInType(file, expr.func, expr.func, writer)];
    // The values of an enumeration are part of its type.
    const isEnum =
      libraryName(this.#classes, file, expr.func, this.#classes.program.scopeAt(file, expr.start)) === 'Enum';
    const missing = isEnum ? expr.args.find((arg) => holesIn(file, arg, writer).length > 0) : undefined;
    if (missing) return [standInType(file, missing, expr, writer)];
    return expr.args.flatMap((arg) => this.#typeEdits(file, arg, writer));
  }

  /** The call that maps the class, in the words of its file; first those whose mappers it relates to. */
  complete(ref: ClassRef, writer: StepWriter): void {
    const path = this.#graph.model(ref.id)?.mappedIn;
    const all = path === undefined ? [] : this.#mappingsIn(path);
    const mapping = all.find(({ cls }) => cls.id === ref.id);
    if (mapping) this.#writeMapping(mapping, all, writer);
  }

  #writeMapping(mapping: ImperativeMapping, all: readonly ImperativeMapping[], writer: StepWriter): void {
    const { cls, file, stmt, scope, variable } = mapping;
    const name = variable ?? `${cls.node.name.text}.__mapper__`;
    // Who reads the variable of the module first has it made there.
    if (!writer.claim(file.moduleName, variable !== null && scope.kind === 'module' ? name : `mapping of ${cls.id}`))
      return;
    for (const other of all) {
      if (other !== mapping && other.variable !== null && readsName(mapping.call, other.variable))
        writer.need(other.cls.file, other.cls.node.name.text);
    }
    const model = this.#graph.model(cls.id)!;
    const edits = entriesOf(mapping).flatMap(({ name: attribute, key, value }) => {
      const relation = attribute === null ? undefined : this.#graph.relation(model, attribute);
      // As in `#keepsAssignment`.
      return key && relation && !this.#isWhole(relation) ? [{ start: key.start, end: value.end, newText: '**{}' }] : [];
    });
    writer.run(file, name, stmt, edits, cls);
  }

  #mappingsIn(path: string): readonly ImperativeMapping[] {
    let found = this.#mappings.get(path);
    if (!found) {
      const file = this.#classes.program.file(path);
      this.#mappings.set(path, (found = file ? imperativeMappings(this.#classes, file) : []));
    }
    return found;
  }

  /** Constraints and indexes of other libraries say nothing about a query. */
  #withoutMissingElements(file: SourceFile, value: Expr, writer: StepWriter): readonly Edit[] {
    if (value.kind !== 'Tuple' && value.kind !== 'List') return [];
    return value.elts.flatMap((each) =>
      each.kind === 'Call' && writer.runnable.isMissing(file, each.func)
        ? [{ start: each.start, end: each.end, newText: '*()' }]
        : [],
    );
  }

  missingBase(ref: ClassRef, expr: Expr, writer: StepWriter): string | null {
    const base = this.#classes.base(ref.file, expr);
    if (!this.#unknownBases.has(base.id)) return null;
    // The base cannot be seen, but the classes below it are mapped: a base of our own stands in for it.
    const dot = base.kind === 'external' ? base.id.lastIndexOf('.') : -1;
    const module = dot === -1 ? ref.file.moduleName : base.id.slice(0, dot);
    const name = dot === -1 ? `_Base_${base.id.replace(/\W/g, '_')}` : base.id.slice(dot + 1);
    if (writer.claim(module, name)) {
      writer.importAs(module, '_declarative_base', 'sqlalchemy.orm', 'declarative_base');
      writer.define(module, name, `${name} = _declarative_base()`);
    }
    if (module !== ref.file.moduleName && writer.claim(ref.file.moduleName, name)) {
      writer.steps.push({ op: 'link', module: ref.file.moduleName, as: name, from: module, name });
    }
    return name;
  }

  /** Bases, `db` and tables have to be made, whatever else their call is given. */
  adaptAssign(file: SourceFile, stmt: Assign | AnnAssign, writer: StepWriter): readonly Edit[] | null {
    const { value } = stmt;
    if (value?.kind !== 'Call') return null;
    const base = { kind: 'value', id: '', file, value } as const;
    const name = libraryName(this.#classes, file, value.func);
    if (this.#mappingsIn(file.path).some(({ call }) => call === value)) return [];
    if (name === 'Table')
      return value.args.flatMap((arg) =>
        arg.kind === 'Call' ? this.#columnEdits(file, arg, libraryName(this.#classes, file, arg.func), writer) : [],
      );
    if (!isGeneratedBase(this.#classes, base) && !isFlaskObject(this.#classes, base)) return null;
    // `SQLAlchemy(app, …)`: without the application it is the same models.
    const dropped = [...value.args, ...value.keywords].filter(
      (each) => !writer.runnable.isHarmless(file, each.kind === 'Keyword' ? each.value : each),
    );
    if (dropped.length === 0) return [];
    const kept = [...value.args, ...value.keywords].filter((each) => !dropped.includes(each));
    const open = value.func.end;
    return [
      {
        start: open,
        end: value.end,
        newText: `(${kept.map((each) => file.text.slice(each.start, each.end)).join(', ')})`,
      },
    ];
  }
}

function readsName(node: Node, name: string): boolean {
  return [...nodesUnder([node])].some((at) => at.kind === 'Name' && at.id === name);
}

/** What listens to changes of the objects of a class: SQLAlchemy calls `__declare_last__` to connect it. */
function listensFor(node: ClassDef, { name }: FunctionDef): boolean {
  return name.text === '__declare_last__' || isReadIn(node, '__declare_last__', name.text);
}

/** Whether a method of the class reads an attribute: `event.listen(cls, "before_update", cls._stamp)`. */
function isReadIn(node: ClassDef, method: string, attribute: string): boolean {
  return node.body.some(
    (stmt) =>
      stmt.kind === 'FunctionDef' &&
      stmt.name.text === method &&
      [...nodesUnder(stmt.body)].some((at) => at.kind === 'Attribute' && at.attr.text === attribute),
  );
}

/** Names in an expression that would only be holes, the outermost dotted name of each. */
function holesIn(file: SourceFile, expr: Expr, writer: StepWriter): readonly Expr[] {
  const found: Expr[] = [];
  const visit = (node: Node): void => {
    if (node.kind === 'Name' || node.kind === 'Attribute') {
      if (writer.isHole(file, node)) found.push(node);
      return;
    }
    if (node.kind === 'Lambda') return;
    for (const child of children(node)) visit(child);
  };
  visit(expr);
  return found;
}

/** Types in an annotation that would only be holes; those in a string with the string as their place. */
function typesMissingIn(
  file: SourceFile,
  annotation: Expr,
  writer: StepWriter,
): readonly { readonly expr: Expr; readonly place: Expr }[] {
  const missing = holesIn(file, annotation, writer).map((expr) => ({ expr, place: expr }));
  const pending: Node[] = [annotation];
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (node.kind === 'Constant' && node.type === 'str') {
      const inner = parsedExpression(node.value);
      if (inner?.kind === 'Name' && writer.runnable.isMissing(file, { ...inner, start: node.start, end: node.start }))
        missing.push({ expr: { ...inner, start: node.start + 1, end: node.end - 1 }, place: node });
    }
    for (const child of children(node)) pending.push(child);
  }
  return missing;
}

/** `X` of `Mapped[X]` and `Mapped[Optional[X]]`, not of `Mapped[list[X]]`. */
function isOutermostType(annotation: Expr, type: Expr): boolean {
  let depth = 0;
  for (let at: Expr = annotation; at.kind === 'Subscript' && at.slice.start <= type.start; at = at.slice) {
    if (at.value.kind === 'Name' ? at.value.id !== 'Optional' : true) depth++;
  }
  return depth <= 1;
}

/** A class, or an alias in which no column is made. */
function bringsNoColumn(symbol: Symbol): boolean {
  if (symbol.kind !== 'binding') return false;
  const { binding, file } = symbol;
  switch (binding.kind) {
    case 'class':
      return true;
    case 'assign':
    case 'annAssign':
    case 'typeAlias':
      return !/\b(mapped_column|Column)\b/.test(file.text.slice(binding.statement.start, binding.statement.end));
    default:
      return false;
  }
}

function isForeignKey(classes: Classes, file: SourceFile, arg: Expr): boolean {
  const name =
    arg.kind === 'Call' ? libraryName(classes, file, arg.func, classes.program.scopeAt(file, arg.start)) : null;
  return name !== null && /^(ForeignKey|CheckConstraint|Computed|Sequence|Identity|FetchedValue)$/.test(name);
}

function nothing(value: Expr): Edit {
  return { start: value.start, end: value.end, newText: 'None' };
}

/**
 * A type that takes any arguments and whose values are left alone: for `expr`, written in place of `whole`. Statements
 * that use it say so (`unknown_types.py` of the renderer).
 */
function standInType(file: SourceFile, expr: Expr, whole: Expr, writer: StepWriter): Edit {
  const written = file.text.slice(expr.start, expr.end);
  const name = `_Unknown_${written.replace(/\W/g, '_')}`;
  if (writer.claim(file.moduleName, name)) {
    writer.importAs(file.moduleName, '_UnknownType', 'ormsight', 'UnknownType');
    writer.define(
      file.moduleName,
      name,
      [
        `class ${name}(_UnknownType):`,
        `    missing = ${JSON.stringify(writer.runnable.missingText('column type', file, expr))}`,
        `    written = ${JSON.stringify(written)}`,
      ].join('\n'),
    );
  }
  return { start: whole.start, end: whole.end, newText: name };
}
