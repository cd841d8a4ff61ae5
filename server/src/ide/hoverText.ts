import { databaseLabel, listLabel, parameterText, sequenceLabel, roleNames, targetName } from './labels.ts';
import { layoutSql } from './layoutSql.ts';
import { code, escapeMarkdown, fence, link, prose } from './markdown.ts';
import type { QueryView, StatementView } from './views.ts';

/** Addresses of what a reader can do next; null where the editor has no such command. */
export interface HoverLinks {
  readonly open: string;
  readonly copy: string;
  readonly selectDialect: string;
}

/**
 * What a hover says about a query, as Markdown: each statement laid out, with its parameters, and one line that says
 * what compiled it for which database. Editors merge hovers of several providers, so it is short: the rest is counted
 * and stands behind a link.
 */
export function hoverText(view: QueryView, links: HoverLinks | null = null): string {
  const shown = view.statements.slice(0, limits.statements);
  const parts = [
    ...shown.flatMap((statement, i) => statementText(statement, shown[i - 1] ?? null, view)),
    more(view, links),
    nothing(view),
    view.note && prose(view.note),
    status(view),
    footer(view, links),
  ];
  return parts.filter((part) => part !== null).join('\n\n');
}

/** What a hover says while the renderer starts. */
export function startingText(library: string): string {
  return `*Ormsight is starting ${escapeMarkdown(library)}. Hover again in a moment.*`;
}

/** What a hover says when SQL cannot be rendered at all. */
export function unavailableText(reason: string): string {
  return `*Ormsight cannot show SQL:* ${prose(cut(reason, limits.reasonLength))}`;
}

/** What a hover says when rendering takes longer than a reader should wait. */
export const busyText = '*Ormsight is still working on this query. Hover again in a moment.*';

const limits = { statements: 4, lines: 24, parameters: 10, parameterLength: 60, reasonLength: 300 };

function statementText(statement: StatementView, before: StatementView | null, view: QueryView): (string | null)[] {
  const lines = layoutSql(statement.sql, statement.database?.dialect ?? view.dialect).split('\n');
  const sql = lines.length <= limits.lines ? lines : [...lines.slice(0, limits.lines - 1), '…'];
  return [heading(statement, before, view), fence(sql.join('\n'), 'sql'), parameters(statement)];
}

/** The condition is said once for all statements that share it, and so is the database. */
function heading(statement: StatementView, before: StatementView | null, view: QueryView): string | null {
  const { when, role, database } = statement;
  const isNewVariant = when !== null && when !== before?.when;
  const label = isNewVariant || database?.alias !== before?.database?.alias ? databaseLabel(statement, view) : null;
  const parts = [
    isNewVariant ? `When ${code(cut(when, 120))}` : null,
    sequenceLabel(statement, isNewVariant ? null : before, (head) => code(cut(head, 120))),
    roleNames[role],
    label && escapeMarkdown(label),
  ].filter((part) => part !== null);
  return parts.length ? parts.join(' · ') : null;
}

/** `name_1` = `name` · `param_1` = `10`. Where the library has no names, `#1` is the first in the text. */
function parameters(statement: StatementView): string | null {
  const { params } = statement;
  if (params.length === 0) return null;
  const shown = params.slice(0, limits.parameters).map((param, i) => {
    const name = param.name === null ? `#${i + 1}` : code(param.name);
    const label = listLabel(statement, i, (of) => code(cut(of, limits.parameterLength)));
    return [`${name} = ${code(cut(parameterText(param), limits.parameterLength))}`, label].filter(Boolean).join(' · ');
  });
  if (params.length > shown.length) shown.push(`${params.length - shown.length} more`);
  return shown.join(' · ');
}

function more(view: QueryView, links: HoverLinks | null): string | null {
  const hidden = view.statements.length - limits.statements;
  const counts = [
    hidden > 0 ? plural(hidden, 'more statement') : null,
    view.moreVariants > 0 ? plural(view.moreVariants, 'more variant') : null,
  ].filter((count) => count !== null);
  if (counts.length === 0) return null;
  const text = counts.join(', ');
  return links && hidden > 0 ? link(text, links.open) : text;
}

/** A query that is sent in no case says so once. */
function nothing({ statements, sendsNothingWhen }: QueryView): string | null {
  if (statements.length === 0 || sendsNothingWhen.length === 0) return null;
  const [first, ...others] = sendsNothingWhen;
  const rest = others.length > 0 ? `, and in ${plural(others.length, 'more case')}` : '';
  return `Sends nothing when ${code(cut(first!, 120))}${rest}.`;
}

function status({ status, reason, statements, note }: QueryView): string | null {
  // A note says why nothing is sent.
  if (status === 'exact') return statements.length === 0 && note === null ? '**Sends nothing.**' : null;
  const word = { partial: 'Partial.', unsupported: 'No SQL.' }[status];
  return reason === null ? `**${word}**` : `**${word}** ${prose(cut(reason, limits.reasonLength))}`;
}

function footer(view: QueryView, links: HoverLinks | null): string {
  const assumed = view.dialectSource.kind === 'assumed' && view.statements.length > 0;
  const target = escapeMarkdown(targetName(view)) + (assumed ? ', assumed' : '');
  if (!links) return target;
  const actions = view.statements.length ? [link('Open', links.open), link('Copy SQL', links.copy)] : [];
  if (assumed) actions.push(link('Select Dialect', links.selectDialect));
  return [target, actions.join(' | ')].filter(Boolean).join(' — ');
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** On one line, with an ellipsis in place of what is too long. */
function cut(text: string, length: number): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= length ? line : `${line.slice(0, length - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
