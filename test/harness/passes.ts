import type { StatementView } from '../../server/src/ide/views.ts';

/** A statement that a library sent; one with several sets of parameters has them one after the other. */
interface Sent {
  readonly sql: string;
  readonly params: readonly unknown[];
}

/** A statement that is shown, and what it was sent as; `params` are one set of its parameters. */
export interface Pair<S extends Sent> {
  readonly shown: StatementView;
  readonly sent: S;
  readonly params: readonly unknown[];
}

/** Whether a Python expression reads a variable of the loops that a statement belongs to: outside of them it has no value. */
export function isOfLoop(hole: string, { passes }: StatementView): boolean {
  const variables = new Set(passes?.loops.flatMap((head) => head.split(' in ', 1)[0]!.match(/\w+/g) ?? []));
  return (hole.match(/\w+/g) ?? []).some((name) => variables.has(name));
}

/**
 * What is shown, with those that are said to be sent in any order as they were sent: SQLAlchemy keeps the indexes of a
 * table, and what it loads of an object, in a set of objects, so that they come in another order in each run.
 */
export function asSent(shown: readonly StatementView[], sent: readonly Sent[]): StatementView[] {
  const ordered: StatementView[] = [];
  while (ordered.length < shown.length) {
    const from = ordered.length;
    const { anyOrder } = shown[from]!;
    const next = shown.findIndex((one, i) => i > from && (anyOrder === undefined || one.anyOrder !== anyOrder));
    const group = shown.slice(from, next < 0 ? shown.length : next);
    // An eager load is sent with as many keys as there are rows.
    const texts = sent.slice(from, from + group.length).map(({ sql }) => withOneKey(sql));
    const place = ({ sql }: StatementView): number => texts.indexOf(withOneKey(sql));
    ordered.push(...group.toSorted((one, other) => place(one) - place(other)));
  }
  return ordered;
}

/** A text with one parameter in each list of them that an `IN` has. */
export function withOneKey(sql: string): string {
  return sql
    .replaceAll(/IN \(((\?|%s), )*(\?|%s)\)/g, 'IN (?)')
    .replaceAll(/IN \((%\(\w+\)s, )*%\(\w+\)s\)/g, 'IN (?)');
}

type Pairs<S extends Sent> = readonly Pair<S>[] | null;

/**
 * Which statement that is shown stands for which that was sent, where those of loops may have been sent any number of
 * times and all others once. null when what was sent does not follow from what is shown.
 */
export function paired<S extends Sent>(shown: readonly StatementView[], sent: readonly S[]): Pairs<S> {
  return pairs(shown, 0, sent, (left) => (left.length === 0 ? [] : null));
}

/** Pairs what is shown with what comes first, and the rest by `then`; `depth` loops around it are under way. */
function pairs<S extends Sent>(
  shown: readonly StatementView[],
  depth: number,
  sent: readonly S[],
  then: (left: readonly S[]) => Pairs<S>,
): Pairs<S> {
  const [first, ...others] = shown;
  if (!first) return then(sent);
  const { passes } = first;
  const once = (): Pairs<S> => {
    const these = pair(first, sent[0], depth > 0);
    const rest = these && pairs(others, depth, sent.slice(1), then);
    return rest && [...these, ...rest];
  };
  if (passes?.sent === 'any') return once() ?? pairs(others, depth, sent, then);
  if (!passes || passes.loops.length <= depth) return once();
  const end = shown.findIndex((one) => one.passes?.loops[depth] !== passes.loops[depth]);
  // How many of the next statements a pass sends is only told where the loops inside differ.
  for (let size = end < 0 ? shown.length : end; size > 0; size--) {
    const repeated = (from: readonly S[]): Pairs<S> =>
      pairs(shown.slice(0, size), depth + 1, from, (left) => (left.length < from.length ? repeated(left) : null)) ??
      pairs(shown.slice(size), depth, from, then);
    const found = repeated(sent);
    if (found) return found;
  }
  return null;
}

/** One pair, or in a loop one for each set of parameters. */
function pair<S extends Sent>(shown: StatementView, sent: S | undefined, isRepeated: boolean): Pairs<S> {
  if (shown.sql !== sent?.sql) return null;
  const width = shown.params.length;
  const sets = isRepeated && width > 0 && sent.params.length % width === 0 ? sent.params.length / width : 1;
  return Array.from({ length: sets }, (_, i) => ({
    shown,
    sent,
    params: sets > 1 ? sent.params.slice(i * width, (i + 1) * width) : sent.params,
  }));
}
