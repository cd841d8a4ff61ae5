import { isConstant } from '../../python/syntax/docstrings.ts';
import type { ClassDef, Expr, FunctionDef, Node, Stmt } from '../../python/syntax/nodes.ts';
import { children, nodesUnder } from '../../python/syntax/visit.ts';
import type { SourceFile } from '../../python/types.ts';
import { isPlainMethod, isTypeChecking, textOf, type ClassRef } from '../classes.ts';
import { resolveInstalled } from '../installed.ts';
import { isRefusedName } from './available.ts';
import type { ClassPolicy } from './policy.ts';
import { moduleReads } from './reads.ts';
import { onlyRegisters } from './registering.ts';
import { isRefused } from './runnable.ts';
import { classSource, hasProblem, statementSource, type Edit } from './text.ts';
import type { StepWriter } from './writer.ts';

const EMPTY_CLASS = { bases: [], keywords: [], decorators: [], extra: [] } as const;

/** Among the names left out of a class: a base that is not made may give its objects any other. */
const ANY_NAME = '*';

/** Writes the steps that make classes: models with what maps, others whole. */
export class ClassWriter {
  readonly #writer: StepWriter;
  readonly #policy: ClassPolicy;
  /** Mapped classes, and the methods that were left out of them. */
  readonly #leftOut: { readonly ref: ClassRef; readonly methods: Map<string, FunctionDef> }[] = [];

  constructor(writer: StepWriter, policy: ClassPolicy) {
    this.#writer = writer;
    this.#policy = policy;
  }

  /** A class as far as queries need it. */
  write(file: SourceFile, node: ClassDef): void {
    const ref = this.#writer.classes.ref(file, node);
    const kind = this.#policy.kindOf(ref);
    if (kind === 'none') {
      this.#writer.hole(file, node.name.text, node.name.text);
      return;
    }
    if (kind === 'whole') {
      this.#wholeClass(file, node);
      return;
    }
    this.#mappedClass(ref);
  }

