/** Which template a view renders, and with what. */
import { ancestors, dirname, isInside, join } from '../../../base/paths.ts';
import type { Call, ClassDef, Expr, FunctionDef } from '../../../python/syntax/nodes.ts';
import type { SourceFile } from '../../../python/types.ts';
import { keyword } from '../../classes.ts';
import type { Inference } from '../../infer.ts';
import { rowOf, type Value } from '../../values.ts';
import type { Code } from '../code.ts';
import { nodesIn } from '../places.ts';
import { type ClassAt, libraryBases } from '../serializers/serialized.ts';

export interface Rendering {
  /** As it is named: `blog/list.html`. */
  readonly template: string;
  readonly path: string;
  /** What the template's names stand for, with where the view says so. */
  readonly context: ReadonlyMap<string, Given>;
}

export interface Given {
  readonly value: Value;
  /** In the file of the view. */
  readonly at: Expr;
}

/** `render(request, "list.html", {"books": Book.objects.all()})`, `render_template("list.html", books=books)` */
export function renderingsIn(code: Code, file: SourceFile, inference: Inference): readonly Rendering[] {
  return code.calls.flatMap(({ node, around }) => {
    const func = around.find((each) => each.kind === 'FunctionDef');
    const parts = partsOf(node, file, inference);
    const template = parts?.template;
    const path = template && templatePath(template, file, inference);
    if (!template || !path) return [];
    const context = new Map<string, Given>();
    if (parts.context) addContext(parts.context, func?.kind === 'FunctionDef' ? func : null, file, inference, context);
    for (const { name, value } of parts.keywords) if (name) add(context, name.text, value, file, inference);
    return [{ template, path, context }];
  });
}

interface Parts {
  readonly template: string | null;
  readonly context: Expr | null;
  readonly keywords: Call['keywords'];
}

function partsOf(call: Call, file: SourceFile, inference: Inference): Parts | null {
  const name = call.func.kind === 'Attribute' ? call.func.attr.text : call.func.kind === 'Name' ? call.func.id : '';
  if (!/^(render|render_to_string|TemplateResponse|render_template)$/.test(name)) return null;
  const callee = inference.valueOf(file, call.func);
  // A project's own `render_template(template, **context)` chooses a theme.
  const isOwn = callee.kind === 'function' && name === 'render_template' && callee.node.params.kwarg !== null;
  const library = callee.kind === 'external' ? callee.name : isOwn ? 'flask.render_template' : '';
  const named = (index: number, key: string): Expr | null => call.args[index] ?? keyword(call, key);
  switch (library) {
    case 'django.shortcuts.render':
      return { template: textOf(named(1, 'template_name')), context: named(2, 'context'), keywords: [] };
    case 'django.template.loader.render_to_string':
      return { template: textOf(named(0, 'template_name')), context: named(1, 'context'), keywords: [] };
    case 'django.template.response.TemplateResponse':
      return { template: textOf(named(1, 'template')), context: named(2, 'context'), keywords: [] };
    case 'flask.render_template':
    case 'quart.render_template':
      return { template: textOf(call.args[0] ?? null), context: null, keywords: call.keywords };
    default: {
      if (!/^(fastapi|starlette)\.templating\.Jinja2Templates\(\)\.TemplateResponse$/.test(library)) return null;
      // The request comes first, or is in the context.
      const isOld = textOf(call.args[0] ?? null) !== null;
      const at = isOld ? 0 : 1;
      return { template: textOf(named(at, 'name')), context: named(at + 1, 'context'), keywords: [] };
    }
  }
}

function textOf(expr: Expr | null): string | null {
  return expr?.kind === 'Constant' && expr.type === 'str' ? expr.value : null;
}

/** A dict, in place or in a variable that is added to. */
function addContext(
  expr: Expr,
  func: FunctionDef | null,
  file: SourceFile,
  inference: Inference,
  context: Map<string, Given>,
): void {
  if (expr.kind === 'Dict') {
    for (const [i, key] of expr.keys.entries()) {
      const name = key ? textOf(key) : null;
      if (name !== null) add(context, name, expr.values[i]!, file, inference);
    }
    return;
  }
  if (expr.kind !== 'Name' || !func) return;
  for (const node of nodesIn(...func.body)) {
    if (node.start > expr.start) break;
    if (node.kind !== 'Assign') continue;
    for (const target of node.targets) {
      if (target.kind === 'Name' && target.id === expr.id && node.value.kind === 'Dict')
        addContext(node.value, null, file, inference, context);
      const name =
        target.kind === 'Subscript' && target.value.kind === 'Name' && target.value.id === expr.id
          ? textOf(target.slice)
          : null;
      if (name !== null) add(context, name, node.value, file, inference);
    }
  }
}

function add(context: Map<string, Given>, name: string, at: Expr, file: SourceFile, inference: Inference): void {
  context.set(name, { value: inference.valueOf(file, at), at });
}

// ---------------------------------------------------------------- generic views of Django

