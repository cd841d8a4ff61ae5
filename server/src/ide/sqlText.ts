import { databaseLabel, listLabel, parameterText, sequenceLabel, roleNames, targetName } from './labels.ts';
import { layoutSql } from './layoutSql.ts';
import type { QueryView, StatementView } from './views.ts';

/**
 * All that a query sends as one SQL text, each statement laid out and ended by `;`. What belongs to it stands in
 * comments: the condition, the kind of statement, the parameters with their Python expressions.
 */
export function sqlText(view: QueryView): string {
  const parts = [note(view), ...view.statements.map((statement, i) => block(statement, view.statements[i - 1], view))];
  if (view.statements.length > 0)
    parts.push(...view.sendsNothingWhen.map((when) => comment(`Nothing is sent when ${when}`)));
  if (view.moreVariants > 0) parts.push(comment(`${view.moreVariants} more variants are not shown.`));
  return parts.filter(Boolean).join('\n\n');
}

/** Nothing but the statements, to be pasted elsewhere: several are ended by `;` and told apart by their conditions. */
export function sqlToCopy({ statements, dialect }: QueryView): string {
  if (statements.length === 1) return layoutSql(statements[0]!.sql, statements[0]!.database?.dialect ?? dialect);
  const text = (statement: StatementView, before?: StatementView) =>
    [...headComments(statement, before), `${layoutSql(statement.sql, statement.database?.dialect ?? dialect)};`]
      .filter(Boolean)
      .join('\n');
  return statements.map((statement, i) => text(statement, statements[i - 1])).join('\n\n');
}

/** `SQLAlchemy 2.0.58 · PostgreSQL (psycopg2) · exact`: one line about how far the text can be trusted. */
export function statusLine(view: QueryView): string {
  const assumed = view.dialectSource.kind === 'assumed' ? ', assumed' : '';
  return `${targetName(view)}${assumed} · ${view.status === 'unsupported' ? 'no SQL' : view.status}`;
}

function note({ status, reason }: QueryView): string | null {
  if (status === 'exact') return null;
  return comment([{ partial: 'Partial', unsupported: 'No SQL' }[status], reason].filter(Boolean).join(': '));
}

function block(statement: StatementView, before: StatementView | undefined, view: QueryView): string {
  const role = roleNames[statement.role];
  const label = databaseLabel(statement, view);
  const params = statement.params.flatMap((param, i) =>
    [`${param.name ?? `#${i + 1}`} = ${parameterText(param)}`, listLabel(statement, i)].filter((text) => text !== null),
  );
  const lines = [
    ...headComments(statement, before),
    role && comment(role),
    label && comment(label),
    `${layoutSql(statement.sql, statement.database?.dialect ?? view.dialect)};`,
    ...params.map((param) => comment(`  ${param}`)),
  ];
  return lines.filter(Boolean).join('\n');
}

/** Under which condition a statement is sent, in which loops, and whether in any order. */
function headComments(statement: StatementView, before: StatementView | undefined): (string | null)[] {
  const when = whenComment(statement, before);
  const sequence = sequenceLabel(statement, when === null ? (before ?? null) : null);
  return [when, sequence && comment(sequence)];
}

function whenComment({ when }: StatementView, before: StatementView | undefined): string | null {
  return when === null || when === before?.when ? null : comment(`When ${when}`);
}

function comment(text: string): string {
  return `-- ${text.trimEnd().replace(/\s*[\r\n\u2028\u2029]\s*/g, ' ')}`;
}
