/** Statements with lists of which nobody knows how many values they have, as they are for so and so many values. */
import type { ParameterList, RenderedParameter } from '../../server/src/render/protocol.ts';
import type { StatementView } from '../../server/src/ide/views.ts';

const styles = [/%\(\w+\)s/g, /%s/g, /\?/g, /\$\d+/g, /(?<!:):\w+/g];
const mostValues = 6;

/**
 * What is shown, with as many values in its lists as the statement that was sent in its place has; as it is shown where
 * no number of values makes that of it.
 */
export function withValues(
  shown: readonly StatementView[],
  sent: readonly { readonly sql: string; readonly params: readonly unknown[] }[],
): StatementView[] {
  return shown.map((statement, i) => {
    const { lists, params } = statement;
    const other = sent[i];
    if (!lists || !other || statement.sql === other.sql) return statement;
    const names = [...new Set(lists.map(nameOf))];
    for (let number = 0; number < mostValues ** names.length; number++) {
      const values = new Map(
        names.map((of, place) => [of, 1 + (Math.floor(number / mostValues ** place) % mostValues)]),
      );
      const made = expanded(statement, values);
      if (made?.sql === other.sql && (made.params.length === other.params.length || params.length === 0)) return made;
    }
    return statement;
  });
}

/** The parameters of a statement that is sent with more values than are shown: its holes are asked for in advance. */
export function withMoreValues(statement: StatementView): readonly RenderedParameter[] {
  const values = new Map(statement.lists?.map((list) => [nameOf(list), mostValues]));
  return (statement.lists ? expanded(statement, values) : null)?.params ?? statement.params;
}

/** The statement with so many values of each list; null where the places of its parameters cannot be told in the text. */
function expanded(statement: StatementView, values: ReadonlyMap<string, number>): StatementView | null {
  const { sql, params, lists = [] } = statement;
  const style = styles.find((one) => (sql.match(one)?.length ?? 0) === params.length);
  if (!style) return null;
  const places = sql.match(style)!;
  const texts = sql.split(style);
  let made = texts[0]!;
  const all: RenderedParameter[] = [];
  const spans: ParameterList[] = [];
  const add = (place: string, param: RenderedParameter): void => {
    all.push(param);
    made += place.startsWith('$') ? `$${all.length}` : place;
  };
  for (let i = 0; i < params.length; i++) {
    const list = lists.find(({ params: [from] }) => from === i);
    if (!list) {
      add(places[i]!, params[i]!);
      made += texts[i + 1]!;
      continue;
    }
    const [from, to] = list.params;
    const shown = shownOf(params, list);
    const width = (to - from) / shown;
    const start = all.length;
    const separator = width > 1 ? '), (' : `${texts[to]!.match(/^::\w+(\[\])?/)?.[0] ?? ''}, `;
    for (let number = 0; number < values.get(nameOf(list))!; number++) {
      if (number > 0) made += separator;
      for (let part = 0; part < width; part++) {
        if (part > 0) made += texts[from + part]!;
        const { name, ...param } = params[from + part]!;
        // `id_1_2` is the second value of a list, `param_1_2_1` the first part of its second one.
        const count = width > 1 ? /\d+(?=_\d+$)/ : /\d+$/;
        const called = name?.replace(count, (last) => String(Number(last) + number)) ?? null;
        add(called === null ? places[from + part]! : places[from + part]!.replace(name!, called), {
          name: called,
          ...('hole' in param ? { hole: param.hole.replace(/\[0\]/, `[${number}]`) } : param),
        });
      }
    }
    spans.push({ ...list, params: [start, all.length] });
    made += texts[to]!;
    i = to - 1;
  }
  return { ...statement, sql: made, params: all, lists: spans };
}

/** Two values are shown of a list that is given, one of rows. */
function shownOf(params: readonly RenderedParameter[], list: ParameterList): number {
  const [from, to] = list.params;
  const second = `${nameOf(list)}[1]`;
  const isGiven = params.slice(from, to).some((param) => 'hole' in param && param.hole.startsWith(second));
  return isGiven ? 2 : 1;
}

function nameOf(list: ParameterList): string {
  return 'of' in list ? list.of : list.loop;
}
