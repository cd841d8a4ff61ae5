/** Collections that SQLAlchemy joins to their rows, each row once for each element, and what that asks for. */
import type { Call, Comprehension, Expr, For } from '../../python/syntax/nodes.ts';
import { nodesUnder } from '../../python/syntax/visit.ts';
import type { SourceFile } from '../../python/types.ts';
import type { Unit } from '../../python/units.ts';
import type { Inference } from '../infer.ts';
import type { Model, Relation } from '../model.ts';
import { EAGER_LOADERS, type OptionLink, optionLinks } from '../sqlalchemy/options.ts';
import { callsOf, type Query } from '../values.ts';
import type { Code } from './code.ts';

export interface JoinedCollection {
  readonly owner: Model;
  readonly relation: Relation;
  /** The option that joins it, and where; null when the model is declared that way. */
  readonly link: (OptionLink & { readonly file: SourceFile }) | null;
}

/** Rows that are read from a result that needs `unique()` first. */
export interface MissingUnique {
  /** The result: where `.unique()` goes. */
  readonly result: Expr;
  /** What reads it. */
  readonly read: Expr;
  readonly collection: JoinedCollection;
  readonly query: Query;
}

export interface JoinedWithLimit {
  readonly collection: JoinedCollection & { readonly link: NonNullable<JoinedCollection['link']> };
  /** `limit(…)`; null where two collections are joined side by side. */
  readonly limit: string | null;
  readonly sibling: JoinedCollection | null;
}

export interface EagerDynamic {
  readonly link: OptionLink;
  readonly options: Call;
  readonly option: Expr;
  readonly owner: Model;
  readonly relation: Relation;
}

/**
 * Methods of a result that check for it; `first()` and `session.scalar()` do not
 * (https://docs.sqlalchemy.org/en/20/orm/queryguide/relationships.html#joined-eager-loading).
 */
const CHECKING = new Set(['all', 'one', 'one_or_none', 'scalar_one', 'scalar_one_or_none', 'fetchall', 'partitions']);

export function missingUniques(
  code: Code,
  unit: Unit,
  file: SourceFile,
  inference: Inference,
): readonly MissingUnique[] {
  const found: MissingUnique[] = [];
  const add = (result: Expr, read: Expr): void => {
    const value = inference.valueOf(file, result);
    if (value.kind !== 'result' || value.isUnique || value.query.form !== 'statement') return;
    const [collection] = joinedCollections(value.query, inference);
    if (collection) found.push({ result, read, collection, query: value.query });
  };
  for (const { node } of code.calls) {
    if (node.func.kind === 'Attribute' && CHECKING.has(node.func.attr.text)) add(node.func.value, node);
    if (node.func.kind === 'Name' && node.func.id === 'list' && node.args[0]) add(node.args[0], node);
  }
  for (const { iter } of loopsIn(unit)) add(iter, iter);
  return found.sort((a, b) => a.read.start - b.read.start);
}

function loopsIn({ parts }: Unit): readonly (For | Comprehension)[] {
  return [...nodesUnder(parts)].filter((node) => node.kind === 'For' || node.kind === 'Comprehension');
}

const LIMITING = /^(limit|offset|fetch)$/;

/** At the last call of a chain, so that each query is found once. */
export function joinedWithLimits(code: Code, file: SourceFile, inference: Inference): readonly JoinedWithLimit[] {
  const found = new Map<Expr, JoinedWithLimit>();
  for (const { node } of code.calls) {
    if (node.func.kind !== 'Attribute' || !/^(limit|offset|fetch|options)$/.test(node.func.attr.text)) continue;
    const value = inference.valueOf(file, node);
    if (value.kind !== 'query' || value.query.orm !== 'sqlalchemy') continue;
    const limit = methodsOf(value.query).find((name) => LIMITING.test(name)) ?? null;
    const joined = joinedCollections(value.query, inference).flatMap(({ link, ...rest }) =>
      link && link.loader === 'joinedload' ? { link, ...rest } : [],
    );
    const [first, sibling] = joined;
    if (!first) continue;
    if (limit !== null) found.set(first.link.arg, { collection: first, limit, sibling: null });
    else if (sibling && areSiblings(first.link, sibling.link))
      found.set(sibling.link.arg, { collection: sibling, limit: null, sibling: first });
  }
  return [...found.values()];
}

function methodsOf(query: Query): readonly string[] {
  return [...callsOf(query)].flatMap(({ func }) => (func.kind === 'Attribute' ? func.attr.text : []));
}

/** Collections of the same model: their rows are multiplied with each other. */
function areSiblings(a: OptionLink, b: OptionLink): boolean {
  return a.owner !== null && a.owner.id === b.owner?.id && a.name !== b.name;
}

export function eagerDynamics(code: Code, file: SourceFile, inference: Inference): readonly EagerDynamic[] {
  return code.calls.flatMap(({ node: options }) => {
    if (options.func.kind !== 'Attribute' || options.func.attr.text !== 'options') return [];
    if (inference.valueOf(file, options.func.value).kind !== 'query') return [];
    return options.args.flatMap((option) =>
      optionLinks(option, file, inference).flatMap((link) => {
        const relation = link.owner && inference.graph.relation(link.owner, link.name);
        if (!link.owner || !relation || !EAGER_LOADERS.has(link.loader)) return [];
        const isDynamic = relation.loading === 'dynamic' || relation.loading === 'write_only';
        return isDynamic ? { link, options, option, owner: link.owner, relation } : [];
      }),
    );
  });
}

// ---------------------------------------------------------------- what a query joins

function joinedCollections(query: Query, inference: Inference): readonly JoinedCollection[] {
  const found: JoinedCollection[] = [];
  const named = new Set<string>();
  for (let at: Query | null = query; at; at = at.before) {
    const call = at.tip;
    if (call.kind !== 'Call' || call.func.kind !== 'Attribute' || call.func.attr.text !== 'options') continue;
    for (const option of call.args) {
      // What cannot be read may say anything.
      const links = optionLinks(option, at.file, inference);
      for (const link of links) named.add(link.name);
      for (const link of links) {
        if (link.loader !== 'joinedload' && link.loader !== 'contains_eager') break;
        const relation = link.owner && inference.graph.relation(link.owner, link.name);
        if (!link.owner || !relation) break;
        if (relation.cardinality === 'many') {
          found.push({ owner: link.owner, relation, link: { ...link, file: at.file } });
          break;
        }
      }
    }
  }
  if (query.loadsUnknown) return found;
  for (const item of query.row) {
    const owner = item.kind === 'instance' ? inference.graph.model(item.model) : undefined;
    if (!owner || owner.unknown.length > 0) continue;
    for (const relation of owner.relations)
      if (relation.cardinality === 'many' && relation.loading === 'joined' && !named.has(relation.name))
        found.push({ owner, relation, link: null });
  }
  return found;
}
