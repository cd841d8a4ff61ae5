import type { Node, ParsedModule } from '../../../server/src/python/syntax/nodes.ts';
import { children, fullRange, walk } from '../../../server/src/python/syntax/visit.ts';

/**
 * What holds for every tree, however broken the text: ranges lie in the text, children inside their parents, siblings
 * one after the other. Gives the first violation in words, or null.
 */
export function violation(text: string, { module, problems, comments }: ParsedModule): string | null {
  let found: string | null = null;
  walk(module, (node) => {
    found ??= violationAt(node, text.length);
    return found === null;
  });
  if (found !== null) return found;
  for (const { start, end, message } of problems) {
    if (start < 0 || start > end || end > text.length) return `the problem '${message}' at ${start}-${end}`;
  }
  for (const { start, end, text: comment } of comments) {
    if (text.slice(start, end) !== comment) return `the comment ${comment} at ${start}-${end}`;
  }
  return null;
}

function violationAt(node: Node, length: number): string | null {
  const { start, end } = fullRange(node);
  if (start < 0 || start > end || end > length) return `${describe(node)} is no range of the text`;
  let previous: Node | null = null;
  for (const child of children(node)) {
    const range = fullRange(child);
    if (range.start < start || range.end > end) return `${describe(child)} is outside of ${describe(node)}`;
    if (previous !== null && fullRange(previous).end > range.start && !isDebugText(previous, child)) {
      return `${describe(child)} begins before ${describe(previous)} ends`;
    }
    previous = child;
  }
  return null;
}

/** CPython puts the text of `{value=}` before its field, though it stands inside of it. */
function isDebugText(text: Node, field: Node): boolean {
  return text.kind === 'Constant' && field.kind === 'FormattedValue' && field.debug;
}

function describe(node: Node): string {
  return `${node.kind}@${node.start}-${node.end}`;
}
