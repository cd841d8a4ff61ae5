import type { TextRange } from '../base/text.ts';
import type { Finding } from '../rules/rule.ts';
import { COULD_LOAD } from '../rules/shared/lazyLoad.ts';

type Place = Finding & { readonly range: TextRange };

/**
 * How many statements a loop sends, where a finding at `offset` says that it sends some for each row: those of all
 * findings about the same query. null elsewhere.
 */
export function loopText(findings: readonly Place[], offset: number): string | null {
  const here = findings.find(({ range, perRow }) => perRow && range.start <= offset && offset <= range.end);
  const query = here && queryOf(here);
  if (!query) return null;
  const loads = findings.flatMap((finding) => (finding.perRow && queryOf(finding) === query ? [finding.perRow] : []));
  const times = loads.map(({ depth }) => timesOf(depth));
  const parts = loads.map((load, i) => `${times[i]} for \`${load.loads}\``);
  return `The loop sends ${['1', ...times].join(' + ')} statements: 1 for its query, ${parts.join(', ')}.`;
}

/** The query that could load it, as a text to compare. */
function queryOf({ related = [] }: Finding): string | undefined {
  const place = related.find(({ message }) => message === COULD_LOAD);
  return place && `${place.path}:${place.range.start}`;
}

/** N rows, with M rows each, and so on. */
export function timesOf(depth: number): string {
  const letters = ['N', 'M', 'K'];
  return [...letters.slice(0, depth), ...(depth > letters.length ? ['…'] : [])].join(' × ');
}
