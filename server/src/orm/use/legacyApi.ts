/**
 * What SQLAlchemy 2.0 took away, or warns of.
 * Source: https://docs.sqlalchemy.org/en/20/changelog/migration_20.html
 */
import type { TextRange } from '../../base/text.ts';
import type { Call, Expr, ImportFrom } from '../../python/syntax/nodes.ts';
import type { SourceFile } from '../../python/types.ts';
import { hasHiddenArguments, keyword } from '../classes.ts';
import type { Inference } from '../infer.ts';
import type { Query } from '../values.ts';
import type { Code } from './code.ts';
import { isSqlalchemy2 } from './release.ts';
import { isString } from './strings.ts';

export interface LegacyApi {
  readonly range: TextRange;
  /** As in ``since 2.0 `engine.execute()` …``. */
  readonly what: string;
  readonly instead: string;
  /** `removed`: it raises in 2.0. `deprecated`: it works, and warns. */
  readonly kind: 'removed' | 'deprecated';
  readonly release: 'yes' | 'no' | 'unknown';
  /** Where the new words are the old ones, arranged in another way. */
  readonly edits: readonly { readonly range: TextRange; readonly newText: string }[];
}

type Found = Omit<LegacyApi, 'release'>;

const LIBRARY = /^(sqlalchemy|sqlmodel|flask_sqlalchemy)\.(.*\.)?(\w+)$/;
const REMOVED_METHODS: Readonly<Record<string, string>> = {
  from_self: 'select from a subquery',
  with_lockmode: '`with_for_update()`',
  select_entity_from: '`aliased()` with a subquery',
};
const REMOVED_NAMES: Readonly<Record<string, string>> = {
  mapper: '`registry().map_imperatively()`',
  relation: '`relationship()`',
  eagerload: '`joinedload()`',
  eagerload_all: 'a chain of `joinedload()`',
  joinedload_all: 'a chain of `joinedload()`',
  subqueryload_all: 'a chain of `subqueryload()`',
  contains_eager_all: 'a chain of `contains_eager()`',
};

export function legacyApis(code: Code, file: SourceFile, inference: Inference): readonly LegacyApi[] {
  const found = [
    ...code.calls.flatMap(({ node }) => legacyCall(node, file, inference) ?? []),
    // What is tried has another way for other releases.
    ...code
      .of('ImportFrom')
      .flatMap(({ node, around }) => (around.some(({ kind }) => kind === 'Try') ? [] : legacyImports(node))),
  ];
  if (found.length === 0) return [];
  const release = isSqlalchemy2(file, inference);
  return found.map((each) => ({ ...each, release }));
}

function legacyCall(call: Call, file: SourceFile, inference: Inference): Found | null {
  const { func } = call;
  if (func.kind === 'Attribute') {
    const method = legacyMethod(call, func.value, func.attr.text, file, inference);
    if (method) return method;
  }
  const callee = inference.valueOf(file, func);
  const name = callee.kind === 'external' ? LIBRARY.exec(callee.name)?.[3] : undefined;
  const [first] = call.args;
  switch (name) {
    case 'select':
    case 'case': {
      if (first?.kind !== 'List' || call.args.length > 1) return null;
      // `select([a], whereclause)` and `case([…], value=…)` need more than that.
      const isPlain = call.keywords.every((each) => each.name?.text === 'else_');
      return {
        range: first,
        what: `a list for \`${name}()\``,
        instead: `\`${name}(${name === 'select' ? 'a, b' : '(condition, value), …'})\``,
        kind: 'removed',
        edits: isPlain && first.elts.length > 0 ? unwrapped(first) : [],
      };
    }
    case 'sessionmaker':
    case 'Session':
    case 'scoped_session': {
      const autocommit = keyword(call, 'autocommit');
      const isOn = autocommit?.kind === 'Constant' && autocommit.value === true;
      return isOn
        ? {
            range: autocommit,
            what: '`autocommit=True`',
            instead: '`with session.begin():`',
            kind: 'removed',
            edits: [],
          }
        : null;
    }
    case 'MetaData': {
      const bind = keyword(call, 'bind');
      return bind
        ? {
            range: bind,
            what: '`MetaData(bind=…)`',
            instead: 'the engine where something is sent',
            kind: 'removed',
            edits: [],
          }
        : null;
    }
    default:
      return null;
  }
}

