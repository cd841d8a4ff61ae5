/** Whether the product's answer for a program is what the native library did. */
import type { QueryView, StatementView } from '../../server/src/ide/views.ts';
import type { RenderedParameter } from '../../server/src/render/protocol.ts';
import { withValues } from '../harness/lists.ts';
import { isOfLoop, paired } from '../harness/passes.ts';
import { asDriverSeesIt } from '../native/sql/values.ts';
import type { NativeRun, Questions } from './native.ts';

export type Verdict =
  /** Exact, and equal in every run. */
  | { readonly kind: 'equal' }
  /** The library raises, and the product shows its message. */
  | { readonly kind: 'refused' }
  /** The database refused what comes before. */
  | { readonly kind: 'unreached' }
  /** Said to be known in part, or not. */
  | { readonly kind: 'partial' | 'unsupported'; readonly why: string }
  | { readonly kind: 'different'; readonly why: string };

/** The Python of an answer: what stands for values, and the conditions of its variants. */
export function questionsOf(view: QueryView | null): Questions {
  const conditions = new Set<string>();
  const expressions = new Set<string>();
  for (const when of view?.sendsNothingWhen ?? []) if (!readsRow(when)) conditions.add(when);
  for (const { params, when } of view?.statements ?? []) {
    if (when !== null && !readsRow(when)) conditions.add(when);
    for (const param of params) if ('hole' in param) expressions.add(param.hole);
  }
  return { conditions: [...conditions], expressions: [...expressions] };
}

/** `author.books`: whether there were any is known only before they are deleted. */
function readsRow(condition: string): boolean {
  return /[A-Za-z_]\w*\.[A-Za-z_]/.test(condition);
}

export function compare(view: QueryView | null, runs: readonly NativeRun[]): Verdict {
  const error = runs.find((run) => run.error !== null)?.error;
  if (error) return compareErrors(view, runs, error);
  if (runs.some((run) => !run.reached)) return { kind: 'unreached' };
  const sendsNothing = runs.every(({ statements }) => statements.length === 0);
  // An attribute that is simply there has no answer.
  if (view === null)
    return sendsNothing ? { kind: 'equal' } : { kind: 'different', why: 'no query was found at the cursor' };
  if (view.status === 'unsupported') {
    const why = view.reason ?? '';
    if (why.startsWith('Nothing is sent here') && sendsNothing) return { kind: 'equal' };
    if (isRaised(why)) return { kind: 'different', why: `refused, and the library takes it: ${why}` };
    return { kind: 'unsupported', why };
  }
  if (view.status === 'partial') return { kind: 'partial', why: view.reason ?? '' };
  const variants = variantsOf(view);
  if (view.moreVariants > 0) return { kind: 'partial', why: 'has more variants than are shown' };
  for (const [index, run] of runs.entries()) {
    const why = compareRun(variants, run);
    if (why !== null) return { kind: 'different', why: runs.length > 1 ? `run ${index + 1}: ${why}` : why };
  }
  return { kind: 'equal' };
}

/** The way the product writes what a library raised: `InvalidRequestError: …`. */
function isRaised(reason: string): boolean {
  return /^(\w+: )?\w*(Error|Exception|DoesNotExist): /.test(reason);
}

function compareErrors(view: QueryView | null, runs: readonly NativeRun[], error: string): Verdict {
  if (view?.status === 'unsupported' && plainError(view.reason ?? '').endsWith(plainError(error)))
    return { kind: 'refused' };
  // One way through the program raises; the others are shown.
  if (runs.some((run) => run.error === null)) return { kind: 'partial', why: 'raises in some runs' };
  if (view?.status === 'partial') return { kind: 'partial', why: view.reason ?? '' };
  if (view?.status === 'unsupported' && !isRaised(view.reason ?? ''))
    return { kind: 'unsupported', why: view.reason ?? '' };
  return { kind: 'different', why: `the library raises ${error}` };
}

