import { LineIndex } from '../../base/text.ts';
import type { Diagnostic } from '../../ide/views.ts';
import type { CheckCommand } from '../commandLine.ts';
import { openProject, progress, type Project } from '../project.ts';
import { toJsonRange } from './sql.ts';

/** `ormsight check`: prints findings. Returns 1 when there are any. */
export function check(command: CheckCommand): number {
  const project = openProject(command.paths, { dialect: null, driver: null }, null);
  const shown = progress(project.files.length);
  const found = project.files.flatMap((file) => {
    shown.step(project.nameOf(file));
    return project.engine.diagnosticsOf(file);
  });
  shown.end();
  if (command.format === 'json')
    process.stdout.write(
      `${JSON.stringify(
        found.map((one) => toJson(one, project)),
        null,
        2,
      )}\n`,
    );
  else for (const one of found) process.stdout.write(toText(one, project));
  return found.length > 0 ? 1 : 0;
}

function toJson(diagnostic: Diagnostic, project: Project): object {
  const linesOf = (path: string): LineIndex => new LineIndex(project.snapshot.text(path) ?? '');
  return {
    file: project.nameOf(diagnostic.path),
    range: toJsonRange(diagnostic.range, linesOf(diagnostic.path)),
    rule: diagnostic.rule,
    severity: diagnostic.severity,
    message: diagnostic.message,
    related: diagnostic.related.map(({ path, range, message }) => ({
      file: project.nameOf(path),
      range: toJsonRange(range, linesOf(path)),
      message,
    })),
    fixes: diagnostic.fixes.map(({ title, edits }) => ({
      title,
      edits: edits.map(({ path, range, newText }) => ({
        file: project.nameOf(path),
        range: toJsonRange(range, linesOf(path)),
        newText,
      })),
    })),
  };
}

function toText(diagnostic: Diagnostic, project: Project): string {
  const text = project.snapshot.text(diagnostic.path) ?? '';
  const lines = new LineIndex(text);
  const { line, character } = lines.position(diagnostic.range.start);
  const end = lines.position(diagnostic.range.end);
  const source = text.slice(lines.lineStart(line), lines.lineStart(line + 1)).replace(/[\r\n]+$/, '');
  const width = end.line === line ? Math.max(1, end.character - character) : Math.max(1, source.length - character);
  // Tabs stay tabs, so that the carets stand under what they mean.
  const before = source.slice(0, character).replace(/[^\t]/g, ' ');
  const place = `${project.nameOf(diagnostic.path)}:${line + 1}:${character + 1}`;
  return `${place}: ${diagnostic.severity}[${diagnostic.rule}]: ${diagnostic.message}\n  ${source}\n  ${before}${'^'.repeat(width)}\n`;
}
