import type { TextRange } from '../../base/text.ts';
import type { TextEdit } from './edit.ts';
import type { ClassDef, ParsedModule, Stmt } from './nodes.ts';
import { shiftNodes } from './shift.ts';
import { fullRange } from './visit.ts';

/**
 * Puts the statements of `previous` that an edit did not change in the place of their equals in `parsed`, moved to
 * where they now stand; in the module, and in the bodies of the classes around the edit.
 * For edits after which the whole text had to be parsed again.
 */
export function keepStatements(previous: ParsedModule, edit: TextEdit, parsed: ParsedModule): ParsedModule {
  keepIn(previous.module.body, parsed.module.body as Stmt[], edit);
  return parsed;
}

function keepIn(old: readonly Stmt[], fresh: Stmt[], edit: TextEdit): void {
  const distance = edit.newEnd - edit.oldEnd;
  const most = Math.min(old.length, fresh.length);
  let front = 0;
  while (front < most && old[front]!.end < edit.start && isSameTree(old[front]!, fresh[front]!, 0)) {
    fresh[front] = old[front]!;
    front++;
  }
  let back = 0;
  while (back < most - front) {
    const statement = old[old.length - back - 1]!;
    const place = fresh.length - back - 1;
    if (fullRange(statement).start <= edit.oldEnd || !isSameTree(statement, fresh[place]!, distance)) break;
    shiftNodes([statement], distance);
    fresh[place] = statement;
    back++;
  }
  const oldClass = old[front];
  const freshClass = fresh[front];
  if (front < most - back && isClass(oldClass) && isClass(freshClass)) {
    keepIn(oldClass.body, freshClass.body as Stmt[], edit);
  }
}

function isClass(statement: Stmt | undefined): statement is ClassDef {
  return statement?.kind === 'ClassDef';
}

/** Whether two trees are the same but for their offsets, of which `b`'s are greater by `distance`. */
function isSameTree(a: Stmt, b: Stmt, distance: number): boolean {
  const open: [unknown, unknown][] = [[a, b]];
  for (let pair = open.pop(); pair !== undefined; pair = open.pop()) {
    const [left, right] = pair;
    if (left === right) continue;
    if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
    if (Array.isArray(left) !== Array.isArray(right)) return false;
    if (!Array.isArray(left) && !isSameRange(left as TextRange, right as TextRange, distance)) return false;
    const keys = Object.keys(left);
    if (keys.length !== Object.keys(right).length) return false;
    for (const key of keys) {
      if (key === 'start' || key === 'end') continue;
      open.push([left[key as never], right[key as never]]);
    }
  }
  return true;
}

function isSameRange(a: TextRange, b: TextRange, distance: number): boolean {
  return a.start + distance === b.start && a.end + distance === b.end;
}
