/** Edits that several rules make. */
import type { Call, Expr } from '../../python/syntax/nodes.ts';
import type { SourceFile } from '../../python/types.ts';
import type { TextEdit } from '../rule.ts';

/** Takes one of several arguments out of a call, with the comma that goes with it. */
export function withoutArgument({ args }: Call, arg: Expr, file: SourceFile): TextEdit {
  const at = args.indexOf(arg);
  const [before, after] = [args[at - 1], args[at + 1]];
  const range = before ? { start: before.end, end: arg.end } : { start: arg.start, end: after ? after.start : arg.end };
  return { path: file.path, range, newText: '' };
}
