/** Loader options link by link: `joinedload(User.posts).selectinload(Post.author)`. */
import type { Call, Expr } from '../../python/syntax/nodes.ts';
import type { SourceFile } from '../../python/types.ts';
import type { Inference } from '../infer.ts';
import type { Model } from '../model.ts';

export interface OptionLink {
  /** `joinedload` */
  readonly loader: string;
  readonly call: Call;
  /** The argument as written: `User.posts`, `"posts"`. */
  readonly arg: Expr;
  /** `User` of `User.posts`; null when it is no attribute of a model that is known. */
  readonly owner: Model | null;
  readonly name: string;
  /** `of_type(…)`, `and_(…)`: what it leads to may be a subclass. */
  readonly isNarrowed: boolean;
}

export const EAGER_LOADERS: ReadonlySet<string> = new Set([
  'joinedload',
  'selectinload',
  'subqueryload',
  'immediateload',
  'contains_eager',
]);
const RELATION_LOADERS: ReadonlySet<string> = new Set([
  ...EAGER_LOADERS,
  'lazyload',
  'noload',
  'raiseload',
  'defaultload',
]);

/** The links of one option that takes relations, in order; empty when it is anything else. */
export function optionLinks(option: Expr, file: SourceFile, inference: Inference): readonly OptionLink[] {
  const links: OptionLink[] = [];
  for (let at: Expr = option; at.kind === 'Call';) {
    const { func } = at;
    const loader = loaderName(func, file, inference);
    if (loader === null) return [];
    if (RELATION_LOADERS.has(loader)) {
      if (at.args.length !== 1) return [];
      const link = linkOf(loader, at, at.args[0]!, file, inference);
      if (!link) return [];
      links.unshift(link);
    }
    if (func.kind !== 'Attribute' || func.value.kind !== 'Call') break;
    at = func.value;
  }
  return links;
}

/** `joinedload`, imported from SQLAlchemy or called on another option. */
function loaderName(func: Expr, file: SourceFile, inference: Inference): string | null {
  if (func.kind === 'Attribute' && func.value.kind === 'Call') return func.attr.text;
  const value = inference.valueOf(file, func);
  return value.kind === 'external' && /^(sqlalchemy|sqlmodel)\./.test(value.name)
    ? value.name.split('.').at(-1)!
    : null;
}

function linkOf(loader: string, call: Call, arg: Expr, file: SourceFile, inference: Inference): OptionLink | null {
  switch (arg.kind) {
    case 'Attribute': {
      const on = inference.valueOf(file, arg.value);
      const owner = on.kind === 'model' ? (inference.graph.model(on.model) ?? null) : null;
      return { loader, call, arg, owner, name: arg.attr.text, isNarrowed: false };
    }
    case 'Call': {
      if (arg.func.kind !== 'Attribute' || !/^(of_type|and_)$/.test(arg.func.attr.text)) return null;
      const inner = linkOf(loader, call, arg.func.value, file, inference);
      return inner && { ...inner, isNarrowed: true };
    }
    case 'Constant':
      return arg.type === 'str' ? { loader, call, arg, owner: null, name: arg.value, isNarrowed: false } : null;
    default:
      return null;
  }
}