/** Without what depends on the place: addresses, links, the end of the sentence. */
function plainError(text: string): string {
  return text
    .replaceAll(/ at 0x[\da-f]+/g, '')
    .replaceAll(/\s*\(Background on this error at: \S+\)/g, '')
    .replaceAll(/(?:\/[\w.-]+){2,}\//g, '')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .replace(/\.$/, '');
}

interface Variant {
  readonly when: string | null;
  readonly statements: readonly StatementView[];
}

/** Statements with the same condition belong to one variant; one without any sends nothing. */
function variantsOf({ statements, sendsNothingWhen }: QueryView): Variant[] {
  const variants: { when: string | null; statements: StatementView[] }[] = [];
  for (const statement of statements) {
    const last = variants.at(-1);
    if (last?.when === statement.when) last.statements.push(statement);
    else variants.push({ when: statement.when, statements: [statement] });
  }
  return [...variants, ...sendsNothingWhen.map((when) => ({ when, statements: [] }))];
}

/** What is wrong with the variants whose condition may hold in a run; null for nothing. */
function compareRun(variants: readonly Variant[], run: NativeRun): string | null {
  const holding = variants.filter(({ when }) => when === null || run.holding[when] === true);
  const possible = variants.filter(({ when }) => when !== null && (run.holding[when] ?? null) === null);
  if (holding.length > 1) return `several conditions hold: ${holding.map(({ when }) => when).join(', ')}`;
  if (variants.length === 0) return run.statements.length === 0 ? null : `not shown: ${run.statements[0]!.sql}`;
  if (holding.length + possible.length === 0)
    return `no condition holds: ${variants.map(({ when }) => when).join(', ')}`;
  const faults = [...holding, ...possible].map(({ statements }) => compareStatements(statements, run));
  if (faults.includes(null)) return null;
  return faults[0]!;
}

function compareStatements(statements: readonly StatementView[], run: NativeRun): string | null {
  const shown = withValues(statements, run.statements);
  const pairs = shown.some(({ passes }) => passes) ? paired(shown, run.statements) : null;
  if (pairs) {
    const wrong = pairs.find((pair) =>
      pair.shown.params.some((param, i) => !isWorth(param, pair.shown, run, pair.params[i])),
    );
    return wrong ? `a parameter of ${wrong.shown.sql} is ${JSON.stringify(wrong.shown.params)}` : null;
  }
  for (const [i, sent] of run.statements.entries()) {
    const statement = shown[i];
    if (!statement) return `not shown: ${sent.sql}`;
    if (statement.sql !== sent.sql) return `statement ${i + 1} differs`;
    if (statement.params.length !== sent.params.length) return `statement ${i + 1} has other parameters`;
    for (const [j, param] of statement.params.entries()) {
      const worth = valueOf(param, run);
      if (worth !== undefined && !isSame(worth, sent.params[j]))
        return `parameter ${j + 1} of statement ${i + 1} is ${JSON.stringify(worth)}`;
    }
  }
  return shown.length > run.statements.length && !run.stopped ? `not sent: ${shown[run.statements.length]!.sql}` : null;
}

/** Whether a parameter of a statement in a loop may be this: what the loop's variables are is not told. */
function isWorth(param: RenderedParameter, shown: StatementView, run: NativeRun, sent: unknown): boolean {
  const known = 'hole' in param && isOfLoop(param.hole, shown) ? run.values[param.hole] : undefined;
  const isUntold = known !== undefined && 'error' in known && known.error.startsWith('NameError');
  const worth = valueOf(param, run);
  return isUntold || worth === undefined || isSame(worth, sent);
}

function isSame(worth: unknown, sent: unknown): boolean {
  // A Decimal is a number to some drivers.
  if (typeof sent === 'number' && typeof worth === 'string' && worth !== '') return Number(worth) === sent;
  return asDriverSeesIt(worth) === asDriverSeesIt(sent);
}

/** What a parameter is worth in a run; undefined for an attribute of a row that the function has no name for. */
function valueOf(param: RenderedParameter, run: NativeRun): unknown {
  if (!('hole' in param)) return param.value;
  const known = run.values[param.hole];
  if (known && 'value' in known) return isAttributeOfClass(param.hole, known.value) ? undefined : known.value;
  if (/^[A-Za-z_]\w*(\.\w+)+$/.test(param.hole)) return undefined;
  return `<${known && 'error' in known ? known.error : 'unknown'}>`;
}

/** `Book.id` stands for a row of `Book`; as Python it is the attribute of the class. */
function isAttributeOfClass(hole: string, value: unknown): boolean {
  return /^[A-Z]\w*(\.\w+)+$/.test(hole) && typeof value === 'string';
}
