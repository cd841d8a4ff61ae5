/** What a framework calls for each row that it shows, and the relations that this loads row by row. */
import type { TextRange } from '../../base/text.ts';
import type { Assign, Expr } from '../../python/syntax/nodes.ts';
import type { SourceFile } from '../../python/types.ts';
import type { Unit } from '../../python/units.ts';
import type { Inference } from '../infer.ts';
import { type Instance, type LazyRelation, lazyRelation } from '../lazyReads.ts';
import type { Model } from '../model.ts';
import { readsOfArgument, readsOfMember } from '../summaries/modelReads.ts';
import { rowOf, type Query } from '../values.ts';
import { assignmentsIn, type ClassAt, libraryBases, namesIn, rowsOf } from './serializers/serialized.ts';

export interface CallbackRead extends LazyRelation {
  readonly by: 'admin' | 'feed';
  /** The name in `list_display`, or the method of a feed. */
  readonly at: TextRange;
  readonly name: string;
  /** Where it is read when that is not here. */
  readonly distant: { readonly path: string; readonly at: TextRange } | null;
  /** What the admin would have to select with its list; null for a feed, and where no such list can be written. */
  readonly selecting: Selecting | null;
}

/** `list_select_related`, which replaces what the admin selects by itself. */
export interface Selecting {
  readonly paths: readonly string[];
  /** The list that is there already; null where it must be written, behind `after`. */
  readonly list: Expr | null;
  readonly after: Assign;
}

/** Each relation once. */
export function callbackReads({ node }: Unit, file: SourceFile, inference: Inference): readonly CallbackRead[] {
  if (node.kind !== 'ClassDef') return [];
  const cls = { file, cls: node };
  const bases = libraryBases(cls, inference);
  const found = bases.some((name) => /^django\.contrib\.admin\.(options\.)?ModelAdmin$/.test(name))
    ? readsOfAdmin(cls, inference)
    : bases.some((name) => /^django\.contrib\.syndication\.views\.Feed$/.test(name))
      ? readsOfFeed(cls, inference)
      : [];
  const seen = new Set<string>();
  return found.filter(({ steps }) => !seen.has(steps.join('.')) && seen.add(steps.join('.')));
}

type Read = LazyRelation & Pick<CallbackRead, 'distant'>;

function distant(reads: ReturnType<typeof readsOfArgument>): readonly Read[] {
  return reads.map((read) => ({ ...read, distant: { path: read.file.path, at: read.node } }));
}

// ---------------------------------------------------------------- the admin's lists

/** What decides at run time which columns are shown, or what is loaded with the rows. */
const DECIDES = ['get_queryset', 'get_list_display', 'get_list_select_related', 'get_changelist'];

/** https://docs.djangoproject.com/en/stable/ref/contrib/admin/#django.contrib.admin.ModelAdmin.list_select_related */
function readsOfAdmin(admin: ClassAt, inference: Inference): readonly CallbackRead[] {
  const { program, graph } = inference;
  const isOwn = (name: string): boolean => program.member(admin.file, admin.cls, name).symbol.kind !== 'unknown';
  const model = DECIDES.some(isOwn) ? undefined : modelOf(admin, inference);
  const display = columnsOf(admin);
  if (!model || !display) return [];
  const selected = selectedWith(admin, model, display.names, inference);
  if (!selected) return [];
  const query: Query = {
    ...{ orm: 'django', form: 'queryset', instances: true, via: null, before: null },
    row: [{ kind: 'instance', model: model.id, origin: null }],
    ...{ loads: selected.loads, loadsUnknown: false },
    ...{ root: display.at, tip: display.at, rootFile: admin.file, file: admin.file },
  };
  const row = rowOf(query, true, false);
  if (row.kind !== 'instance') return [];
  const found: (Read & Pick<CallbackRead, 'at' | 'name'>)[] = [];
  for (const [i, name] of display.names.entries()) {
    const at = display.at.elts[i]!;
    found.push(...readsOfColumn(row, name, at, admin, inference).map((read) => ({ ...read, at, name })));
  }
  const columns = display.names.filter((name) => graph.relation(model, name)?.cardinality === 'one');
  return found.map((read) => ({ ...read, by: 'admin', selecting: selecting(read, columns, found) }));

  function selecting(read: Read, shown: readonly string[], all: readonly Read[]): Selecting | null {
    if (!display || !selected || selected.isEverything || !isSelectable(read, model!, inference)) return null;
    const paths = [read, ...all]
      .filter((each) => isSelectable(each, model!, inference))
      .map(({ steps }) => steps.join('__'));
    // The list replaces what is selected without one.
    const needed = selected.list ? paths : [...shown, ...paths];
    return { paths: [...new Set(needed)], list: selected.list, after: display.statement };
  }
}

/** `@admin.register(Book)`, or `admin.site.register(Book, BookAdmin)` in the same file. */
function modelOf({ file, cls }: ClassAt, inference: Inference): Model | undefined {
  const named = (expr: Expr | undefined): Model | undefined => {
    const value = expr && inference.valueOf(file, expr);
    return value?.kind === 'model' ? inference.graph.model(value.model) : undefined;
  };
  for (const decorator of cls.decorators)
    if (decorator.kind === 'Call' && decorator.args.length === 1 && isRegister(decorator.func))
      return named(decorator.args[0]);
  for (const statement of file.module.body) {
    if (statement.kind !== 'Expr' || statement.value.kind !== 'Call' || !isRegister(statement.value.func)) continue;
    inference.program.noteUnit(file, statement.start);
    const [model, admin] = statement.value.args;
    if (admin?.kind === 'Name' && admin.id === cls.name.text) return named(model);
  }
  return undefined;
}

