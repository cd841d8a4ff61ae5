/** One line of the summary of `npm test`. */
export interface Stage {
  readonly name: string;
  /** What it shows, for a reader of the summary. */
  readonly shows: string;
  readonly budgetSeconds: number;
  /** Program and arguments, or the name of a project in vitest.config.ts. */
  readonly run: readonly string[] | { readonly vitest: string };
  readonly quick?: true;
}

/**
 * In the order they run. Stages after the build use what is in `dist/`.
 * The budgets are for tools that are installed: without `tools`, 20 minutes in all.
 */
export const stages: readonly Stage[] = [
  {
    name: 'types',
    shows: 'the type checker accepts everything',
    budgetSeconds: 30,
    run: ['tsc', '--noEmit', '-p', '.'],
  },
  { name: 'lint', shows: 'no lint findings', budgetSeconds: 30, run: ['oxlint'] },
  { name: 'format', shows: 'every file is formatted', budgetSeconds: 15, run: ['oxfmt', '--check'] },
  { name: 'unit', shows: 'units, cases and import arrows', budgetSeconds: 90, run: { vitest: 'quick' }, quick: true },
  {
    name: 'tools',
    shows: 'a real VS Code, the libraries',
    budgetSeconds: 1200,
    run: ['node', 'scripts/tools/main.ts'],
  },
  { name: 'build', shows: 'every bundle is built', budgetSeconds: 45, run: ['node', 'scripts/build.ts'] },
  {
    name: 'conformance',
    shows: 'files of other projects as CPython parses them',
    budgetSeconds: 90,
    run: ['node', 'scripts/conformance.ts', '--share', '20'],
  },
  { name: 'sandbox', shows: 'nothing gets out of the sandbox', budgetSeconds: 180, run: { vitest: 'sandbox' } },
  { name: 'protocol', shows: 'the built server and CLI', budgetSeconds: 120, run: { vitest: 'protocol' } },
  { name: 'native', shows: 'the same SQL as the native libraries', budgetSeconds: 120, run: { vitest: 'native' } },
  {
    name: 'random',
    shows: 'random programs as the native libraries run them',
    budgetSeconds: 90,
    run: ['node', 'test/random/main.ts', '--count', '2000'],
  },
  { name: 'extension', shows: 'the extension in VS Code', budgetSeconds: 210, run: { vitest: 'extension' } },
  { name: 'package', shows: 'a VSIX of the recorded size', budgetSeconds: 40, run: ['node', 'scripts/package.ts'] },
  { name: 'vsix', shows: 'the VSIX in a clean VS Code', budgetSeconds: 80, run: { vitest: 'vsix' } },
];
