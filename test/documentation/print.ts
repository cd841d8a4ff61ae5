/** The table of the pages, and examples with both answers. */
import { VERDICTS, type Verdict } from './compare.ts';
import type { Compared } from './run.ts';
import type { Page } from './sources.ts';

export interface Row {
  readonly source: string;
  readonly page: string;
  readonly compared: readonly Compared[];
}

/** Of a program that is one example. */
const MOST_LINES = 12;

/** How many of each verdict, and which share of what could be compared is exact. */
export function printTable(rows: readonly Row[]): string {
  const lines = rows.map(({ source, page, compared }) => line(`${source} ${page}`, compared));
  const totals = [...new Set(rows.map(({ source }) => source))].map((source) =>
    line(
      source,
      rows.filter((row) => row.source === source).flatMap(({ compared }) => compared),
    ),
  );
  return [['', ...VERDICTS, 'exact %'], ...lines, ...totals].map(aligned).join('\n');
}

function line(title: string, compared: readonly Compared[]): string[] {
  const count = (verdict: Verdict): number => compared.filter((one) => one.verdict === verdict).length;
  const judged = compared.length - count('raises');
  const share = judged === 0 ? '' : ((100 * count('exact')) / judged).toFixed(1);
  return [title, ...VERDICTS.map((verdict) => String(count(verdict))), share];
}

function aligned([title, ...cells]: readonly string[]): string {
  return title!.padEnd(45) + cells.map((cell) => cell.padStart(12)).join('');
}

export function printCompared(page: Page, { code, verdict, why, views, sent }: Compared): string {
  const shown = views.flatMap(({ status, reason, statements }) => [
    `  ${status}${reason ? `: ${reason}` : ''}`,
    ...statements.map(({ sql, params, role, when }) => {
      const values = params.map((param) => ('hole' in param ? param.hole : JSON.stringify(param.value)));
      return `    ${when ? `when ${when}: ` : ''}${role}: ${oneLine(sql)} [${values.join(', ')}]`;
    }),
  ]);
  const natively = sent.map(({ sql, params }) => `    ${oneLine(sql)} ${JSON.stringify(params)}`);
  const excerpt = code.split('\n').slice(0, MOST_LINES).join('\n');
  return [`## ${page.name}: ${verdict}: ${why}`, excerpt, '  -- shown', ...shown, '  -- sent', ...natively, ''].join(
    '\n',
  );
}

function oneLine(sql: string): string {
  return sql.replaceAll(/\s+/g, ' ');
}
