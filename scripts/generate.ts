/**
 * `npm run generate`: writes the documentation page of every rule from its case file, so that what a page shows is
 * tested. The prose above the first case is the explanation, the cases are the examples.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rules } from '../server/src/rules/index.ts';
import type { Rule } from '../server/src/rules/rule.ts';
import { root } from './root.ts';

/** Path below `docs/rules/` and text of each page, the list of all rules first. */
export function rulePages(): ReadonlyMap<string, string> {
  const rows = rules.map((rule) => `| [${rule.id}](${rule.id}.md) | ${rule.severity} | ${rule.summary} |`);
  const index = `# Rules\n\n| Rule | Severity | What it finds |\n|---|---|---|\n${rows.join('\n')}\n`;
  return new Map([['README.md', index], ...rules.map((rule) => [`${rule.id}.md`, pageOf(rule)] as const)]);
}

function pageOf(rule: Rule): string {
  const cases = readFileSync(join(root, `test/cases/rules/${rule.id}.md`), 'utf8');
  // Files that all cases share, and what only the test reads, would hide the point.
  const prose = cases.slice(0, cases.search(/^(`[^`]+`:|## )/m)).trim();
  const examples = cases
    .slice(cases.indexOf('\n## '))
    .replace(/^`[^`]+`:\n+```[^]*?^```\n/gm, '')
    .replace(/^```fix (.*)$/gm, 'Fix “$1”:\n\n```python')
    .trim();
  const silence = `Silence one finding with \`# ormsight: ignore[${rule.id}]\` on its line.`;
  return `${prose}\n\nSeverity: ${rule.severity}. ${silence}\n\n${examples}\n`;
}

if (process.argv[1] === import.meta.filename) {
  mkdirSync(join(root, 'docs/rules'), { recursive: true });
  for (const [name, text] of rulePages()) writeFileSync(join(root, 'docs/rules', name), text);
}
