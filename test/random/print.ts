/** Shows a program that was compared: as a case of `test/cases/sql` would have it, and both answers. */
import type { QueryView } from '../../server/src/ide/views.ts';
import type { NativeRun } from './native.ts';
import type { Compared } from './run.ts';

export function printCompared({ world, program, view, runs, verdict }: Compared, seed: number): string {
  const why = 'why' in verdict ? verdict.why : '';
  const parts = [
    `## program ${program.number} (${program.family}): ${verdict.kind}: ${why}`,
    `npm run random -- --seed ${seed} --program ${program.number}`,
    fence('python', `# ${world.package}/models.py\n${world.files[`${world.package}/models.py`]}`),
    fence('python', program.source),
    fence(
      'run',
      program.runs.map(({ bind, expression }) => (bind ? `${bind}\n${expression}` : expression)).join('\n\n'),
    ),
    fence('shown', shown(view)),
    fence('sent', runs.map(sent).join('-- next variant\n')),
  ];
  return `${parts.join('\n')}\n`;
}

function fence(kind: string, text: string): string {
  return `\`\`\`${kind}\n${text.replace(/\n*$/, '\n')}\`\`\`\n`;
}

function shown(view: QueryView | null): string {
  if (!view) return 'no query\n';
  let when: string | null = null;
  const lines = [`-- ${view.status}${view.reason ? `: ${view.reason}` : ''}`];
  for (const statement of view.statements) {
    if (statement.when !== when) lines.push(`-- when ${(when = statement.when)}`);
    const params = statement.params.map((param) => ('hole' in param ? param.hole : JSON.stringify(param.value)));
    lines.push(statement.sql, `-- params: [${params.join(', ')}]`);
  }
  return lines.join('\n');
}

function sent({ statements, error }: NativeRun): string {
  const lines = statements.flatMap(({ sql, params }) => [sql, `-- params: ${JSON.stringify(params)}`]);
  if (error !== null) lines.push(`-- raises ${error}`);
  return lines.map((line) => `${line}\n`).join('');
}