function legacyMethod(call: Call, on: Expr, method: string, file: SourceFile, inference: Inference): Found | null {
  const isInteresting =
    method === 'execute' ||
    method === 'scalar' ||
    method === 'get' ||
    method === 'join' ||
    method === 'outerjoin' ||
    method in REMOVED_METHODS;
  if (!isInteresting) return null;
  const value = inference.valueOf(file, on);
  const range = { start: call.func.start, end: call.func.end };
  if (value.kind === 'engine' && (method === 'execute' || method === 'scalar')) {
    return {
      range,
      what: `\`Engine.${method}()\``,
      instead: '`with engine.connect() as connection:`',
      kind: 'removed',
      edits: [],
    };
  }
  if (value.kind !== 'query' || value.query.orm !== 'sqlalchemy' || value.query.form !== 'query') return null;
  const instead = REMOVED_METHODS[method];
  if (instead) return { range, what: `\`Query.${method}()\``, instead, kind: 'removed', edits: [] };
  const [first] = call.args;
  if (method === 'join' || method === 'outerjoin') {
    return isString(first)
      ? {
          range: first,
          what: `a name for \`Query.${method}()\``,
          instead: `the attribute: \`${entityOf(value.query, inference) ?? 'User'}.${first.value}\``,
          kind: 'removed',
          edits: [],
        }
      : null;
  }
  if (method !== 'get' || !first || hasHiddenArguments(call)) return null;
  return {
    range,
    what: '`Query.get()`',
    instead: `\`session.get(${entityOf(value.query, inference) ?? 'User'}, ${file.text.slice(first.start, first.end)})\``,
    kind: 'deprecated',
    edits: sessionGet(call, on, file),
  };
}

/** The name of the class that a query is about, if it is about one. */
function entityOf({ row }: Query, inference: Inference): string | null {
  const [entity] = row;
  return entity?.kind === 'instance' ? (inference.graph.model(entity.model)?.name ?? null) : null;
}

/** `session.query(User).get(1)` → `session.get(User, 1)`, where nothing stands between the two. */
function sessionGet(call: Call, on: Expr, file: SourceFile): Found['edits'] {
  if (on.kind !== 'Call' || on.func.kind !== 'Attribute' || on.func.attr.text !== 'query') return [];
  const [entity, ...more] = on.args;
  const [key, ...others] = call.args;
  if (!entity || more.length > 0 || !key || others.length > 0 || call.keywords.length + on.keywords.length > 0)
    return [];
  const text = ({ start, end }: TextRange): string => file.text.slice(start, end);
  const newText = `${text(on.func.value)}.get(${text(entity)}, ${text(key)})`;
  return [{ range: { start: call.start, end: call.end }, newText }];
}

function legacyImports(node: ImportFrom): readonly Found[] {
  if (node.level > 0 || !node.module) return [];
  const module = node.module.text;
  if (module === 'sqlalchemy.orm') {
    return node.names.flatMap(({ name }): readonly Found[] => {
      const instead = REMOVED_NAMES[name.text];
      return instead
        ? [{ range: name, what: `\`sqlalchemy.orm.${name.text}\``, instead, kind: 'removed', edits: [] }]
        : [];
    });
  }
  if (!/^sqlalchemy\.ext\.declarative(\.api)?$/.test(module)) return [];
  // `declared_attr` is the same object in both places, and says nothing.
  const isAll = (names: RegExp): boolean => node.names.every(({ name }) => names.test(name.text));
  if (!isAll(MOVED) || isAll(/^declared_attr$/)) return [];
  return [
    {
      range: node.module,
      what: `\`${module}\``,
      instead: '`sqlalchemy.orm`',
      kind: 'deprecated',
      edits: [{ range: node.module, newText: 'sqlalchemy.orm' }],
    },
  ];
}

const MOVED = /^(declarative_base|declared_attr|as_declarative|has_inherited_table)$/;

/** Takes the brackets away, and what stands between them and the elements. */
function unwrapped(list: Expr & { readonly kind: 'List' }): Found['edits'] {
  const first = list.elts[0]!;
  const last = list.elts.at(-1)!;
  return [
    { range: { start: list.start, end: first.start }, newText: '' },
    { range: { start: last.end, end: list.end }, newText: '' },
  ];
}