function isRegister(func: Expr): boolean {
  return func.kind === 'Attribute' ? func.attr.text === 'register' : func.kind === 'Name' && func.id === 'register';
}

interface Columns {
  readonly at: Expr & { readonly elts: readonly Expr[] };
  readonly names: readonly string[];
  readonly statement: Assign;
}

/** Only where they are listed in the class itself. */
function columnsOf({ cls }: ClassAt): Columns | null {
  const statement = cls.body.find(
    (each): each is Assign =>
      each.kind === 'Assign' && each.targets.some((target) => target.kind === 'Name' && target.id === 'list_display'),
  );
  const names = statement && namesIn(statement.value);
  return statement && names ? { at: statement.value as Columns['at'], names, statement } : null;
}

interface Selected {
  readonly loads: readonly string[];
  readonly list: Expr | null;
  /** `list_select_related = True` */
  readonly isEverything: boolean;
}

/** What the admin selects with its rows; null when that cannot be read. */
function selectedWith(admin: ClassAt, model: Model, columns: readonly string[], inference: Inference): Selected | null {
  const own = assignmentsIn(admin, inference).get('list_select_related');
  const { symbol } = inference.program.member(admin.file, admin.cls, 'list_select_related');
  // Inherited: it is read where it is written.
  if (!own && symbol.kind !== 'unknown') return null;
  const paths = own ? namesIn(own) : null;
  if (own && paths) return { loads: paths.flatMap(prefixes), list: own, isEverything: false };
  if (own && own.kind !== 'Constant') return null;
  const isTrue = own?.kind === 'Constant' && own.value === true;
  const showsRelation = columns.some((name) => inference.graph.relation(model, name)?.cardinality === 'one');
  const loads = isTrue || showsRelation ? withoutNulls(model, inference) : [];
  return { loads, list: null, isEverything: own !== undefined };
}

/** What `select_related()` without arguments follows: foreign keys that may not be null, five deep at most. */
function withoutNulls(model: Model, inference: Inference, before: readonly string[] = []): readonly string[] {
  if (before.length >= 3) return [];
  return model.relations.flatMap((relation) => {
    if (relation.direction !== 'forward' || relation.cardinality !== 'one' || relation.nullable) return [];
    const steps = [...before, relation.name];
    const target = relation.target === null ? undefined : inference.graph.model(relation.target);
    return [steps.join('.'), ...(target ? withoutNulls(target, inference, steps) : [])];
  });
}

function prefixes(path: string): readonly string[] {
  const steps = path.split('__');
  return steps.map((_, i) => steps.slice(0, i + 1).join('.'));
}

function readsOfColumn(row: Instance, name: string, at: Expr, admin: ClassAt, inference: Inference): readonly Read[] {
  const model = inference.graph.model(row.model)!;
  if (inference.graph.relation(model, name)) {
    const lazy = lazyRelation(row, name, [], inference);
    const of = inference.attributeOf(row, name, admin.file, at);
    // It is shown as its text.
    const text = of.kind === 'instance' ? distant(readsOfMember(of, '__str__', true, inference)) : [];
    return [...(lazy ? [{ ...lazy, distant: null }] : []), ...text];
  }
  const { symbol } = inference.program.member(admin.file, admin.cls, name);
  if (symbol.kind === 'binding' && symbol.binding.kind === 'function') {
    const { node } = symbol.binding;
    const parameter = node.params.args[1];
    return parameter ? distant(readsOfArgument(row, { file: symbol.file, node }, parameter.name.text, inference)) : [];
  }
  return distant([...readsOfMember(row, name, true, inference), ...readsOfMember(row, name, false, inference)]);
}

/** Whether `select_related` can load it: one object at the end of single objects. */
function isSelectable({ steps }: Read, of: Model, { graph }: Inference): boolean {
  let model: Model | undefined = of;
  for (const name of steps) {
    const relation: ReturnType<typeof graph.relation> = model && graph.relation(model, name);
    if (relation?.cardinality !== 'one') return false;
    model = relation.target === null ? undefined : graph.model(relation.target);
  }
  return true;
}

// ---------------------------------------------------------------- feeds

/** https://docs.djangoproject.com/en/stable/ref/contrib/syndication/ */
function readsOfFeed(feed: ClassAt, inference: Inference): readonly CallbackRead[] {
  const { symbol } = inference.program.member(feed.file, feed.cls, 'items');
  if (symbol.kind !== 'binding' || symbol.binding.kind !== 'function' || symbol.file !== feed.file) return [];
  const row = rowsOf(inference.valueReturned(symbol.file, symbol.binding.node));
  if (!row) return [];
  const called = (at: TextRange, name: string, reads: ReturnType<typeof readsOfArgument>): readonly CallbackRead[] =>
    distant(reads).map((read) => ({ ...read, by: 'feed', at, name, selecting: null }));
  const found: CallbackRead[] = [];
  for (const [name, member] of BY_DEFAULT)
    if (inference.program.member(feed.file, feed.cls, name).symbol.kind === 'unknown')
      found.push(...called(symbol.binding.node.name, member, readsOfMember(row, member, true, inference)));
  for (const node of feed.cls.body) {
    const parameter = node.kind === 'FunctionDef' ? node.params.args[1] : undefined;
    if (node.kind !== 'FunctionDef' || !node.name.text.startsWith('item_') || !parameter) continue;
    const reads = readsOfArgument(row, { file: feed.file, node }, parameter.name.text, inference);
    found.push(...called(node.name, node.name.text, reads));
  }
  return found;
}

/** What a feed asks its items for where it has no method of its own. */
const BY_DEFAULT = [
  ['item_title', '__str__'],
  ['item_link', 'get_absolute_url'],
] as const;
