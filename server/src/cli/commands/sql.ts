import { resolve } from 'node:path';
import { LineIndex, type TextRange } from '../../base/text.ts';
import { normalizePath } from '../../base/paths.ts';
import { listLabel, parameterText, sequenceLabel, targetName } from '../../ide/labels.ts';
import { layoutSql } from '../../ide/layoutSql.ts';
import type { QueryView, StatementView } from '../../ide/views.ts';
import type { RenderedParameter } from '../../render/protocol.ts';
import { CliError, type Place, type SqlCommand } from '../commandLine.ts';
import { openProject, progress, type Project } from '../project.ts';
import { openRenderer } from '../openRenderer.ts';

/** `ormsight sql`: prints what every query expression sends. Returns the exit status. */
export async function sql(command: SqlCommand): Promise<number> {
  const renderer = openRenderer();
  try {
    const settings = { dialect: command.dialect, driver: command.driver };
    const project = openProject(command.paths, settings, renderer, { isTrusted: command.trust });
    const views = command.at ? await viewAt(project, command.at) : await allViews(project);
    if (command.format === 'json')
      process.stdout.write(
        `${JSON.stringify(
          views.map((view) => toJson(view, project)),
          null,
          2,
        )}\n`,
      );
    else for (const view of views) process.stdout.write(toText(view, project));
    return 0;
  } finally {
    renderer.dispose();
  }
}

async function allViews(project: Project): Promise<QueryView[]> {
  const views: QueryView[] = [];
  const shown = progress(project.files.length);
  for (const file of project.files) {
    shown.step(project.nameOf(file));
    views.push(...(await project.engine.queriesIn(file)));
  }
  shown.end();
  return views;
}

async function viewAt(project: Project, at: Place): Promise<QueryView[]> {
  const path = normalizePath(resolve(at.file));
  const text = project.snapshot.text(path);
  if (text === undefined) throw new CliError(`${at.file}: it cannot be read`);
  const lines = new LineIndex(text);
  if (at.line > lines.lineCount)
    throw new CliError(`${at.file} has ${lines.lineCount} lines, there is no line ${at.line}`);
  const start = lines.lineStart(at.line - 1);
  if (at.column !== null) {
    const view = await project.engine.queryAt(path, lines.offset({ line: at.line - 1, character: at.column - 1 }));
    return view ? [view] : [];
  }
  const end = lines.lineStart(at.line);
  const views = await project.engine.queriesIn(path);
  return views.filter((view) => view.range.start < end && view.range.end > start);
}

// ---------------------------------------------------------------- JSON

/** One query as docs/schemas/sql.schema.json says. */
function toJson(view: QueryView, project: Project): object {
  const lines = new LineIndex(project.snapshot.text(view.path) ?? '');
  return {
    file: project.nameOf(view.path),
    range: toJsonRange(view.range, lines),
    function: view.function,
    orm: view.orm,
    ormVersion: view.ormVersion,
    dialect: view.dialect,
    driver: view.driver,
    status: view.status,
    reason: view.reason,
    statements: view.statements.map(({ sql, params, role, when, passes, anyOrder, lists }) => ({
      sql,
      params,
      role,
      when,
      ...(passes ? { passes: { sent: passes.sent, loops: passes.loops } } : {}),
      ...(anyOrder ? { anyOrder } : {}),
      ...(lists ? { lists } : {}),
    })),
    ...(view.sendsNothingWhen.length > 0 ? { sendsNothingWhen: view.sendsNothingWhen } : {}),
    ...(view.moreVariants > 0 ? { moreVariants: view.moreVariants } : {}),
  };
}

export function toJsonRange(range: TextRange, lines: LineIndex): object {
  return { start: lines.position(range.start), end: lines.position(range.end) };
}

// ---------------------------------------------------------------- text

function toText(view: QueryView, project: Project): string {
  const lines = new LineIndex(project.snapshot.text(view.path) ?? '');
  const { line, character } = lines.position(view.range.start);
  const place = `${project.nameOf(view.path)}:${line + 1}:${character + 1}`;
  const head = `${place}${view.function ? ` in ${view.function}` : ''}: ${view.status}, ${targetName(view)}\n`;
  const reason = view.reason ? `  ${view.reason}\n` : '';
  let before: StatementView | null = null;
  const statements = view.statements.map((statement) => {
    const isNewVariant = statement.when !== null && statement.when !== before?.when;
    const sequence = sequenceLabel(statement, isNewVariant ? null : before);
    const heading = [
      isNewVariant && `  when ${statement.when}:\n`,
      sequence && `  ${sequence[0]!.toLowerCase()}${sequence.slice(1)}:\n`,
    ];
    before = statement;
    const body = indent(layoutSql(statement.sql, view.dialect), '    ');
    const shown = statement.params.flatMap((param, i) => [named(param), listLabel(statement, i)].filter(Boolean));
    const params = shown.length > 0 ? `    -- ${shown.join(', ')}\n` : '';
    return `${heading.filter(Boolean).join('')}${body}\n${params}`;
  });
  const nothing = view.statements.length > 0 ? view.sendsNothingWhen.map((one) => `  sends nothing when ${one}\n`) : [];
  const more = view.moreVariants > 0 ? `  and ${view.moreVariants} more variants\n` : '';
  return `${head}${reason}${statements.join('\n')}${nothing.join('')}${more}\n`;
}

function named(param: RenderedParameter): string {
  return param.name ? `${param.name} = ${parameterText(param)}` : parameterText(param);
}

function indent(text: string, by: string): string {
  return text.replace(/^/gm, by);
}
