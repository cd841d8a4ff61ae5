/** Methods of views that take rows and give them back: whether they may load relations on the way. */
import type { Call, FunctionDef, Node, Stmt } from '../../python/syntax/nodes.ts';
import { nodesUnder } from '../../python/syntax/visit.ts';
import { targetNames } from '../../query/reads.ts';
import { derivedNames, mentions } from '../derivedNames.ts';

/** `def filter_queryset(self, queryset)` that at most takes rows away, and asks nobody else to. */
export function narrowsParameter({ params, body }: FunctionDef): boolean {
  const given = params.args[1];
  return given !== undefined && narrows(body, [given.name.text], () => false);
}

/** `def get_queryset(self)` that at most takes rows away from those of its base, its `queryset` or its `model`. */
export function narrowsQueryset({ body }: FunctionDef): boolean {
  const names = [...nodesUnder(body)].flatMap((node) =>
    node.kind === 'Assign' && [...nodesUnder([node.value])].some(isStart) ? node.targets.flatMap(targetNames) : [],
  );
  return narrows(body, names, isStart);
}

function isStart(node: Node): boolean {
  if (node.kind === 'Attribute')
    return /^(queryset|model)$/.test(node.attr.text) && node.value.kind === 'Name' && node.value.id === 'self';
  return (
    node.kind === 'Call' &&
    node.func.kind === 'Attribute' &&
    node.func.attr.text === 'get_queryset' &&
    node.func.value.kind === 'Call' &&
    node.func.value.func.kind === 'Name' &&
    node.func.value.func.id === 'super'
  );
}

function narrows(body: readonly Stmt[], names: readonly string[], isStartOf: (node: Node) => boolean): boolean {
  const rows = derivedNames(names, body);
  const has = (root: Node): boolean => mentions(root, rows) || [...nodesUnder([root])].some(isStartOf);
  for (const node of nodesUnder(body)) {
    if (node.kind === 'Return' && !(node.value && has(node.value))) return false;
    if (node.kind !== 'Call' || isStartOf(node)) continue;
    const name = node.func.kind === 'Attribute' ? node.func.attr.text : '';
    if (/related|prefetch|eager|load|^(raw|values|values_list|union|alias)$/.test(name)) return false;
    // Backends of filters are handed the rows, and take some away.
    if (isGivenTo(node, has) && name !== 'filter_queryset') return false;
  }
  return true;
}

function isGivenTo({ func, args, keywords }: Call, has: (root: Node) => boolean): boolean {
  const isMethod = func.kind === 'Attribute' && has(func.value);
  return !isMethod && [...args, ...keywords.map(({ value }) => value)].some(has);
}
