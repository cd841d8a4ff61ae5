import type { MisusedOperator } from '../orm/use/conditions.ts';
import type { Expr } from '../python/syntax/nodes.ts';
import type { SourceFile } from '../python/types.ts';
import { defineRule, type Fix } from './rule.ts';

export const pythonOperatorInFilter = defineRule({
  id: 'python-operator-in-filter',
  severity: 'error',
  summary: 'Python decides an operator before the ORM sees it',
  isOnByDefault: true,
  inTests: true,
  check({ file, uses }, report) {
    for (const misused of uses.misusedOperators()) {
      const { expr } = misused;
      const fix = fixOf(misused, file);
      report({ range: { start: expr.start, end: expr.end }, message: messageOf(misused), fixes: fix ? [fix] : [] });
    }
  },
});

function messageOf(misused: MisusedOperator): string {
  switch (misused.kind) {
    case 'boolean':
      return `\`${misused.expr.op}\` asks the first condition for its truth, which it has none of: at most one condition is left`;
    case 'not':
      return '`not` asks the condition for its truth, which it has none of';
    case 'chain':
      return 'Python joins a chained comparison with `and`: at most one of the conditions is left';
    case 'comparison':
      return `\`${misused.expr.ops[0]}\` compares in Python, not in the database: the condition is always the same`;
  }
}

function fixOf(misused: MisusedOperator, file: SourceFile): Fix | null {
  const text = ({ start, end }: Expr): string => file.text.slice(start, end);
  const replace = (expr: Expr, newText: string): Fix => ({
    title: `Write ${newText.length > 40 ? 'it for the database' : `\`${newText}\``}`,
    edits: [{ path: file.path, range: { start: expr.start, end: expr.end }, newText }],
    isPreferred: false,
  });
  switch (misused.kind) {
    case 'comparison': {
      const { left, ops, comparators } = misused.expr;
      const right = comparators[0]!;
      if (left.kind !== 'Attribute') return null;
      const method = { is: 'is_', 'is not': 'is_not', in: 'in_', 'not in': 'not_in' }[ops[0] as 'is'];
      return replace(misused.expr, `${text(left)}.${method}(${text(right)})`);
    }
    case 'not':
      return replace(misused.expr, `~(${text(misused.expr.operand)})`);
    case 'boolean': {
      const operator = misused.expr.op === 'and' ? '&' : '|';
      return replace(misused.expr, misused.expr.values.map((each) => `(${text(each)})`).join(` ${operator} `));
    }
    case 'chain': {
      const { left, ops, comparators } = misused.expr;
      const terms = [left, ...comparators];
      return replace(misused.expr, ops.map((op, i) => `(${text(terms[i]!)} ${op} ${text(terms[i + 1]!)})`).join(' & '));
    }
  }
}
