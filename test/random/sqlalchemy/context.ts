/** What the families of SQLAlchemy programs share: a function with a session, and the ways to send a statement. */
import type { Random } from '../../harness/random.ts';
import { FunctionBuilder } from '../function.ts';
import { CURSOR, type Family, type Written } from '../program.ts';
import { type Entity, entity } from './conditions.ts';
import type { Graph, Model } from './models.ts';

export interface Context {
  readonly fn: FunctionBuilder;
  readonly random: Random;
  readonly graph: Graph;
  /** The name of the session. */
  readonly session: string;
}

export type WriteFamily = (context: Context) => void;

export function family(graph: Graph, name: string, weight: number, write: WriteFamily): Family {
  return {
    name,
    weight,
    write(random): Written {
      const names = [...graph.models.map((model) => model.name), ...graph.secondaries.map((one) => one.name)];
      const fn = new FunctionBuilder(random, random.pick(['find', 'load', 'handle', 'report', 'run']), names);
      fn.import('sqlalchemy.orm', 'Session');
      const session = fn.parameter('session', 'Session');
      write({ fn, random, graph, session });
      const { source, runs } = fn.written();
      const used = names.filter((one) => new RegExp(`\\b${one}\\b`).test(source));
      const models = `from ${graph.world.package}.models import ${used.join(', ')}\n`;
      return { source: used.length > 0 ? models + source : source, runs };
    },
  };
}

/** A model as itself or as an alias of it, which is made first. */
export function entityOf({ fn, random }: Context, model: Model, aliasChance = 0.15): Entity {
  if (!random.chance(aliasChance)) return entity(model);
  return aliasOf(fn, model);
}

export function aliasOf(fn: FunctionBuilder, model: Model): Entity {
  fn.import('sqlalchemy.orm', 'aliased');
  const text = fn.name(`other_${model.name.toLowerCase()}`);
  fn.line(`${text} = aliased(${model.name})`);
  return { text, model };
}

/** Sends a statement of entities, the last thing the function does. */
export function sendEntities(context: Context, statement: string, hasCollections = false): void {
  const { random, session } = context;
  const unique = hasCollections ? '.unique()' : '';
  const sent = random.pick([
    `${session}.scalars(${statement})${unique}.all()`,
    `${session}.execute(${statement})${unique}.scalars().all()`,
    `${session}.scalars(${statement})${unique}.first()`,
    `${session}.execute(${statement})${unique}.scalar_one()`,
    `${session}.scalars(${statement})${unique}.one_or_none()`,
    `list(${session}.scalars(${statement})${unique})`,
  ]);
  end(context, sent);
}

/** Sends a statement of columns. */
export function sendRows(context: Context, statement: string): void {
  const { random, session } = context;
  const method = random.pick([
    'all()',
    'first()',
    'one()',
    'mappings().all()',
    'one_or_none()',
    'fetchall()',
    'tuples().all()',
  ]);
  end(context, random.chance(0.85) ? `${session}.execute(${statement}).${method}` : `${session}.scalar(${statement})`);
}

/** The last statement, with the query that is compared. */
export function end({ fn, random }: Context, expression: string): void {
  // `list(…)` only reads: the query stands in it.
  const at = expression.startsWith('list(') ? expression.length - 1 : expression.length;
  const marked = expression.slice(0, at) + CURSOR + expression.slice(at);
  if (random.chance(0.7)) return fn.line(`return ${marked}`);
  const found = fn.name('found');
  fn.line(`${found} = ${marked}`);
  fn.line(`return ${found}`);
}
