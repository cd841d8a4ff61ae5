/** The edit of a query that makes it load a relation with its rows, as an expert would write it. */
import type { Call, Expr } from '../python/syntax/nodes.ts';
import type { SourceFile } from '../python/types.ts';
import { eagerLoadPlaces } from './eagerLoadPlaces.ts';
import { importEdit } from './importEdit.ts';
import type { Inference } from './infer.ts';
import type { Model, Relation } from './model.ts';
import { leftOut } from './leftOut.ts';
import { isBuiltWith, isInOneFile, type Query } from './values.ts';

export interface EagerLoadFix {
  readonly title: string;
  readonly edits: readonly {
    readonly path: string;
    readonly range: { readonly start: number; readonly end: number };
    readonly newText: string;
  }[];
  readonly isPreferred: boolean;
}

/** `steps` leads from the rows of the query to the relation. null when the edit cannot be made with certainty. */
export function eagerLoadFix(query: Query, steps: readonly string[], inference: Inference): EagerLoadFix | null {
  const path = relationsAlong(query, steps, inference);
  if (!path) return null;
  return query.orm === 'django' ? djangoFix(query, path, inference) : sqlalchemyFix(query, path, inference);
}

/** Over how many collections the steps lead before the last one; each is a loop in the loop over the query's rows. */
export function collectionsBefore(query: Query, steps: readonly string[], inference: Inference): number {
  const path = relationsAlong(query, steps, inference) ?? [];
  return path.slice(0, -1).filter(({ relation }) => relation.cardinality === 'many').length;
}

interface Step {
  readonly owner: Model;
  readonly relation: Relation;
}

function relationsAlong(query: Query, steps: readonly string[], inference: Inference): readonly Step[] | null {
  const first = query.row.find((item) => item.kind === 'instance');
  let owner = first?.kind === 'instance' ? inference.graph.model(first.model) : undefined;
  const path: Step[] = [];
  for (const name of steps) {
    const relation = owner && inference.graph.relation(owner, name);
    if (!owner || !relation) return null;
    path.push({ owner, relation });
    owner = relation.target === null ? undefined : inference.graph.model(relation.target);
  }
  return path.length > 0 ? path : null;
}

// ---------------------------------------------------------------- Django

function djangoFix(query: Query, path: readonly Step[], inference: Inference): EagerLoadFix | null {
  const method = path.every(({ relation }) => relation.cardinality === 'one') ? 'select_related' : 'prefetch_related';
  const quote = quoteOf(query.file);
  const argument = `${quote}${path.map(({ relation }) => relation.name).join('__')}${quote}`;
  const title = `Load ${path.at(-1)!.relation.name} with ${method}`;
  const { queries, isSure } = eagerLoadPlaces(query, inference);
  const edits: EagerLoadFix['edits'][number][] = [];
  for (const each of queries) {
    if (loadsAlready(each, path)) continue;
    const { file, tip } = each;
    const isModel = tip === each.root && inference.valueOf(file, tip).kind === 'model';
    const key = keyEdits(each, path[0]!, quote, inference);
    if (!key) return null;
    edits.push(
      ...key,
      isModel ? querysetBeside(file, tip, `${method}(${argument})`) : optionEdit(each, method, argument),
    );
  }
  return { title, edits, isPreferred: isSure };
}

function loadsAlready({ loads }: Query, path: readonly Step[]): boolean {
  return loads.includes(path.map(({ relation }) => relation.name).join('.'));
}

/**
 * A row that is read without its foreign key cannot be joined with what that points at, and asks for it: what makes the
 * query read it. null when that cannot be added to it
 * (https://docs.djangoproject.com/en/stable/ref/models/querysets/#only).
 */
function keyEdits(query: Query, step: Step, quote: string, inference: Inference): EagerLoadFix['edits'] | null {
  const field = inference.graph.field(step.owner, step.relation.name);
  if (!field || !isBuiltWith(query, /^(only|defer)$/)) return [];
  const left = leftOut(query, field, inference);
  if (!left) return isInOneFile(query) ? [] : null;
  const last = left.list?.args.at(-1);
  return last
    ? [{ path: query.file.path, range: { start: last.end, end: last.end }, newText: `, ${quote}${field.name}${quote}` }]
    : null;
}

/** `model = Book` of a generic view goes on saying what it shows; `queryset` comes before it. */
function querysetBeside(file: SourceFile, model: Expr, call: string): EagerLoadFix['edits'][number] {
  const { path, text } = file;
  const indent = /^[ \t]*/.exec(text.slice(text.lastIndexOf('\n', model.start - 1) + 1, model.start))![0];
  const newText = `\n${indent}queryset = ${text.slice(model.start, model.end)}.objects.${call}`;
  return { path, range: { start: model.end, end: model.end }, newText };
}

// ---------------------------------------------------------------- SQLAlchemy

function sqlalchemyFix(query: Query, path: readonly Step[], inference: Inference): EagerLoadFix | null {
  const loaders = path.map(({ relation }) => (relation.cardinality === 'many' ? 'selectinload' : 'joinedload'));
  const { queries, isSure } = eagerLoadPlaces(query, inference);
  const edits: EagerLoadFix['edits'][number][] = [];
  for (const each of queries) {
    if (loadsAlready(each, path)) continue;
    const option = optionOf(each, path, loaders, inference);
    if (option === null) return null;
    edits.push(optionEdit(each, 'options', option));
  }
  // Only the first loader of the chain is a name; the others are its methods.
  edits.push(...importEdit(inference.program, query.file, 'sqlalchemy.orm', loaders[0]!));
  return { title: `Load ${path.at(-1)!.relation.name} with ${loaders.at(-1)}`, edits, isPreferred: isSure };
}

