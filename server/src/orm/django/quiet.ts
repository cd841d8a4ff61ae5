/** Names whose functions neither send statements nor change objects: loggers, files, caches that are no table. */
import type { Expr } from '../../python/syntax/nodes.ts';
import type { Program, SourceFile } from '../../python/types.ts';
import type { DjangoFacts } from '../adapter.ts';
import { assignedValue } from '../classes.ts';

const QUIET =
  /^(logging|structlog|loguru|warnings|sys|os|pathlib|shutil|io|tempfile|glob|traceback|inspect|platform|subprocess|socket|time|requests|httpx|urllib|urllib3|sentry_sdk|prometheus_client|statsd|django\.utils|django\.urls)(\.|$)/;

const CACHE = /^django\.core\.cache(\.|$)/;

/** Whether a name of a module stands for such a thing, or for what a function of one gives: `logging.getLogger(…)`. */
export function isQuiet(program: Program, file: SourceFile, name: string, facts: DjangoFacts): boolean {
  return isQuietExpr(program, file, { kind: 'Name', id: name, start: 0, end: 0 }, facts, 0);
}

/** Whether a dotted name of a library is one of such a thing. */
export function isQuietName(dotted: string, facts: DjangoFacts): boolean {
  return QUIET.test(dotted) || (CACHE.test(dotted) && !facts.cachesAreTables);
}

function isQuietExpr(program: Program, file: SourceFile, expr: Expr, facts: DjangoFacts, depth: number): boolean {
  const symbol = program.resolve(file, expr, file.scope);
  if (symbol.kind === 'external') return isQuietName(symbol.name, facts);
  const value = symbol.kind === 'binding' && depth < 4 ? assignedValue(symbol.binding) : null;
  return value?.kind === 'Call' && symbol.kind === 'binding'
    ? isQuietExpr(program, symbol.file, value.func, facts, depth + 1)
    : false;
}
