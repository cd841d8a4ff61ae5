import { LineIndex, type TextRange } from '../../base/text.ts';
import type { Diagnostic } from '../../ide/views.ts';
import type { Project } from '../project.ts';

/** One finding as docs/schemas/check.schema.json says. */
export interface JsonFinding {
  readonly file: string;
  readonly range: JsonRange;
  readonly rule: string;
  readonly severity: Diagnostic['severity'];
  readonly message: string;
  readonly related: readonly { readonly file: string; readonly range: JsonRange; readonly message: string }[];
  readonly fixes: readonly {
    readonly title: string;
    readonly edits: readonly { readonly file: string; readonly range: JsonRange; readonly newText: string }[];
  }[];
}

/** Zero-based lines and UTF-16 characters, as in the Language Server Protocol. */
export interface JsonRange {
  readonly start: { readonly line: number; readonly character: number };
  readonly end: { readonly line: number; readonly character: number };
}

export function toJson(
  found: readonly Diagnostic[],
  project: Pick<Project, 'nameOf' | 'snapshot'>,
): readonly JsonFinding[] {
  const lines = new Map<string, LineIndex>();
  const rangeIn = (path: string, { start, end }: TextRange): JsonRange => {
    let index = lines.get(path);
    if (!index)
      lines.set(path, (index = new LineIndex(project.snapshot.text(path) ?? project.snapshot.readOther(path) ?? '')));
    return { start: index.position(start), end: index.position(end) };
  };
  return found.map((one) => ({
    file: project.nameOf(one.path),
    range: rangeIn(one.path, one.range),
    rule: one.rule,
    severity: one.severity,
    message: one.message,
    related: one.related.map(({ path, range, message }) => ({
      file: project.nameOf(path),
      range: rangeIn(path, range),
      message,
    })),
    fixes: one.fixes.map(({ title, edits }) => ({
      title,
      edits: edits.map(({ path, range, newText }) => ({
        file: project.nameOf(path),
        range: rangeIn(path, range),
        newText,
      })),
    })),
  }));
}

export function printJson(findings: readonly JsonFinding[]): string {
  return `${JSON.stringify(findings, null, 2)}\n`;
}
