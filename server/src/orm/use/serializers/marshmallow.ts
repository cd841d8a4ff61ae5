/**
 * Schemas of marshmallow, also those that marshmallow-sqlalchemy and Flask-Marshmallow make
 * (https://marshmallow.readthedocs.io/en/stable/nesting.html, https://marshmallow.readthedocs.io/en/stable/quickstart.html#specifying-attribute-names).
 */
import type { Call, Expr } from '../../../python/syntax/nodes.ts';
import type { SourceFile } from '../../../python/types.ts';
import { keyword } from '../../classes.ts';
import type { Inference } from '../../infer.ts';
import type { Instance } from '../../lazyReads.ts';
import { readsOfArgument } from '../../summaries/modelReads.ts';
import {
  assignmentsIn,
  type ClassAt,
  classNamed,
  type DeclaredField,
  declaredFields,
  type FieldRead,
  isTrue,
  MAX_NESTING,
  namesIn,
  rowsOf,
  type SerializedRead,
  readAlong,
} from './serialized.ts';

/** `BookSchema(many=True).dump(books)`, `BookSchema().dump(books, many=True)` */
export function readsOfDump(file: SourceFile, call: Call, inference: Inference): readonly SerializedRead[] {
  const { func } = call;
  if (func.kind !== 'Attribute' || !/^dumps?$/.test(func.attr.text) || !call.args[0]) return [];
  const schema = inference.valueOf(file, func.value);
  const made = schema.kind === 'object' ? madeBy(func.value, file, inference) : null;
  if (schema.kind !== 'object' || !made) return [];
  if (!isTrue(keyword(call, 'many') ?? keyword(made, 'many'))) return [];
  const row = rowsOf(inference.valueOf(file, call.args[0]));
  if (!row) return [];
  return fieldsRead(row, { file: schema.file, cls: schema.cls }, optionsOf(made), inference).map((read) => ({
    ...read,
    at: call,
    serializer: schema.cls.name.text,
  }));
}

/** The call that made a schema, in place or in the variable that holds it. */
function madeBy(expr: Expr, file: SourceFile, { program }: Inference): Call | null {
  if (expr.kind === 'Call') return expr;
  const symbol = expr.kind === 'Name' ? program.resolve(file, expr) : null;
  const value =
    symbol?.kind === 'binding' && symbol.binding.kind === 'assign' && symbol.binding.path.length === 0
      ? symbol.binding.statement.value
      : null;
  return value?.kind === 'Call' ? value : null;
}

/** Which fields are written out; null when that is decided at run time. */
interface Options {
  readonly only: readonly string[] | null;
  readonly exclude: readonly string[];
}

function optionsOf(call: Call): Options | null {
  const [only, exclude] = [keyword(call, 'only'), keyword(call, 'exclude')];
  // `Schema(**options)`, and names that are put together elsewhere.
  if (call.keywords.some(({ name }) => name === null) || call.args.length > 1) return null;
  if ([only, exclude].some((each) => each && namesIn(each) === null)) return null;
  return { only: only && namesIn(only), exclude: (exclude && namesIn(exclude)) ?? [] };
}

const SCHEMA = /^(marshmallow|marshmallow_sqlalchemy|flask_marshmallow)\.(.*\.)?(SQLAlchemyAuto|SQLAlchemy)?Schema$/;

function fieldsRead(
  on: Instance,
  schema: ClassAt,
  options: Options | null,
  inference: Inference,
  depth = 0,
): readonly FieldRead[] {
  const { program } = inference;
  if (!options || depth > MAX_NESTING || !isSchema(schema, inference)) return [];
  // Whoever makes its fields or reads its objects himself reads what he likes.
  const isOwn = (name: string): boolean => program.member(schema.file, schema.cls, name).symbol.kind !== 'unknown';
  if (['__init__', 'get_attribute', 'dump', 'on_bind_field'].some(isOwn)) return [];
  const meta = program.member(schema.file, schema.cls, 'Meta').symbol;
  const listed =
    meta.kind === 'binding' && meta.binding.kind === 'class'
      ? assignmentsIn({ file: meta.file, cls: meta.binding.node }, inference)
      : new Map<string, Expr>();
  const [fields, exclude] = [listed.get('fields'), listed.get('exclude')];
  const names = (fields && namesIn(fields)) ?? null;
  const found: FieldRead[] = [];
  for (const field of declaredFields(schema, inference)) {
    const { name } = field;
    if (names && !names.includes(name)) continue;
    if (options.exclude.includes(name) || (exclude && namesIn(exclude)?.includes(name))) continue;
    const only = options.only?.filter((each) => each === name || each.startsWith(`${name}.`));
    if (field.value && only?.length !== 0)
      found.push(...readsOfField(on, { ...field, value: field.value }, schema, only ?? [], inference, depth));
  }
  return found;
}

