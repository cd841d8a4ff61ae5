/** Managers and the QuerySet classes behind them. */
import type { Call, Node } from '../../python/syntax/nodes.ts';
import { children } from '../../python/syntax/visit.ts';
import type { Scope, SourceFile } from '../../python/types.ts';
import { members, type Base, type Classes, type ClassRef } from '../classes.ts';
import type { Manager } from '../model.ts';

/** The managers that a class body declares, in order. */
export function ownManagers(classes: Classes, ref: ClassRef): readonly Manager[] {
  return classes.once('managers', ref, () => managersIn(classes, ref));
}

function managersIn(classes: Classes, ref: ClassRef): readonly Manager[] {
  const found: Manager[] = [];
  for (const member of members(ref.node)) {
    if (member.value?.kind !== 'Call') continue;
    const scope = classes.program.scopeAt(ref.file, member.value.start);
    const manager = readManager(classes, ref.file, scope, member.value);
    if (manager) found.push({ name: member.name, ...manager, isDefault: false });
  }
  return found;
}

type ManagerClass = Pick<Manager, 'classId' | 'queryset'>;

function readManager(classes: Classes, file: SourceFile, scope: Scope, call: Call): ManagerClass | null {
  const { func } = call;
  // `ProductQuerySet.as_manager()`
  if (func.kind === 'Attribute' && func.attr.text === 'as_manager') {
    const base = classes.base(file, func.value, scope);
    return isQuerySet(classes, base) ? { classId: null, queryset: idOf(base) } : null;
  }
  // `Manager.from_queryset(ProductQuerySet)()`
  if (func.kind === 'Call') return fromQuerySet(classes, file, scope, func);
  const base = classes.base(file, func, scope);
  return managerClass(classes, base);
}

/** What a manager class is, when the base names one. */
function managerClass(classes: Classes, base: Base): ManagerClass | null {
  if (base.kind === 'external') return isExternalManager(base.id) ? { classId: null, queryset: null } : null;
  if (base.kind === 'value' && base.value.kind === 'Call')
    return fromQuerySet(classes, base.file, base.file.scope, base.value);
  if (base.kind !== 'class') return null;
  const order = classes.order(base.ref);
  if (!order.some((each) => isManagerBase(classes, each))) return null;
  for (const each of order) {
    const queryset = each.kind === 'class' ? returnedQuerySet(classes, each.ref) : callQuerySet(classes, each);
    if (queryset !== null) return { classId: base.id, queryset };
  }
  return { classId: base.id, queryset: null };
}

function fromQuerySet(classes: Classes, file: SourceFile, scope: Scope, call: Call): ManagerClass | null {
  if (call.func.kind !== 'Attribute' || call.func.attr.text !== 'from_queryset') return null;
  const manager = managerClass(classes, classes.base(file, call.func.value, scope));
  const argument = call.args[0];
  const queryset = argument ? classes.base(file, argument, scope) : null;
  return manager && { classId: manager.classId, queryset: queryset?.kind === 'class' ? queryset.id : null };
}

function callQuerySet(classes: Classes, base: Base): string | null {
  const call =
    base.kind === 'call' ? base.call : base.kind === 'value' && base.value.kind === 'Call' ? base.value : null;
  if (!call || (base.kind !== 'call' && base.kind !== 'value')) return null;
  return fromQuerySet(classes, base.file, base.file.scope, call)?.queryset ?? null;
}

/** The workspace class that `get_queryset` makes: `return ProductQuerySet(self.model, using=self._db)`. */
function returnedQuerySet(classes: Classes, ref: ClassRef): string | null {
  const method = [...members(ref.node)].findLast((member) => member.name === 'get_queryset');
  if (method?.stmt.kind !== 'FunctionDef') return null;
  const pending: Node[] = [...method.stmt.body];
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (node.kind === 'Call' && (node.func.kind === 'Name' || node.func.kind === 'Attribute')) {
      const base = classes.base(ref.file, node.func, classes.program.scopeAt(ref.file, node.start));
      if (base.kind === 'class' && isQuerySet(classes, base)) return base.id;
    }
    for (const child of children(node)) pending.push(child);
  }
  return null;
}

export function isManager(classes: Classes, ref: ClassRef): boolean {
  return classes.order(ref).some((base) => isManagerBase(classes, base));
}

export function isQuerySetClass(classes: Classes, ref: ClassRef): boolean {
  return classes.order(ref).some((base) => base.kind === 'external' && isExternalQuerySet(base.id));
}

function isManagerBase(classes: Classes, base: Base): boolean {
  if (base.kind === 'external') return isExternalManager(base.id);
  const call =
    base.kind === 'call' ? base.call : base.kind === 'value' && base.value.kind === 'Call' ? base.value : null;
  return (
    call !== null &&
    (base.kind === 'call' || base.kind === 'value') &&
    fromQuerySet(classes, base.file, base.file.scope, call) !== null
  );
}

function isQuerySet(classes: Classes, base: Base): boolean {
  if (base.kind === 'external') return isExternalQuerySet(base.id);
  return base.kind === 'class' && isQuerySetClass(classes, base.ref);
}

function isExternalManager(dotted: string): boolean {
  return /\.(\w*Manager)$/.test(dotted) && !/TaggableManager$/.test(dotted);
}

function isExternalQuerySet(dotted: string): boolean {
  return /\.\w*QuerySet$/.test(dotted);
}

function idOf(base: Base): string | null {
  return base.kind === 'class' ? base.id : null;
}