const LIST = /^django\.views\.generic\.(\w+\.)*((Base)?(List|\w*Archive\w*)View|MultipleObjectMixin|BaseDateListView)$/;
const DETAIL = /^django\.views\.generic\.(\w+\.)*(DetailView|BaseDetailView|SingleObjectMixin)$/;

/** https://docs.djangoproject.com/en/stable/ref/class-based-views/mixins-multiple-object/ */
export function renderingOfView(cls: ClassDef, file: SourceFile, inference: Inference): Rendering | null {
  const view = { file, cls };
  const bases = libraryBases(view, inference);
  const isList = bases.some((name) => LIST.test(name));
  if (!isList && !bases.some((name) => DETAIL.test(name))) return null;
  const query = queryOf(view, inference);
  const row = query?.value.kind === 'query' ? rowOf(query.value.query, true, !isList) : null;
  const model = row?.kind === 'instance' ? inference.graph.model(row.model) : undefined;
  if (!query || row?.kind !== 'instance' || !model) return null;
  const template = memberText(view, 'template_name', inference);
  const byDefault = `${model.appLabel}/${model.name.toLowerCase()}_${isList ? 'list' : 'detail'}.html`;
  const path = templatePath(template ?? byDefault, file, inference);
  if (!path) return null;
  const value: Value = isList ? query.value : row;
  const names = isList
    ? ['object_list', 'page_obj', 'latest', `${model.name.toLowerCase()}_list`]
    : ['object', model.name.toLowerCase()];
  const own = memberText(view, 'context_object_name', inference);
  const context = new Map([...names, ...(own ? [own] : [])].map((name) => [name, { value, at: query.at }]));
  addExtra(view, inference, context);
  return { template: template ?? byDefault, path, context };
}

/** The query of a view, and what stands in its class for it. */
function queryOf({ file, cls }: ClassAt, inference: Inference): Given | null {
  const { program } = inference;
  const getter = program.member(file, cls, 'get_queryset').symbol;
  if (getter.kind === 'binding') {
    if (getter.binding.kind !== 'function' || getter.file !== file) return null;
    const { node } = getter.binding;
    return { value: inference.valueReturned(file, node), at: { ...node.name, kind: 'Name', id: node.name.text } };
  }
  for (const name of ['queryset', 'model']) {
    const { symbol } = program.member(file, cls, name);
    if (symbol.kind !== 'binding' || symbol.binding.kind !== 'assign' || symbol.file !== file) continue;
    const at = symbol.binding.statement.value;
    const value = inference.valueOf(file, at);
    return { value: value.kind === 'model' ? inference.attributeOf(value, 'objects', file, at) : value, at };
  }
  return null;
}

function memberText({ file, cls }: ClassAt, name: string, { program }: Inference): string | null {
  const { symbol } = program.member(file, cls, name);
  return symbol.kind === 'binding' && symbol.binding.kind === 'assign' ? textOf(symbol.binding.statement.value) : null;
}

/** `context["x"] = …` in `get_context_data`. */
function addExtra({ file, cls }: ClassAt, inference: Inference, context: Map<string, Given>): void {
  const { symbol } = inference.program.member(file, cls, 'get_context_data');
  if (symbol.kind !== 'binding' || symbol.binding.kind !== 'function' || symbol.file !== file) return;
  for (const node of nodesIn(...inference.program.bodyOf(file, symbol.binding.node))) {
    if (node.kind !== 'Assign') continue;
    for (const target of node.targets) {
      const name = target.kind === 'Subscript' ? textOf(target.slice) : null;
      if (name !== null) add(context, name, node.value, file, inference);
    }
  }
}

// ---------------------------------------------------------------- files

/** A template in a folder `templates` or `jinja2`: beside the view or above it, or of a neighbour of those folders. */
export function templatePath(name: string, { path }: SourceFile, { program }: Inference): string | null {
  if (name.startsWith('/') || name.split('/').includes('..')) return null;
  const neighbours = packagesIn(program.paths);
  const { roots } = program.snapshot;
  for (const folder of ancestors(dirname(path))) {
    if (!roots.some((root) => isInside(folder, root))) break;
    for (const each of [folder, ...(neighbours.get(folder) ?? []).slice(0, MAX_NEIGHBOURS)])
      for (const kind of ['templates', 'jinja2']) {
        const found = join(each, kind, name);
        if (program.otherText(found) !== undefined) return found;
      }
  }
  return null;
}

/** Apps beside an app; where there are more, nobody would know which of them is meant. */
const MAX_NEIGHBOURS = 60;

const known = new WeakMap<readonly string[], ReadonlyMap<string, readonly string[]>>();

/** Folders with Python files in them, by the folder that they are in. */
function packagesIn(paths: readonly string[]): ReadonlyMap<string, readonly string[]> {
  let packages = known.get(paths);
  if (packages) return packages;
  const byParent = new Map<string, string[]>();
  for (const folder of new Set(paths.map(dirname))) {
    const siblings = byParent.get(dirname(folder));
    if (siblings) siblings.push(folder);
    else byParent.set(dirname(folder), [folder]);
  }
  known.set(paths, (packages = byParent));
  return packages;
}
