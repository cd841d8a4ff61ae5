/**
 * The pieces of a module whose results are remembered one by one: functions, and the statements of the module and of
 * its classes. A piece that was not touched by an edit is the same object afterwards (`syntax/`), so what was found in
 * it can be kept.
 */
import type { ClassDef, FunctionDef, Module, Node, Stmt } from './syntax/nodes.ts';
import { fullRange } from './syntax/visit.ts';

export interface Unit {
  /** A statement of the module or of a class body. A class stands for its header: its body holds units of its own. */
  readonly node: Stmt;
  /** The trees that belong to it. */
  readonly parts: readonly Node[];
}

const known = new WeakMap<Module, readonly Unit[]>();

/** All units of a module, in text order. Every node but the module and class bodies is in exactly one. */
export function unitsOf(module: Module): readonly Unit[] {
  let units = known.get(module);
  if (!units) {
    const all: Unit[] = [];
    addUnits(module.body, all);
    known.set(module, (units = all));
  }
  return units;
}

function addUnits(body: readonly Stmt[], units: Unit[]): void {
  // Classes in classes in classes: a stack of our own, so that no depth overflows.
  const open: { readonly body: readonly Stmt[]; next: number }[] = [{ body, next: 0 }];
  for (let top = open.at(-1); top; top = open.at(-1)) {
    const node = top.body[top.next++];
    if (!node) {
      open.pop();
    } else if (node.kind === 'ClassDef') {
      units.push({ node, parts: headerParts(node) });
      open.push({ body: node.body, next: 0 });
    } else {
      units.push({ node, parts: [node] });
    }
  }
}

function headerParts(node: ClassDef): readonly Node[] {
  return [...node.decorators, ...node.typeParams, ...node.bases, ...node.keywords];
}

/** The statement of the unit that an offset is in, or the nearest one before it; null before the first. */
export function unitAt(module: Module, offset: number): Stmt | null {
  let found: Stmt | null = null;
  let body = module.body;
  for (;;) {
    const next = lastFrom(body, offset);
    if (!next) return found;
    found = next;
    if (next.kind !== 'ClassDef') return found;
    body = next.body;
  }
}

/** Whether a statement is (still) one of the module's units. */
export function isUnitOf(module: Module, node: Stmt): boolean {
  let body = module.body;
  for (;;) {
    const next = lastFrom(body, node.start);
    if (next === node) return true;
    if (next?.kind !== 'ClassDef') return false;
    body = next.body;
  }
}

/** The text of a definition without its body: decorators, bases, parameters. */
export function headerText(text: string, node: ClassDef | FunctionDef): string {
  const first = node.body[0];
  return text.slice(fullRange(node).start, first ? Math.max(fullRange(first).start, node.name.end) : node.end);
}

/** The last statement that begins at or before an offset. */
function lastFrom(body: readonly Stmt[], offset: number): Stmt | undefined {
  let low = 0;
  let high = body.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (fullRange(body[middle]!).start <= offset) low = middle + 1;
    else high = middle;
  }
  return body[low - 1];
}