/** `joinedload(Post.author).selectinload(User.posts)` */
function optionOf(
  query: Query,
  path: readonly Step[],
  loaders: readonly string[],
  inference: Inference,
): string | null {
  const names = path.map(({ owner }, index) =>
    index === 0 ? entityText(query, owner, inference) : nameInFile(query.file, owner, inference),
  );
  if (names.some((name) => name === null)) return null;
  return path.map(({ relation }, index) => `${loaders[index]}(${names[index]}.${relation.name})`).join('.');
}

/** How the query itself names the model: `User`, `models.User`. */
function entityText(query: Query, model: Model, inference: Inference): string | null {
  const { root, rootFile, file } = query;
  if (rootFile !== file) return nameInFile(file, model, inference);
  const candidates: readonly Expr[] = root.kind === 'Call' ? root.args : root.kind === 'Attribute' ? [root.value] : [];
  const found = candidates.find((arg) => {
    const value = inference.valueOf(file, arg);
    return value.kind === 'model' && value.model === model.id;
  });
  return found ? file.text.slice(found.start, found.end) : nameInFile(file, model, inference);
}

/** The model's name where the file can already use it; a fix adds no import of application code. */
export function nameInFile(file: SourceFile, model: Model, inference: Inference): string | null {
  const binding = inference.program.lookup(file.scope, model.name).at(-1);
  if (!binding) return null;
  const value = inference.bindingValue(file, binding);
  return value.kind === 'model' && value.model === model.id ? model.name : null;
}

// ---------------------------------------------------------------- the edit

/** Adds an argument to the chain's last call of `method`, or that call at the end of the chain. */
function optionEdit(query: Query, method: string, argument: string): EagerLoadFix['edits'][number] {
  const { file } = query;
  if (method === 'options' && isGet(query)) return getOptionEdit(query, argument);
  const existing = lastCall(query.tip, method);
  if (existing && existing.args.length > 0) {
    // `a__b` loads `a`, too.
    const shorter = existing.args.find((arg) => isBeginningOf(arg, argument));
    if (shorter) return { path: file.path, range: { start: shorter.start, end: shorter.end }, newText: argument };
    const last = [...existing.args, ...existing.keywords].reduce((a, b) => (a.end > b.end ? a : b));
    return { path: file.path, range: { start: last.end, end: last.end }, newText: `, ${argument}` };
  }
  const added = `${lineBreakBefore(query)}.${method}(${argument})`;
  const { start, end } = query.tip;
  // `a | b`
  if (query.tip.kind === 'BinOp')
    return { path: file.path, range: { start, end }, newText: `(${file.text.slice(start, end)})${added}` };
  return { path: file.path, range: { start: end, end }, newText: added };
}

/** `'user'` of `'user__profile'` */
function isBeginningOf(arg: Expr, argument: string): boolean {
  return arg.kind === 'Constant' && arg.type === 'str' && argument.slice(1).startsWith(`${arg.value}__`);
}

/** `session.get(User, 1)` */
function isGet({ root, tip }: Query): boolean {
  return (
    root === tip && root.kind === 'Call' && root.func.kind === 'Attribute' && /^get(_one)?$/.test(root.func.attr.text)
  );
}

/** `session.get` takes its options as a list (https://docs.sqlalchemy.org/en/20/orm/session_api.html#sqlalchemy.orm.Session.get). */
function getOptionEdit({ tip, file }: Query, option: string): EagerLoadFix['edits'][number] {
  const call = tip as Call;
  const list = call.keywords.find(({ name }) => name?.text === 'options')?.value;
  const last = list && 'elts' in list ? list.elts.at(-1) : undefined;
  const at = last?.end ?? (call.keywords.at(-1) ?? call.args.at(-1))!.end;
  return {
    path: file.path,
    range: { start: at, end: at },
    newText: last ? `, ${option}` : `, options=[${option}]`,
  };
}

function lastCall(tip: Expr, method: string): Call | null {
  let current: Expr = tip;
  for (;;) {
    if (current.kind === 'Call' && current.func.kind === 'Attribute') {
      if (current.func.attr.text === method) return current;
      current = current.func.value;
    } else if (current.kind === 'Subscript' || current.kind === 'Await') current = current.value;
    else return null;
  }
}

/** A chain written one call a line goes on that way. */
function lineBreakBefore({ tip, file }: Query): string {
  if (tip.kind !== 'Call' || tip.func.kind !== 'Attribute') return '';
  const between = file.text.slice(tip.func.value.end, tip.func.attr.start);
  const match = /( ?\\?\r?\n[ \t]*)\.$/.exec(between);
  return match ? match[1]! : '';
}

const quotes = new WeakMap<SourceFile, { readonly text: string; readonly quote: string }>();

/** The quote the file uses most. */
export function quoteOf(file: SourceFile): string {
  let known = quotes.get(file);
  if (known?.text !== file.text) quotes.set(file, (known = { text: file.text, quote: mostUsedQuote(file.text) }));
  return known.quote;
}

function mostUsedQuote(text: string): string {
  let single = 0;
  let double = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 39) single++;
    else if (code === 34) double++;
  }
  return single > double ? "'" : '"';
}