  /** A class with what takes part in mapping. */
  #mappedClass(ref: ClassRef): void {
    this.#writer.unknown.within(ref.id, () => this.#writeMapped(ref));
  }

  #writeMapped(ref: ClassRef): void {
    const writer = this.#writer;
    const { file, node } = ref;
    writer.claim(file.moduleName, node.name.text);
    writer.touch(file);
    const handedOn = this.#handedOnAtCreation(ref);
    const body = keptBody(
      node,
      (stmt) =>
        (this.#policy.keeps(ref, stmt, writer) || handedOn.has(stmt)) && !this.#isBroken(ref, stmt) && !isRefused(stmt),
    );
    this.#leftOut.push({ ref, methods: methodsLeftOut(node, body) });
    const adapted = this.#policy.adapt(ref, body, writer);
    const edits = [...adapted.edits, ...writer.hoist(file, body), ...this.#withoutLeftOut(file, body)];
    const leftOut = [...namesLeftOut(node, body)];
    const bases = node.bases.flatMap((expr) => {
      if (writer.runnable.isMissing(file, expr)) {
        const instead = this.#policy.missingBase(ref, expr, writer);
        if (instead === null) leftOut.push(ANY_NAME);
        return instead ?? [];
      }
      writer.needReads(file, [expr]);
      return textOf(file, expr);
    });
    const decorators = node.decorators.filter(
      (decorator) =>
        !writer.runnable.isMissing(file, decorator.kind === 'Call' ? decorator.func : decorator) &&
        !this.#isIdle(file, decorator),
    );
    for (const decorator of node.decorators) {
      if (!decorators.includes(decorator) && !this.#isIdle(file, decorator))
        writer.unknown.add(
          `decorator \`${textOf(file, decorator.kind === 'Call' ? decorator.func : decorator)}\` of \`${node.name.text}\` was not found`,
        );
    }
    const keywords = node.keywords.filter((each) => !writer.runnable.isMissing(file, each.value));
    writer.needReads(file, [...decorators, ...keywords, ...body], edits);
    if (this.#policy.isModel(ref)) this.#needAtCreation(ref);
    writer.define(
      file.moduleName,
      node.name.text,
      classSource(file, node, { bases, keywords, decorators, body, extra: adapted.extra, edits }),
      leftOut,
      this.#observers(ref),
      refusedMethods(node),
    );
    this.#policy.complete(ref, writer);
    this.#laterAttributes(file, node.name.text);
  }

  /** Methods that a library calls when a session writes objects of the class: `@observes("lines")` of SQLAlchemy-Utils. */
  #observers({ file, node }: ClassRef): readonly string[] {
    const { program } = this.#writer;
    return node.body.flatMap((stmt) => {
      if (stmt.kind !== 'FunctionDef') return [];
      const isObserver = stmt.decorators.some((decorator) => {
        if (decorator.kind !== 'Call') return false;
        const symbol = program.resolve(file, decorator.func, program.scopeAt(file, decorator.start));
        return symbol.kind === 'external' && /^sqlalchemy_utils\.(\w+\.)*observes$/.test(symbol.name);
      });
      return isObserver ? stmt.name.text : [];
    });
  }

  /** `creator=Tag.get_or_create`: what a class body hands on and is not in its model here is an unknown value. */
  #withoutLeftOut(file: SourceFile, body: readonly Stmt[]): readonly Edit[] {
    return readWhenMade(body).flatMap((read) => {
      const [text, { start, end }] = [textOf(file, read), read];
      if (!this.#isLeftOut(file, read)) return [];
      const name = `_unseen_${text.replace(/\W/g, '_')}`;
      if (this.#writer.claim(file.moduleName, name)) this.#writer.hole(file, name, text);
      return { start, end, newText: name };
    });
  }

  #isLeftOut(file: SourceFile, { value, attr, start }: Expr & { kind: 'Attribute' }): boolean {
    const { program, classes } = this.#writer;
    const owner = resolveInstalled(program, file, value, program.scopeAt(file, start));
    if (owner.kind !== 'binding' || owner.binding.kind !== 'class') return false;
    for (const base of classes.order(classes.ref(owner.file, owner.binding.node))) {
      if (base.kind !== 'class') continue;
      const member = base.ref.node.body.find((stmt) => stmt.kind === 'FunctionDef' && stmt.name.text === attr.text);
      if (member)
        return this.#policy.kindOf(base.ref) === 'mapped' && !this.#policy.keeps(base.ref, member, this.#writer);
    }
    return false;
  }

  /** `@total_ordering` wants methods that are left out, and maps nothing; nor does one that only notes the class. */
  #isIdle(file: SourceFile, decorator: Expr): boolean {
    const { program } = this.#writer;
    if (this.#writer.isHole(file, decorator) && onlyRegisters(program, file, decorator)) return true;
    const symbol = resolveInstalled(program, file, decorator, file.scope);
    return (
      symbol.kind === 'external' &&
      /^(functools\.total_ordering|typing(_extensions)?\.\w+|django\.utils\.(deconstruct\.deconstructible|encoding\.python_2_unicode_compatible))$/.test(
        symbol.name,
      )
    );
  }

  /** A `declared_attr` of a mixin runs when a class that inherits from it is made: what it reads must be there by then. */
  #needAtCreation(ref: ClassRef): void {
    for (const base of this.#writer.classes.order(ref)) {
      if (base.kind !== 'class') continue;
      for (const stmt of base.ref.node.body) {
        if (stmt.kind !== 'FunctionDef' || !this.#policy.runsAtCreation(base.ref, stmt)) continue;
        for (const read of moduleReads(this.#writer.program, base.ref.file, stmt.body))
          this.#writer.read(base.ref.file, read);
      }
    }
  }

  /** `default=cls.current_user` in a `declared_attr`: methods of a class without which it could not be made. */
  #handedOnAtCreation(ref: ClassRef): ReadonlySet<Stmt> {
    const functions = ref.node.body.filter((stmt) => stmt.kind === 'FunctionDef');
    const names = new Set(
      functions.filter((stmt) => this.#policy.runsAtCreation(ref, stmt)).flatMap((stmt) => readsOfFirst(stmt)),
    );
    return new Set(functions.filter(({ name }) => names.has(name.text)));
  }

  /** Half-typed statements are left out: nothing that follows them would run. */
  #isBroken(ref: ClassRef, stmt: Stmt): boolean {
    if (!hasProblem(ref.file, stmt)) return false;
    const target = stmt.kind === 'Assign' ? stmt.targets[0] : stmt.kind === 'AnnAssign' ? stmt.target : null;
    const name =
      target?.kind === 'Name'
        ? target.id
        : stmt.kind === 'FunctionDef' || stmt.kind === 'ClassDef'
          ? stmt.name.text
          : '';
    this.#writer.unknown.add(
      name
        ? `\`${name}\` of \`${ref.node.name.text}\` is not complete`
        : `a part of \`${ref.node.name.text}\` is not complete`,
    );
    return true;
  }

  #wholeClass(file: SourceFile, node: ClassDef): void {
    const writer = this.#writer;
    const ref = writer.classes.ref(file, node);
    const missing = node.bases.filter((base) => writer.runnable.isMissing(file, base));
    const replaced = new Map(missing.map((base) => [base, this.#policy.missingBase(ref, base, writer)]));
    const isLeftOut = (base: Expr): boolean => replaced.get(base) === null && !this.#policy.keepsUnseenBases;
    const bases = node.bases.filter((base) => !replaced.get(base) && !isLeftOut(base));
    const written = node.bases.flatMap((base) => replaced.get(base) ?? (isLeftOut(base) ? [] : textOf(file, base)));
    const decorators = node.decorators.filter(
      (decorator) => !writer.runnable.isMissing(file, decorator.kind === 'Call' ? decorator.func : decorator),
    );
    const body = keptBody(node, (stmt) => !isConstant(stmt) && !hasProblem(file, stmt) && !isRefused(stmt));
    for (const decorator of node.decorators) {
      if (!decorators.includes(decorator) && !this.#isIdle(file, decorator))
        writer.unknown.add(writer.runnable.missingText('decorator', file, decorator));
    }
    // A field is made in the body of a model: what its `__init__` reads or imports must be there by then.
    const init = body.find((stmt) => stmt.kind === 'FunctionDef' && stmt.name.text === '__init__');
    if (init) writer.hoist(file, [init], 'now');
    const edits = writer.hoist(file, body);
    writer.needReads(file, [...decorators, ...bases, ...node.keywords, ...body], edits);
    if (init?.kind === 'FunctionDef')
      for (const read of moduleReads(writer.program, file, init.body, edits)) writer.read(file, read);
    for (const base of missing)
      if (!bases.includes(base)) writer.unknown.add(writer.runnable.missingText('base class', file, base));
    writer.define(
      file.moduleName,
      node.name.text,
      classSource(file, node, {
        bases: written,
        keywords: node.keywords,
        decorators,
        body,
        extra: [],
        edits,
      }),
      refusedMethods(node),
      [],
      refusedMethods(node),
    );
  }

  /** `User.post_count = column_property(...)` after the class. */
  #laterAttributes(file: SourceFile, name: string): void {
    for (const stmt of file.module.body) {
      if (stmt.kind !== 'Assign' || stmt.value.kind !== 'Call') continue;
      const target = stmt.targets[0];
      if (target?.kind !== 'Attribute' || target.value.kind !== 'Name' || target.value.id !== name) continue;
      const symbol = resolveInstalled(this.#writer.program, file, stmt.value.func, file.scope);
      if (
        symbol.kind !== 'external' ||
        !/^sqlalchemy\..*(relationship|column_property|deferred|Column|mapped_column|synonym|query_expression|hybrid_property)$/.test(
          symbol.name,
        )
      )
        continue;
      this.#writer.needReads(file, [stmt.value]);
      this.#writer.define(file.moduleName, `${name}.${target.attr.text}`, statementSource(file, stmt));
    }
  }

  /** Methods of models that managers and helpers call. False when there are no more. */
  addMethods(): boolean {
    let added = false;
    for (const { ref, methods } of this.#leftOut) {
      for (const [name, method] of methods) {
        if (!this.#writer.reads(name)) continue;
        methods.delete(name);
        const edits = this.#writer.hoist(ref.file, method.body);
        this.#writer.needReads(ref.file, [method], edits);
        const source = classSource(ref.file, ref.node, { ...EMPTY_CLASS, body: [method], edits });
        this.#writer.steps.push({
          op: 'member',
          module: ref.file.moduleName,
          cls: ref.node.name.text,
          name,
          source,
          lineage: [],
        });
        added = true;
      }
    }
    return added;
  }
}

/** Attributes that are read while a class is made, not when its functions are called. */
function readWhenMade(nodes: readonly Node[]): readonly (Expr & { kind: 'Attribute' })[] {
  return nodes.flatMap((node) => {
    if (node.kind === 'FunctionDef' || node.kind === 'Lambda') return [];
    return node.kind === 'Attribute' ? [node, ...readWhenMade([node.value])] : readWhenMade([...children(node)]);
  });
}

/** What an object of the class has and the sandbox does not know: methods, properties, what libraries make of a value. */
function namesLeftOut({ body }: ClassDef, kept: readonly Stmt[]): readonly string[] {
  const names = body.flatMap((stmt) => {
    if (kept.includes(stmt)) return [];
    if (stmt.kind === 'FunctionDef') return stmt.name.text;
    const target =
      stmt.kind === 'Assign' ? stmt.targets[0] : stmt.kind === 'AnnAssign' && stmt.value ? stmt.target : null;
    return target?.kind === 'Name' ? target.id : [];
  });
  return [...new Set(names)].filter((name) => !isRefusedName(name));
}

/** The methods which the sandbox would refuse. */
function refusedMethods({ body }: ClassDef): readonly string[] {
  return body.flatMap((stmt) =>
    stmt.kind === 'FunctionDef' && isRefused(stmt) && !isRefusedName(stmt.name.text) ? stmt.name.text : [],
  );
}

/** `name` of `cls.name`, where `cls` is what the function is called on. */
function readsOfFirst({ params, body }: FunctionDef): readonly string[] {
  const first = params.args[0]?.name.text;
  return [...nodesUnder(body)].flatMap((node) =>
    node.kind === 'Attribute' && node.value.kind === 'Name' && node.value.id === first ? node.attr.text : [],
  );
}

function methodsLeftOut(node: ClassDef, kept: readonly Stmt[]): Map<string, FunctionDef> {
  const methods = node.body.flatMap((stmt): [string, FunctionDef][] =>
    stmt.kind === 'FunctionDef' && !kept.includes(stmt) && isPlainMethod(stmt) ? [[stmt.name.text, stmt]] : [],
  );
  return new Map(methods);
}

/** Statements of a class body that are kept; conditions around them stay, except `if TYPE_CHECKING`. */
function keptBody(node: ClassDef, keeps: (stmt: Stmt) => boolean): readonly Stmt[] {
  const kept: Stmt[] = [];
  for (const stmt of node.body) {
    if (stmt.kind === 'If' && isTypeChecking(stmt.test)) kept.push(...stmt.orelse.filter(keeps));
    else if (keeps(stmt)) kept.push(stmt);
  }
  return kept;
}
