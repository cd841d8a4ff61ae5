/** What the methods of a class assign to `self`. */
import type { AnnAssign, Assign, ClassDef, FunctionDef, Node } from './syntax/nodes.ts';
import { children } from './syntax/visit.ts';

export interface SelfAssignment {
  readonly method: FunctionDef;
  readonly statement: Assign | AnnAssign;
}

/** Keyed by the method, whose tree is another one when its text is. */
const known = new WeakMap<FunctionDef, ReadonlyMap<string, readonly SelfAssignment[]>>();

/** All statements `self.name = …` and `self.name: … = …` in the methods of a class, in text order. */
export function selfAssignments(cls: ClassDef, name: string): readonly SelfAssignment[] {
  return cls.body.flatMap((member) => (member.kind === 'FunctionDef' ? (assignedIn(member).get(name) ?? []) : []));
}

function assignedIn(method: FunctionDef): ReadonlyMap<string, readonly SelfAssignment[]> {
  let all = known.get(method);
  if (!all) {
    all = findAssignments(method);
    known.set(method, all);
  }
  return all;
}

function findAssignments(method: FunctionDef): ReadonlyMap<string, readonly SelfAssignment[]> {
  const self = (method.params.posonly[0] ?? method.params.args[0])?.name.text;
  const found = new Map<string, SelfAssignment[]>();
  if (self === undefined) return found;
  const pending: Node[] = [...method.body].reverse();
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (node.kind === 'FunctionDef' || node.kind === 'ClassDef') continue;
    if (node.kind === 'Assign' || node.kind === 'AnnAssign') {
      for (const target of node.kind === 'Assign' ? node.targets : [node.target]) {
        if (target.kind !== 'Attribute' || target.value.kind !== 'Name' || target.value.id !== self) continue;
        const name = target.attr.text;
        found.set(name, [...(found.get(name) ?? []), { method, statement: node }]);
      }
    } else if (!isExpressionStatement(node)) {
      const parts = children(node);
      for (let i = parts.length - 1; i >= 0; i--) pending.push(parts[i]!);
    }
  }
  return found;
}

/** Statements that hold no others: what is inside of them need not be walked. */
function isExpressionStatement(node: Node): boolean {
  switch (node.kind) {
    case 'If':
    case 'For':
    case 'While':
    case 'With':
    case 'Try':
    case 'Match':
    case 'ExceptHandler':
    case 'MatchCase':
    case 'InvalidStmt':
      return false;
    default:
      return true;
  }
}
