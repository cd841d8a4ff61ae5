import type { Diagnostic } from '../../ide/views.ts';
import { rules } from '../../rules/index.ts';
import type { RuleLevel, RuleSettings } from '../../rules/levels.ts';
import { CliError, type CheckCommand } from '../commandLine.ts';
import { Baseline } from '../findings/baseline.ts';
import { fixFiles } from '../findings/fix.ts';
import { printGithub } from '../findings/github.ts';
import { type JsonFinding, printJson, toJson } from '../findings/json.ts';
import { printSarif } from '../findings/sarif.ts';
import { printText } from '../findings/text.ts';
import { openProject, progress, type Project } from '../project.ts';
import packageJson from '../../../../package.json' with { type: 'json' };

/** `ormsight check`: prints findings. Returns 1 when there are any. */
export function check(command: CheckCommand): number {
  const settings = { dialect: null, driver: null, rules: ruleSettings(command) };
  const baseline = command.baseline === null ? null : new Baseline(command.baseline);
  const project = openProject(command.paths, settings, null);
  const find = (): readonly Diagnostic[] => findAll(project);
  const found = toJson(command.fix ? fixFiles(project, find) : find(), project);
  const shown = baseline ? baseline.without(found) : found;
  process.stdout.write(print(shown, command, project));
  return shown.length > 0 ? 1 : 0;
}

function findAll(project: Project): readonly Diagnostic[] {
  const shown = progress(project.files.length);
  const found = project.files.flatMap((file) => {
    shown.step(project.nameOf(file));
    return project.engine.diagnosticsOf(file);
  });
  shown.end();
  return found;
}

function print(findings: readonly JsonFinding[], { format }: CheckCommand, project: Project): string {
  switch (format) {
    case 'json':
      return printJson(findings);
    case 'sarif':
      return printSarif(findings, packageJson.version);
    case 'github':
      return printGithub(findings);
    case 'text':
      return printText(findings, project);
  }
}

/** `--select` names the only rules that look; `--ignore` takes some away. */
function ruleSettings({ select, ignore }: CheckCommand): RuleSettings {
  for (const id of [...select, ...ignore])
    if (!rules.some((rule) => rule.id === id)) throw new CliError(`'${id}' is no rule; docs/rules lists them`);
  const levels = rules.map(({ id, isOnByDefault }): [string, RuleLevel] => {
    const isOn = (select.length > 0 ? select.includes(id) : isOnByDefault) && !ignore.includes(id);
    return [id, isOn ? 'on' : 'off'];
  });
  return { levels: Object.fromEntries(levels), allowedRelations: [] };
}
