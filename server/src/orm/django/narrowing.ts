/** Methods of views that take rows and give them back: whether they may load relations on the way. */
import { isSuper } from '../../python/superCalls.ts';
import type { Call, FunctionDef, Node, Stmt } from '../../python/syntax/nodes.ts';
import { nodesUnder } from '../../python/syntax/visit.ts';
import { targetNames } from '../../query/reads.ts';
import { derivedNames, mentions } from '../derivedNames.ts';

/** `serializer` when at most the serializer of the view loads something: `serializer_class.setup_eager_loading(queryset)`. */
export type MayLoad = boolean | 'serializer';

/** What `def filter_queryset(self, queryset)` may load; false when it only takes rows away, and asks nobody else to. */
export function parameterMayLoad({ params, body }: FunctionDef): MayLoad {
  const given = params.args[1];
  return given === undefined || mayLoad(body, [given.name.text], () => false);
}

/** The same of `def get_queryset(self)` that takes the rows of its base, its `queryset` or its `model`. */
export function querysetMayLoad({ body }: FunctionDef): MayLoad {
  const names = [...nodesUnder(body)].flatMap((node) =>
    node.kind === 'Assign' && [...nodesUnder([node.value])].some(isStart) ? node.targets.flatMap(targetNames) : [],
  );
  return mayLoad(body, names, isStart);
}

/** What happens to rows that go through all of these methods. */
export function eitherLoads(all: readonly MayLoad[]): MayLoad {
  return all.includes(true) ? true : all.includes('serializer') && 'serializer';
}

function isStart(node: Node): boolean {
  if (node.kind === 'Attribute')
    return /^(queryset|model)$/.test(node.attr.text) && node.value.kind === 'Name' && node.value.id === 'self';
  return (
    node.kind === 'Call' &&
    node.func.kind === 'Attribute' &&
    node.func.attr.text === 'get_queryset' &&
    isSuper(node.func.value)
  );
}

function mayLoad(body: readonly Stmt[], names: readonly string[], isStartOf: (node: Node) => boolean): MayLoad {
  const rows = derivedNames(names, body);
  const has = (root: Node): boolean => mentions(root, rows) || [...nodesUnder([root])].some(isStartOf);
  let found: MayLoad = false;
  for (const node of nodesUnder(body)) {
    if (node.kind === 'Return' && !(node.value && has(node.value))) return true;
    if (node.kind !== 'Call' || isStartOf(node)) continue;
    const { func } = node;
    const name = func.kind === 'Attribute' ? func.attr.text : '';
    const isOfSerializer =
      name === 'setup_eager_loading' &&
      func.kind === 'Attribute' &&
      !(func.value.kind === 'Name' && func.value.id === 'self') &&
      !has(func.value);
    if (isOfSerializer) found = 'serializer';
    else if (/related|prefetch|eager|load|^(raw|values|values_list|union|alias)$/.test(name)) return true;
    // Backends of filters are handed the rows, and take some away.
    else if (isGivenTo(node, has) && name !== 'filter_queryset') return true;
  }
  return found;
}

function isGivenTo({ func, args, keywords }: Call, has: (root: Node) => boolean): boolean {
  const isMethod = func.kind === 'Attribute' && has(func.value);
  return !isMethod && [...args, ...keywords.map(({ value }) => value)].some(has);
}
