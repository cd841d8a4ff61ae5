/** What the families of Django programs share. */
import type { Random } from '../../harness/random.ts';
import { FunctionBuilder } from '../function.ts';
import { CURSOR, type Family, type Written } from '../program.ts';
import type { Graph, Model, Relation } from './models.ts';

export interface Context {
  readonly fn: FunctionBuilder;
  readonly random: Random;
  readonly graph: Graph;
}

export type WriteFamily = (context: Context) => void;

export function family(graph: Graph, name: string, weight: number, write: WriteFamily): Family {
  return {
    name,
    weight,
    write(random): Written {
      const names = graph.models.map((model) => model.name);
      const fn = new FunctionBuilder(random, random.pick(['find', 'load', 'handle', 'report', 'run']), names);
      write({ fn, random, graph });
      const { source, runs } = fn.written();
      const used = names.filter((one) => new RegExp(`\\b${one}\\b`).test(source));
      return { source: `from ${graph.world.package}.models import ${used.join(', ')}\n${source}`, runs };
    },
  };
}

/** A model with one of its relations. */
export function relatedPair(
  { random, graph }: Context,
  fits: (one: Relation, from: Model) => boolean = () => true,
): { readonly from: Model; readonly relation: Relation } | null {
  const fitting = graph.models.flatMap((from) =>
    from.relations.filter((one) => fits(one, from)).map((relation) => ({ from, relation })),
  );
  return fitting.length > 0 ? random.pick(fitting) : null;
}

/** A row that the function is given. */
export function given({ fn }: Context, model: Model): string {
  const name = model.name.toLowerCase();
  return fn.parameter(name, model.name, `${model.name}.objects.get(pk=${model.id})`);
}

/** The last statement, with the query that is compared. */
export function end({ fn, random }: Context, expression: string): void {
  const at = /^(list|len|bool|set|tuple)\(/.test(expression) ? expression.length - 1 : expression.length;
  const marked = expression.slice(0, at) + CURSOR + expression.slice(at);
  // A query set is sent where its rows are read, which may be after this statement.
  const isSent = /\.(count|exists|get|create|save|update|delete|in_bulk|bulk_create)\([^()]*\)$/.test(expression);
  if (!isSent || random.chance(0.7)) return fn.line(`return ${marked}`);
  const found = fn.name('found');
  fn.line(`${found} = ${marked}`);
  fn.line(`return ${found}`);
}

/** Sends a query set, in one of the ways that give rows. */
export function sendRows(context: Context, query: string, isOrdered = false): void {
  const { random } = context;
  const sent = [
    query,
    query,
    `list(${query})`,
    `${query}.first()`,
    `${query}[:${random.between(1, 20)}]`,
    `${query}.iterator()`,
    `${query}[0]`,
  ];
  if (!isOrdered) sent.push(`${query}.last()`);
  end(context, random.pick(sent));
}
