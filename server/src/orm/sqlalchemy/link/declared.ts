/** Where an attribute of a mapped class is written: in its own body, or in that of a class it inherits from. */
import type { ClassDef, Stmt } from '../../../python/syntax/nodes.ts';
import type { Locator } from '../../declared.ts';
import type { Declared } from '../../model.ts';
import type { Mapped } from '../models.ts';

export function declaredIn(locator: Locator, each: Mapped, attribute: string): Declared {
  for (const ref of each.hierarchy.classes) {
    if (namesIn(ref.node).has(attribute)) return locator.at(ref.file.path, ref.node.name.text, attribute);
  }
  return locator.at(each.ref.file.path, each.ref.node.name.text, attribute);
}

function namesIn(node: ClassDef): ReadonlySet<string | null> {
  let names = knownNames.get(node);
  if (!names) knownNames.set(node, (names = new Set(node.body.map(nameOf))));
  return names;
}

/** A class in whose body something changes is another node. */
const knownNames = new WeakMap<ClassDef, ReadonlySet<string | null>>();

function nameOf(stmt: Stmt): string | null {
  switch (stmt.kind) {
    case 'Assign':
      return stmt.targets[0]?.kind === 'Name' ? stmt.targets[0].id : null;
    case 'AnnAssign':
      return stmt.target.kind === 'Name' ? stmt.target.id : null;
    case 'FunctionDef':
      return stmt.name.text;
    default:
      return null;
  }
}