function isSchema({ file, cls }: ClassAt, inference: Inference): boolean {
  return inference.program.bases(file, cls).some((base) => {
    if (base.kind === 'external') return SCHEMA.test(base.name);
    // `ma.Schema` of `ma = Marshmallow(app)`
    if (base.kind !== 'unknown' || !base.expr || !base.file) return false;
    const value = inference.valueOf(base.file, base.expr);
    return value.kind === 'external' && SCHEMA.test(value.name.replace('()', ''));
  });
}

function readsOfField(
  on: Instance,
  { file, name, value: call }: DeclaredField & { readonly value: Call },
  schema: ClassAt,
  only: readonly string[],
  inference: Inference,
  depth: number,
): readonly FieldRead[] {
  if (isTrue(keyword(call, 'load_only'))) return [];
  const field = { path: file.path, at: call, name };
  const kind = fieldKind(call, file, inference);
  if (kind === 'Method') return readsOfMethod(on, call, schema, inference).map((read) => ({ ...read, field }));
  if (kind === 'Function' || kind === null) return [];
  const attribute = keyword(call, 'attribute');
  if (attribute && !(attribute.kind === 'Constant' && attribute.type === 'str')) return [];
  const steps = attribute?.kind === 'Constant' ? attribute.value.split('.') : [name];
  const nested = nestedCall(call, kind, file, inference);
  // The end of a path is read as well: of a relation its rows, of a column only what leads there.
  const { reads: found, end: at } = readAlong(on, steps, { field, at: call, file }, inference);
  const of = nested && nestedSchema(nested, file, schema, inference);
  if (!nested || !of || at?.kind !== 'instance' || at === on) return found;
  const given = optionsOf({ ...nested, args: nested.args.slice(0, 1) });
  const inner = only.filter((each) => each.includes('.')).map((each) => each.slice(name.length + 1));
  const options = given && (inner.length > 0 ? { ...given, only: inner } : given);
  const plucked = nestedKind(nested) === 'Pluck' ? nested.args[1] : null;
  if (plucked?.kind === 'Constant' && plucked.type === 'str')
    found.push(...fieldsRead(at, of, { only: [plucked.value], exclude: [] }, inference, depth + 1));
  else if (!plucked) found.push(...fieldsRead(at, of, options, inference, depth + 1));
  return found;
}

/** `Nested` of `fields.Nested(…)`; null for classes of the project. */
function fieldKind(call: Call, file: SourceFile, inference: Inference): string | null {
  const callee = inference.valueOf(file, call.func);
  return callee.kind === 'external' && /^(flask_)?marshmallow/.test(callee.name)
    ? callee.name.split('.').at(-1)!
    : null;
}

function nestedKind(call: Call): string {
  return call.func.kind === 'Attribute' ? call.func.attr.text : call.func.kind === 'Name' ? call.func.id : '';
}

/** `Nested(BookSchema)`, also in `List(Nested(BookSchema))`. */
function nestedCall(call: Call, kind: string, file: SourceFile, inference: Inference): Call | null {
  if (kind === 'Nested' || kind === 'Pluck') return call;
  const inner = kind === 'List' ? call.args[0] : undefined;
  if (inner?.kind !== 'Call') return null;
  const innerKind = fieldKind(inner, file, inference);
  return innerKind === 'Nested' || innerKind === 'Pluck' ? inner : null;
}

/** A schema is named by its class, its name, an object of it, or a function that gives one. */
function nestedSchema(call: Call, file: SourceFile, schema: ClassAt, inference: Inference): ClassAt | null {
  let named = call.args[0];
  if (named?.kind === 'Lambda') named = named.body;
  if (named?.kind === 'Call') named = named.func;
  if (named?.kind === 'Constant' && named.type === 'str') {
    if (named.value === 'self') return schema;
    const name = named.value.split('.').at(-1)!;
    const binding = inference.program.lookup(file.scope, name).at(-1);
    const symbol = binding && inference.program.follow(file, binding);
    return symbol?.kind === 'binding' && symbol.binding.kind === 'class'
      ? { file: symbol.file, cls: symbol.binding.node }
      : null;
  }
  return named ? classNamed(file, named, inference) : null;
}

/** `Method("get_name")` */
function readsOfMethod(on: Instance, call: Call, { file, cls }: ClassAt, inference: Inference) {
  const named = call.args[0] ?? keyword(call, 'serialize');
  if (named?.kind !== 'Constant' || named.type !== 'str') return [];
  const { symbol } = inference.program.member(file, cls, named.value);
  if (symbol.kind !== 'binding' || symbol.binding.kind !== 'function') return [];
  const { node } = symbol.binding;
  const parameter = node.params.args[1];
  return parameter ? readsOfArgument(on, { file: symbol.file, node }, parameter.name.text, inference) : [];
}
