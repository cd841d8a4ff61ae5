/** What `Mapped[...]` says about an attribute. */
import type { Call, Expr } from '../../python/syntax/nodes.ts';
import { assignedValue, dottedName, type Classes } from '../classes.ts';
import { inside, pieceOf, pieceText, unquoted, type Piece } from '../pieces.ts';
import { libraryName } from './names.ts';

export interface Annotation {
  /** null: no `Mapped` at all. */
  readonly container: 'Mapped' | 'WriteOnlyMapped' | 'DynamicMapped' | null;
  readonly optional: boolean;
  readonly collection: boolean;
  /** The innermost type: `Post` of `Mapped[list["Post"]]`. */
  readonly target: Piece;
  /** The type as a reader says it: `int`, `str50`, `list[Post]`. */
  readonly text: string;
  /** `mapped_column(...)` calls of `Annotated` types, the outermost first. */
  readonly columns: readonly { readonly piece: Piece; readonly call: Call }[];
}

const CONTAINERS = /^(Mapped|WriteOnlyMapped|DynamicMapped)$/;
const COLLECTIONS =
  /^(list|List|set|Set|frozenset|FrozenSet|Sequence|MutableSequence|Collection|Iterable|dict|Dict|Mapping|MutableMapping|InstrumentedList|InstrumentedSet|deque|KeyFuncDict|OrderedSet)$/;

export function readAnnotation(classes: Classes, written: Piece): Annotation {
  const piece = unquoted(written);
  const expr = piece.expr;
  if (expr.kind === 'Subscript') {
    const name =
      libraryName(classes, piece.file, expr.value, piece.scope) ?? dottedName(expr.value)?.split('.').at(-1) ?? '';
    if (CONTAINERS.test(name)) {
      return { ...readType(classes, inside(piece, expr.slice), 0), container: name as 'Mapped' };
    }
  }
  return readType(classes, piece, 0);
}

function readType(classes: Classes, written: Piece, depth: number): Annotation {
  const piece = unquoted(written);
  const { expr } = piece;
  const plain: Annotation = {
    container: null,
    optional: false,
    collection: false,
    target: piece,
    text: pieceText(piece),
    columns: [],
  };
  if (depth > 10) return plain;
  const inner = (each: Expr): Annotation => readType(classes, inside(piece, each), depth + 1);
  if (expr.kind === 'BinOp' && expr.op === '|') return union([expr.left, expr.right], inner, plain);
  if (expr.kind === 'Subscript') {
    const name = dottedName(expr.value)?.split('.').at(-1) ?? '';
    if (name === 'Optional') return { ...inner(expr.slice), optional: true };
    if (name === 'Union') return union(expr.slice.kind === 'Tuple' ? expr.slice.elts : [expr.slice], inner, plain);
    if (name === 'Annotated' && expr.slice.kind === 'Tuple') return annotated(classes, piece, expr.slice.elts, inner);
    if (CONTAINERS.test(name)) return inner(expr.slice);
    if (COLLECTIONS.test(name)) {
      const element = expr.slice.kind === 'Tuple' ? expr.slice.elts.at(-1) : expr.slice;
      return element ? { ...inner(element), optional: false, collection: true, text: plain.text } : plain;
    }
    return plain;
  }
  return alias(classes, piece, depth) ?? plain;
}

function union(parts: readonly Expr[], inner: (expr: Expr) => Annotation, plain: Annotation): Annotation {
  const isNone = (part: Expr): boolean => part.kind === 'Constant' && part.type === 'None';
  const rest = parts.filter((part) => !isNone(part));
  const first = rest[0];
  if (!first) return plain;
  const read = rest.map(inner);
  const optional = rest.length < parts.length || read.some((each) => each.optional);
  return { ...read[0]!, optional, text: read.map((each) => each.text).join(' | ') };
}

function annotated(
  classes: Classes,
  piece: Piece,
  parts: readonly Expr[],
  inner: (expr: Expr) => Annotation,
): Annotation {
  const [type, ...metadata] = parts;
  const read = inner(type!);
  const columns = metadata.flatMap((expr) =>
    expr.kind === 'Call' &&
    /^(mapped_column|Column)$/.test(libraryName(classes, piece.file, expr.func, piece.scope) ?? '')
      ? [{ piece: inside(piece, expr), call: expr }]
      : [],
  );
  return { ...read, columns: [...columns, ...read.columns] };
}

/** `intpk = Annotated[int, mapped_column(primary_key=True)]`, `type Name = …`: what the name stands for. */
function alias(classes: Classes, piece: Piece, depth: number): Annotation | null {
  if (piece.expr.kind !== 'Name' && piece.expr.kind !== 'Attribute') return null;
  const symbol = classes.program.resolve(piece.file, piece.expr, piece.scope);
  if (symbol.kind !== 'binding') return null;
  const { binding, file } = symbol;
  const value = binding.kind === 'typeAlias' ? binding.statement.value : assignedValue(binding);
  if (!value) return null;
  const read = readType(classes, pieceOf(file, binding.scope, value), depth + 1);
  // `str50 = Annotated[str, 50]` gets its type from the base's `type_annotation_map`, so its own name says more.
  const isNamedType =
    read.columns.length === 0 && value.kind === 'Subscript' && dottedName(value.value)?.endsWith('Annotated');
  return isNamedType ? { ...read, text: pieceText(piece) } : read;
}
