/**
 * Reads loader options into relation paths: `joinedload(User.posts).selectinload(Post.author)` loads `posts` and
 * `posts.author`. Source: https://docs.sqlalchemy.org/en/20/orm/queryguide/relationships.html
 */
import type { Expr } from '../../python/syntax/nodes.ts';
import type { SourceFile } from '../../python/types.ts';
import type { Inference } from '../infer.ts';

export interface LoaderPaths {
  readonly paths: readonly string[];
  /** An option that could not be read. */
  readonly unknown: boolean;
}

const LOADING = new Set([
  'joinedload',
  'selectinload',
  'subqueryload',
  'immediateload',
  'contains_eager',
  'eagerload',
  'joinedload_all',
  'subqueryload_all',
]);
/** Reading the relation sends nothing: it is empty, or it raises. */
const SENDING_NOTHING = new Set(['noload', 'raiseload']);
/** Steps along a path that load nothing themselves, and options about columns. */
const NEUTRAL = new Set([
  'defaultload',
  'load_only',
  'defer',
  'undefer',
  'undefer_group',
  'options',
  'with_loader_criteria',
  'lazyload',
  'noload',
  'raiseload',
  'selectin_polymorphic',
  'with_expression',
]);

export function loaderPaths(options: readonly Expr[], file: SourceFile, inference: Inference): LoaderPaths {
  const paths: string[] = [];
  let unknown = false;
  for (const option of options) {
    const read = chain(option, file, inference);
    if (read) paths.push(...read.loaded);
    else unknown = true;
  }
  return { paths, unknown };
}

/** `path` is where the next step of the chain continues. */
interface Chain {
  readonly path: readonly string[];
  readonly loaded: readonly string[];
}

function chain(option: Expr, file: SourceFile, inference: Inference): Chain | null {
  if (option.kind === 'Starred') return null;
  if (option.kind !== 'Call') {
    // An option kept in a variable.
    const definition = option.kind === 'Name' ? assigned(option, file, inference) : null;
    return definition ? chain(definition, file, inference) : null;
  }
  const func = option.func;
  const before =
    func.kind === 'Attribute' && func.value.kind === 'Call'
      ? chain(func.value, file, inference)
      : { path: [], loaded: [] };
  if (!before) return null;
  const name = func.kind === 'Attribute' ? func.attr.text : func.kind === 'Name' ? imported(func, file, inference) : '';
  if (name === 'Load') return before;
  if (!LOADING.has(name) && !NEUTRAL.has(name)) return null;
  if (name === 'options') {
    const nested = loaderPaths(option.args, file, inference);
    if (nested.unknown) return null;
    const prefix = before.path.length > 0 ? `${before.path.join('.')}.` : '';
    return { path: before.path, loaded: [...before.loaded, ...nested.paths.map((path) => prefix + path)] };
  }
  let path = before.path;
  const loaded = [...before.loaded];
  for (const arg of option.args) {
    const steps = relationSteps(arg);
    const isCertain = LOADING.has(name) || SENDING_NOTHING.has(name);
    if (!steps) return isCertain ? null : { path, loaded };
    for (const step of steps) {
      path = [...path, step];
      if (isCertain) loaded.push(path.join('.'));
    }
  }
  return { path, loaded };
}

/** `User.posts`, `User.posts.of_type(Special)`, `User.posts.and_(…)`, and 1.x strings `"posts.author"`. */
function relationSteps(arg: Expr): readonly string[] | null {
  switch (arg.kind) {
    case 'Attribute':
      return [arg.attr.text];
    case 'Call':
      return arg.func.kind === 'Attribute' && /^(of_type|and_)$/.test(arg.func.attr.text)
        ? relationSteps(arg.func.value)
        : null;
    case 'Constant':
      return arg.type === 'str' && arg.value !== '*' ? arg.value.split('.') : null;
    default:
      return null;
  }
}

function imported(func: Expr & { kind: 'Name' }, file: SourceFile, inference: Inference): string {
  const symbol = inference.program.resolve(file, func);
  return symbol.kind === 'external' ? symbol.name.split('.').at(-1)! : func.id;
}

function assigned(name: Expr & { kind: 'Name' }, file: SourceFile, inference: Inference): Expr | null {
  const scope = inference.program.scopeAt(file, name.start);
  const binding = inference.program.lookup(scope, name.id).at(-1);
  return binding?.kind === 'assign' && binding.path.length === 0 ? binding.statement.value : null;
}
