/** Whether the product's answers for a page are what the native library did with its examples. */
import type { QueryView, StatementView } from '../../server/src/ide/views.ts';
import { withValues } from '../harness/lists.ts';
import { asSent, paired, withOneKey } from '../harness/passes.ts';
import { asDriverSeesIt } from '../native/sql/values.ts';
import type { NativeAnswer, NativeStatement } from './native.ts';

export const VERDICTS = ['exact', 'partial', 'unsupported', 'raises', 'wrong'] as const;

/** `raises`: the example has not got that far natively, so nothing can be said of it. */
export type Verdict = (typeof VERDICTS)[number];

export interface Judged {
  readonly verdict: Verdict;
  readonly why: string;
  readonly views: readonly QueryView[];
  readonly sent: readonly NativeStatement[];
}

/** A query of the page: what the product shows on its lines, and the example around it. */
export interface Place {
  readonly start: number;
  readonly end: number;
  readonly example: readonly [number, number];
  /** With their numbers among the sites that the library was asked about. */
  readonly views: readonly (readonly [number, QueryView])[];
}

export function judge(place: Place, answer: NativeAnswer): Judged {
  const isHere = (line: number): boolean => place.start <= line && line <= place.end;
  const views = place.views.map(([, view]) => view);
  const inPlace = answer.sent.filter(({ line }) => isHere(line));
  const error = answer.errors[place.example[0]] ?? null;
  const isBuilt = inPlace.length === 0;
  const built = place.views.map(([number]) => answer.built[number] ?? null);
  const sent = isBuilt ? built.flatMap((one) => one?.sent ?? []) : inPlace;
  const result = (verdict: Verdict, why: string): Judged => ({ verdict, why, views, sent });

  if (!answer.reached.some(isHere)) return result('raises', error ?? 'is never called');
  const buildError = built.find((one) => one?.error)?.error ?? null;
  const failure = error ?? (isBuilt ? buildError : null);
  if (views.length === 0) return result('unsupported', 'No query is shown here');
  const unsupported = views.find(({ status }) => status === 'unsupported');
  if (unsupported) {
    const why = unsupported.reason ?? '';
    if (failure !== null) return result('raises', failure);
    if (sent.length === 0 && why.startsWith('Nothing is sent here')) return result('exact', '');
    return result('unsupported', why);
  }
  if (sent.length === 0 && failure !== null) return result('raises', failure);
  const fault = variantsOf(views).map((shown) =>
    faultOf(asSent(withValues(shown, sent), sent), sent, error !== null, valuesAt(place, answer)),
  );
  const partial = views.find(({ status }) => status === 'partial');
  if (partial) return result('partial', `${partial.reason ?? ''}${fault.includes(null) ? '' : ` [${fault[0]}]`}`);
  return fault.includes(null) ? result('exact', '') : result('wrong', fault[0]!);
}

/** All of what is shown, without transactions; once for each condition if there are any. */
function variantsOf(views: readonly QueryView[]): StatementView[][] {
  const all = views.flatMap(({ statements }) => statements).filter(({ role }) => role !== 'transaction');
  const conditions = [...new Set(all.map(({ when }) => when))];
  // A variant that sends nothing is not listed.
  if (conditions.some((when) => when !== null))
    return [...conditions.map((one) => all.filter(({ when }) => when === one)), []];
  return [all];
}

type Values = ReadonlyMap<string, readonly unknown[]>;

function valuesAt({ views }: Place, answer: NativeAnswer): Values {
  return new Map(views.flatMap(([number]) => Object.entries(answer.values[number] ?? {})));
}

/** What is wrong; null for nothing. `stopped`: natively something raised behind the last statement. */
function faultOf(
  shown: readonly StatementView[],
  sent: readonly NativeStatement[],
  stopped: boolean,
  values: Values,
): string | null {
  // In a loop it is sent again and again.
  const rounds =
    shown.length > 0 && sent.length > shown.length && sent.length % shown.length === 0 ? sent.length / shown.length : 1;
  const pairs = shown.some(({ passes }) => passes) ? paired(shown, sent) : null;
  const expected = pairs?.map((pair) => pair.shown) ?? Array.from({ length: rounds }, () => shown).flat();
  const natively = pairs?.map(({ sent: { sql }, params }) => ({ sql, params })) ?? sent;
  for (const [i, { sql, params }] of natively.entries()) {
    const statement = expected[i];
    if (!statement) return `not shown: ${sql}`;
    const ofRows = dependsOnRows(statement);
    if ((ofRows ? withOneKey(statement.sql) : statement.sql) !== (ofRows ? withOneKey(sql) : sql))
      return `statement ${i + 1} differs`;
    if (ofRows) continue;
    if (statement.params.length !== params.length && !statement.passes)
      return `statement ${i + 1} has other parameters`;
    for (const [j, param] of statement.params.entries()) {
      const possible =
        'hole' in param ? (values.get(param.hole) ?? []).filter((value) => value !== null) : [param.value];
      // What is not the same before and after the example has no value that could be compared.
      if (possible.length === 0 || new Set(possible.map((value) => JSON.stringify(value))).size > 1) continue;
      if (!isSame(possible[0], params[j]))
        return `parameter ${j + 1} of statement ${i + 1} is ${JSON.stringify(possible[0])}`;
    }
  }
  // The rest is sent for rows that are found.
  const rest = expected.slice(natively.length);
  if (rest.length === 0 || stopped || rest.every(dependsOnRows)) return null;
  return `not sent: ${rest[0]!.sql}`;
}

/** It is sent for rows that the database gives, with as many keys as there are rows; `Author.id` is one of such a row. */
function dependsOnRows({ role, when, params }: StatementView): boolean {
  const ofRow = params.some((param) => 'hole' in param && /^[A-Z]\w*\.\w+$/.test(param.hole));
  return role === 'eager' || when !== null || ofRow;
}

function isSame(worth: unknown, sent: unknown): boolean {
  // A Decimal is a number to some drivers.
  if (typeof sent === 'number' && typeof worth === 'string' && worth !== '') return Number(worth) === sent;
  // Bytes are shown as PostgreSQL writes them.
  const shown = typeof worth === 'string' ? worth.replace(/^\\x/, '') : worth;
  return asDriverSeesIt(shown) === asDriverSeesIt(sent);
}
