import type { Project } from '../project.ts';
import type { JsonFinding } from './json.ts';

/** For people: place, message, and the line with carets under what is meant. */
export function printText(findings: readonly JsonFinding[], project: Project): string {
  const lines = new Map<string, readonly string[]>();
  return findings
    .map((finding) => {
      const { start, end } = finding.range;
      let text = lines.get(finding.file);
      if (!text) lines.set(finding.file, (text = (project.textOf(finding.file) ?? '').split(/\r\n|\r|\n/)));
      const source = text[start.line] ?? '';
      const width = Math.max(1, (end.line === start.line ? end.character : source.length) - start.character);
      // Tabs stay tabs, so that the carets stand under what they mean.
      const before = source.slice(0, start.character).replace(/[^\t]/g, ' ');
      const place = `${finding.file}:${start.line + 1}:${start.character + 1}`;
      const message = `${finding.severity}[${finding.rule}]: ${finding.message}`;
      return `${place}: ${message}\n  ${source}\n  ${before}${'^'.repeat(width)}\n`;
    })
    .join('');
}
