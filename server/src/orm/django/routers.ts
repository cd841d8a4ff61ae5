/** The routers that choose a database for each query: https://docs.djangoproject.com/en/stable/topics/db/multi-db/#database-routers */
import type { Program } from '../../python/types.ts';
import type { DatabaseRouter } from '../../query/program.ts';
import type { DjangoFacts } from '../adapter.ts';
import type { StepWriter } from '../source/writer.ts';

/** Writes the classes of the routers that can run, and describes all of them. With one database they have no choice. */
export function writeRouters(program: Program, facts: DjangoFacts, writer: StepWriter): readonly DatabaseRouter[] {
  if (facts.databases.length === 1) return [];
  return facts.routers.map((dotted) => ({
    name: dotted?.split('.').at(-1) ?? 'DATABASE_ROUTERS',
    runs: dotted === null ? null : writeRouter(program, facts, dotted, writer),
  }));
}

function writeRouter(program: Program, facts: DjangoFacts, dotted: string, writer: StepWriter): DatabaseRouter['runs'] {
  const settings = program.file(facts.path);
  const dot = dotted.lastIndexOf('.');
  const file = settings && dot > 0 ? program.moduleNamed(dotted.slice(0, dot), settings) : undefined;
  const symbol = file && program.exported(file, dotted.slice(dot + 1));
  if (symbol?.kind !== 'binding' || symbol.binding.kind !== 'class') return null;
  writer.need(symbol.file, symbol.binding.name);
  return { module: symbol.file.moduleName, name: symbol.binding.name };
}
