/** Which classes of a project that uses SQLAlchemy are made again for the renderer, and what of their bodies. */
import type { AnnAssign, Assign, ClassDef, Expr, FunctionDef, Node, Stmt } from '../../python/syntax/nodes.ts';
import { nodesUnder } from '../../python/syntax/visit.ts';
import type { SourceFile } from '../../python/types.ts';
import { flatBody, isReadBy, members, runsOnWrite, type Classes, type ClassRef } from '../classes.ts';
import type { Model, ModelGraph, Relation } from '../model.ts';
import { mapsNothing } from '../source/available.ts';
import type { ClassPolicy } from '../source/policy.ts';
import type { Edit } from '../source/text.ts';
import { isClassFunction, type StepWriter } from '../source/writer.ts';
import { decoratorName, isDeclaredAttr } from './attributes.ts';
import { hierarchyOf, isGeneratedBase } from './bases.ts';
import { columnEdits, fieldEdits, holesIn, isIdleType, typesMissingIn } from './columnTypes.ts';
import { entriesOf, imperativeMappings, type ImperativeMapping } from './imperative.ts';
import { isFlaskObject, libraryName } from './names.ts';
import { isQueryProperty } from './queryProperty.ts';

export class SqlalchemyPolicy implements ClassPolicy {
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
      /(^|\.)(declared_attr(\.\w+)?|hybrid_property|hybrid_method|expression|comparator|update_expression|validates|observes)$/.test(
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
        if (!isIdleType(this.#classes, file, stmt, expr))
          writer.unknown.add(writer.runnable.missingText('type', file, expr));
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
    const ofField = name === 'Field' ? fieldEdits(this.#classes, file, value, writer) : [];
    return [...edits, ...ofField, ...columnEdits(this.#classes, file, value, name, writer)];
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
        arg.kind === 'Call'
          ? columnEdits(this.#classes, file, arg, libraryName(this.#classes, file, arg.func), writer)
          : [],
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

function nothing(value: Expr): Edit {
  return { start: value.start, end: value.end, newText: 'None' };
}
