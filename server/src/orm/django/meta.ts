/** `class Meta` of a model, with what it inherits. */
import type { ClassDef, Expr } from '../../python/syntax/nodes.ts';
import type { SourceFile } from '../../python/types.ts';
import { keyword, members, type Classes, type ClassRef } from '../classes.ts';
import type { TableConstraint } from '../model.ts';
import { staticBoolean, staticString, staticStrings, staticValue, type StaticContext } from '../statics.ts';
import { externalName } from './names.ts';

export class Meta {
  readonly #classes: Classes;
  /** Its own values and those of the `Meta` classes it inherits from, the nearest first. */
  readonly #values = new Map<string, { readonly file: SourceFile; readonly value: Expr }>();
  readonly #own = new Set<string>();

  constructor(classes: Classes, order: readonly ClassRef[], isAbstract: (ref: ClassRef) => boolean) {
    this.#classes = classes;
    const [self, ...bases] = order;
    const own = self && metaClass(self.node);
    if (self && own) this.#add(self.file, own, true, 0);
    else {
      // Without a `Meta` of its own a class has that of the first abstract base that has one.
      const from = bases.find((ref) => isAbstract(ref) && metaClass(ref.node));
      if (from) this.#add(from.file, metaClass(from.node)!, false, 0);
    }
  }

  string(name: string): string | null {
    const at = this.#values.get(name);
    return at ? (staticString(this.#context(at), at.value) ?? null) : null;
  }

  /** `abstract` and `proxy` are never inherited. */
  ownFlag(name: string): boolean {
    const at = this.#own.has(name) ? this.#values.get(name) : undefined;
    return at !== undefined && staticBoolean(this.#context(at), at.value) === true;
  }

  flag(name: string): boolean | null {
    const at = this.#values.get(name);
    return at ? (staticBoolean(this.#context(at), at.value) ?? null) : null;
  }

  strings(name: string): readonly string[] | null {
    const at = this.#values.get(name);
    return at ? (staticStrings(this.#context(at), at.value) ?? null) : null;
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  /** `unique_together`, `index_together`, `constraints` and `indexes`; `columnOf` gives the column of a field. */
  constraints(
    columnOf: (field: string) => string,
    named: { readonly label: string; readonly model: string },
  ): readonly TableConstraint[] {
    const columns = (fields: readonly string[]): string[] => fields.map((field) => columnOf(field.replace(/^-/, '')));
    const name = (text: string | undefined): string | null =>
      text?.replaceAll('%(app_label)s', named.label.toLowerCase()).replaceAll('%(class)s', named.model.toLowerCase()) ??
      null;
    const found: TableConstraint[] = [];
    for (const fields of this.#together('unique_together'))
      found.push({ kind: 'unique', name: null, columns: columns(fields) });
    for (const fields of this.#together('index_together'))
      found.push({ kind: 'index', name: null, columns: columns(fields), unique: false });
    for (const option of ['constraints', 'indexes']) {
      const at = this.#values.get(option);
      if (!at) continue;
      const context = this.#context(at);
      for (const call of elements(at.value)) {
        if (call.kind !== 'Call') continue;
        const kind = externalName(this.#classes, at.file, call.func, context.scope)?.split('.').at(-1) ?? '';
        const fields = staticStrings(context, keyword(call, 'fields'));
        if (!fields || fields.length === 0) continue;
        const label = name(staticString(context, keyword(call, 'name')));
        if (kind === 'UniqueConstraint') {
          const isPartial = keyword(call, 'condition') !== null;
          found.push(
            isPartial
              ? { kind: 'index', name: label, columns: columns(fields), unique: true }
              : { kind: 'unique', name: label, columns: columns(fields) },
          );
        } else if (/Index$/.test(kind))
          found.push({ kind: 'index', name: label, columns: columns(fields), unique: false });
      }
    }
    return found;
  }

  /** `("a", "b")` or `[("a", "b"), ("c", "d")]`. */
  #together(name: string): readonly (readonly string[])[] {
    const at = this.#values.get(name);
    const value = at && staticValue(this.#context(at), at.value);
    if (!Array.isArray(value) || value.length === 0) return [];
    const isFlat = value.every((item): item is string => typeof item === 'string');
    if (isFlat) return [value];
    return value.filter(
      (item): item is string[] => Array.isArray(item) && item.every((field) => typeof field === 'string'),
    );
  }

  #add(file: SourceFile, node: ClassDef, isOwn: boolean, depth: number): void {
    for (const member of members(node)) {
      if (!member.value) continue;
      if (isOwn && depth === 0) this.#own.add(member.name);
      // Later statements of one body win, nearer bodies win over farther ones.
      if (depth === 0 || !this.#values.has(member.name)) this.#values.set(member.name, { file, value: member.value });
    }
    if (depth > 5) return;
    for (const base of node.bases) {
      const scope = this.#classes.program.scopeAt(file, base.start);
      if (base.kind !== 'Attribute' || base.attr.text !== 'Meta') continue;
      const owner = this.#classes.named(file, base.value, scope);
      const inherited =
        owner &&
        this.#classes
          .order(owner)
          .flatMap((each) => (each.kind === 'class' ? each.ref : []))
          .find((ref) => metaClass(ref.node));
      if (inherited) this.#add(inherited.file, metaClass(inherited.node)!, isOwn, depth + 1);
    }
  }

  #context(at: { readonly file: SourceFile; readonly value: Expr }): StaticContext {
    return {
      program: this.#classes.program,
      file: at.file,
      scope: this.#classes.program.scopeAt(at.file, at.value.start),
      given: new Map(),
    };
  }
}

export function metaClass(node: ClassDef): ClassDef | null {
  const found = [...members(node)].findLast((member) => member.name === 'Meta');
  return found?.stmt.kind === 'ClassDef' ? found.stmt : null;
}

function elements(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case 'List':
    case 'Tuple':
    case 'Set':
      return expr.elts;
    case 'BinOp':
      return [...elements(expr.left), ...elements(expr.right)];
    default:
      return [];
  }
}
