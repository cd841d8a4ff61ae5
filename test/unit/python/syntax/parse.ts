import { expect } from 'vitest';
import { parseModule } from '../../../../server/src/python/syntax/parser.ts';
import { printTree } from '../../../../server/src/python/syntax/print.ts';

/** The statements of valid code, printed one a line. */
export function statements(code: string): string {
  const { module, problems } = parseModule(code);
  expect(problems, `problems in ${code}`).toEqual([]);
  return module.body.map((statement) => printTree(statement)).join('\n');
}

/** The one expression that valid code consists of, printed. */
export function expression(code: string): string {
  const { module, problems } = parseModule(code);
  expect(problems, `problems in ${code}`).toEqual([]);
  const [only, ...others] = module.body;
  if (only?.kind !== 'Expr' || others.length > 0) throw new Error(`not one expression: ${code}`);
  return printTree(only.value);
}

/** The statements of broken code, printed one a line, and its problems as `message` or `message: the text at fault`. */
export function recovered(code: string): { tree: string; problems: string[] } {
  const { module, problems } = parseModule(code);
  return {
    tree: module.body.map((statement) => printTree(statement)).join('\n'),
    problems: problems.map(({ start, end, message }) =>
      start === end ? message : `${message}: ${code.slice(start, end)}`,
    ),
  };
}
