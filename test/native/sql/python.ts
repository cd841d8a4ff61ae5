/** Asks the native libraries, in Python processes of their own: see sqlalchemy_recorder.py and django_recorder.py. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Sent, SqlCase } from './cases.ts';

/** Where to run cases: a SQLAlchemy URL, Django's settings of a database; null to evaluate expressions only. */
export interface Database {
  readonly url: string | null;
  readonly django: object | null;
}

export type Answer =
  | { readonly runs: readonly (readonly Sent[])[] }
  | { readonly holes: readonly Readonly<Record<string, unknown>>[] }
  | { readonly error: string };

/** Runs cases that share their models. `holes` are Python expressions to evaluate for each run of a case. */
export async function askNative(
  python: string,
  cases: readonly SqlCase[],
  database: Database,
  holes: readonly (readonly string[])[] = [],
): Promise<readonly Answer[]> {
  const first = cases[0]!;
  const { 'main.py': _, ...files } = first.files;
  const request = {
    url: database.url,
    library: first.library,
    database: database.django,
    settings: { USE_TZ: true },
    apps: [...new Set(Object.keys(files).flatMap((path) => (path.includes('/') ? [path.split('/')[0]!] : [])))],
    files,
    cases: cases.map((one, i) => ({
      source: one.files['main.py'],
      cursor: one.cursor,
      setup: '',
      runs: one.runs,
      holes: holes[i] ?? [],
    })),
  };
  const script = join(import.meta.dirname, `${first.orm}_recorder.py`);
  const answer = await askPython(python, script, JSON.stringify(request));
  return JSON.parse(answer) as Answer[];
}

/** What a script answers on its standard output. */
export function askPython(python: string, script: string, input: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(python, ['-B', script], { stdio: ['pipe', 'pipe', 'pipe'], timeout: 120_000 });
    let output = '';
    let errors = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0 ? resolve(output) : reject(new Error(`${script} ended with ${code}: ${errors.slice(-2000)}`)),
    );
    child.stdin.end(input);
  });
}
