/** Receivers that a function connects or takes away itself: `post_save.disconnect(tell, sender=Order)` before it loads rows. */
import type { FunctionDef } from '../../python/syntax/nodes.ts';
import { nodesUnder } from '../../python/syntax/visit.ts';
import type { Program, SourceFile } from '../../python/types.ts';
import { keyword, textOf } from '../classes.ts';
import { SIGNALS } from './startup.ts';

/** What is not known of the receivers at a place of a function, in words for a user: what the function changed before. */
export function reconnectedBefore(program: Program, file: SourceFile, offset: number): readonly string[] {
  if (!/connect\s*\(/.test(file.text)) return [];
  const around = enclosingFunction(program, file, offset);
  if (!around) return [];
  const found: string[] = [];
  for (const node of nodesUnder(around.body)) {
    if (node.kind !== 'Call' || node.start > offset || node.func.kind !== 'Attribute') continue;
    const does = node.func.attr.text;
    if (does !== 'connect' && does !== 'disconnect') continue;
    const symbol = program.resolve(file, node.func.value, program.scopeAt(file, node.start));
    const signal = symbol.kind === 'external' ? symbol.name.split('.').at(-1)! : '';
    if (!SIGNALS.includes(signal)) continue;
    const receiver = node.args[0] ?? keyword(node, 'receiver');
    found.push(`whether ${receiver ? `\`${textOf(file, receiver)}\`` : 'anybody'} receives \`${signal}\` here`);
  }
  return found;
}

function enclosingFunction(program: Program, file: SourceFile, offset: number): FunctionDef | null {
  for (let scope = program.scopeAt(file, offset); ;) {
    if (scope.kind === 'function' && scope.node.kind === 'FunctionDef') return scope.node;
    if (!scope.parent) return null;
    scope = scope.parent;
  }
}
