/**
 * `npm run generate`: writes what follows from the list of rules: the documentation page of every rule from its case
 * file, so that what a page shows is tested (the prose above the first case is the explanation, the cases are the
 * examples), and its setting into package.json and package.nls.json.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rules } from '../server/src/rules/index.ts';
import type { Rule } from '../server/src/rules/rule.ts';
import { root } from './root.ts';
import { precision } from './rulePrecision.ts';

/** Path below `docs/rules/` and text of each page, the list of all rules first. */
export function rulePages(): ReadonlyMap<string, string> {
  const rows = rules.map((rule) => `| [${rule.id}](${rule.id}.md) | ${levelText(rule)} | ${rule.summary} |`);
  const index = `# Rules\n\n${INTRODUCTION}\n\n| Rule | Severity | What it finds |\n|---|---|---|\n${rows.join('\n')}\n\n${precisionTable()}`;
  return new Map([['README.md', index], ...rules.map((rule) => [`${rule.id}.md`, pageOf(rule)] as const)]);
}

function precisionTable(): string {
  const rows = precision.map(
    ({ rule, read, right, wrong, unsure }) => `| ${rule} | ${read} | ${right} | ${wrong} | ${unsure} |`,
  );
  return `## How often they were right

Findings on 21 applications of 1.8 million lines, and on what 17 of them were in earlier years, each read against the code
as whoever maintains it would. Unsure is what is so, but only who knows the data could tell whether it matters: loops over
a few values, scripts for developers. A first reading found 7 of 50 wrong in query-in-loop, 5 of 50 in lazy-load-in-loop,
3 of 59 in lazy-load-in-template and 1 of 57 in lazy-load-in-serializer. They are mended, and this is what was read after it.
Rules that are on and not in the table found nothing there.

| Rule | Read | Right | Wrong | Unsure |
|---|---|---|---|---|
${rows.join('\n')}
`;
}

const INTRODUCTION = `A rule is on when it was right at least 95 times in a hundred on real applications, or when a test shows on the library
itself that what it says is so, and no finding on real applications was wrong. The others are off until the setting \`ormsight.rules.RULE\` or \`ormsight check --select RULE\` asks for them. Silence a finding with a
comment, with the reason behind it:

- \`# ormsight: ignore[RULE] reason\` on its line, or alone on the line above;
- \`# ormsight: ignore-block[RULE]\` on the first line of a function, class or loop, or alone above it;
- \`# ormsight: ignore-file[RULE]\` anywhere in the file.

Without brackets a comment silences all rules.`;

function levelText({ severity, isOnByDefault }: Rule): string {
  return isOnByDefault ? severity : `${severity}, off`;
}

/** package.json with a setting for each rule, in the section of the rules. */
export function withRuleSettings(manifest: string): string {
  const content = JSON.parse(manifest) as Manifest;
  const section = content.contributes.configuration.find(({ title }) => title === '%settings.rules.title%');
  if (!section) throw new Error('package.json has no section for the rules');
  const others = Object.entries(section.properties).filter(([name]) => !name.startsWith('ormsight.rules.'));
  section.properties = Object.fromEntries([...others, ...rules.map(settingOf)]);
  return `${JSON.stringify(content, null, 2)}\n`;
}

/** package.nls.json with a sentence for each rule, where the first one stood. */
export function withRuleTexts(texts: string): string {
  const entries = Object.entries(JSON.parse(texts) as Record<string, string>);
  const isRule = ([name]: [string, string]): boolean => /^settings\.rules\.[a-z]+-/.test(name);
  const at = entries.findIndex(isRule);
  const sentences = rules.map((rule): [string, string] => {
    const off = rule.isOnByDefault ? '' : ' Off by default.';
    return [`settings.rules.${rule.id}`, `\`${rule.id}\`: ${rule.summary}.${off}`];
  });
  const rest = entries.filter((entry) => !isRule(entry));
  return `${JSON.stringify(Object.fromEntries([...rest.slice(0, at), ...sentences, ...rest.slice(at)]), null, 2)}\n`;
}

interface Manifest {
  readonly contributes: {
    readonly configuration: readonly { readonly title: string; properties: Record<string, object> }[];
  };
}

function settingOf({ id }: Rule): [string, object] {
  const levels = ['default', 'on', 'off', 'hint', 'information', 'warning', 'error'];
  return [
    `ormsight.rules.${id}`,
    {
      type: 'string',
      enum: levels,
      default: 'default',
      scope: 'window',
      markdownDescription: `%settings.rules.${id}%`,
      enumDescriptions: levels.map((level) => `%settings.rules.${level}%`),
    },
  ];
}

function pageOf(rule: Rule): string {
  const cases = readFileSync(join(root, `test/cases/rules/${rule.id}.md`), 'utf8');
  // Files that all cases share, and what only the test reads, would hide the point.
  const prose = cases.slice(0, cases.search(/^(`[^`]+`:|## )/m)).trim();
  const examples = cases
    .slice(cases.indexOf('\n## '))
    .replace(/^`[^`]+`:\n+```[^]*?^```\n/gm, '')
    .replace(/^```fix (.*)$/gm, 'Fix “$1”:\n\n```python')
    .replace(/^```(raises|warns|prints)( after the fix)?$/gm, (_, claim: string, after: string | undefined) => {
      const what = { raises: 'It raises', warns: 'It warns', prints: 'It prints' }[claim];
      return `${what}${after ? ', once it is fixed' : ''}:\n\n\`\`\`text`;
    })
    .trim();
  const silence = `Silence one finding with \`# ormsight: ignore[${rule.id}]\` on its line.`;
  const off = rule.isOnByDefault ? '' : ' Off by default.';
  return `${prose}\n\nSeverity: ${rule.severity}.${off} ${silence}\n\n${examples}\n`;
}

/** Files of which a part is generated. */
export const generatedFiles: readonly (readonly [name: string, change: (text: string) => string])[] = [
  ['package.json', withRuleSettings],
  ['package.nls.json', withRuleTexts],
];

if (process.argv[1] === import.meta.filename) {
  mkdirSync(join(root, 'docs/rules'), { recursive: true });
  for (const [name, text] of rulePages()) writeFileSync(join(root, 'docs/rules', name), text);
  for (const [name, change] of generatedFiles) {
    const path = join(root, name);
    writeFileSync(path, change(readFileSync(path, 'utf8')));
  }
}
