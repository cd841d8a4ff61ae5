/**
 * The syntax tree of Python 3.8 to 3.14.
 *
 * Kinds, fields and ranges are those of CPython's own `ast` module (https://docs.python.org/3/library/ast.html),
 * so a test can compare node by node. What differs, on purpose:
 * - offsets are UTF-16 offsets into the text (`start` inclusive, `end` exclusive), not lines and columns;
 * - names that an editor has to point at are `Identifier`s with a range of their own;
 * - code that cannot be parsed becomes `Missing` (nothing stands where something must) or `Invalid`
 *   (text that fits nowhere), so that everything around it survives;
 * - there is no expression context (Load, Store, Del): position says it.
 * Trees hold no parent links; see `visit.ts` for walking with ancestors.
 */
import type { TextRange } from '../../base/text.ts';

export interface Identifier extends TextRange {
  /** Empty when the name is missing in half-typed code. */
  readonly text: string;
}

// ---------------------------------------------------------------- module

export interface Module extends TextRange {
  readonly kind: 'Module';
  readonly body: readonly Stmt[];
}

// ---------------------------------------------------------------- statements

/** `start` is at `def`, `async` or `class`, as in CPython; decorators stand before it. */
export interface FunctionDef extends TextRange {
  readonly kind: 'FunctionDef';
  readonly isAsync: boolean;
  readonly name: Identifier;
  readonly typeParams: readonly TypeParam[];
  readonly params: Parameters;
  readonly returns: Expr | null;
  readonly body: readonly Stmt[];
  readonly decorators: readonly Expr[];
}

export interface ClassDef extends TextRange {
  readonly kind: 'ClassDef';
  readonly name: Identifier;
  readonly typeParams: readonly TypeParam[];
  readonly bases: readonly Expr[];
  readonly keywords: readonly Keyword[];
  readonly body: readonly Stmt[];
  readonly decorators: readonly Expr[];
}

export interface Return extends TextRange { readonly kind: 'Return'; readonly value: Expr | null }
export interface Delete extends TextRange { readonly kind: 'Delete'; readonly targets: readonly Expr[] }
export interface Assign extends TextRange { readonly kind: 'Assign'; readonly targets: readonly Expr[]; readonly value: Expr }
export interface AugAssign extends TextRange { readonly kind: 'AugAssign'; readonly target: Expr; readonly op: Operator; readonly value: Expr }
/** `simple` is true for a bare name that is not in parentheses. */
export interface AnnAssign extends TextRange { readonly kind: 'AnnAssign'; readonly target: Expr; readonly annotation: Expr; readonly value: Expr | null; readonly simple: boolean }
export interface TypeAlias extends TextRange { readonly kind: 'TypeAlias'; readonly name: Expr; readonly typeParams: readonly TypeParam[]; readonly value: Expr }
export interface For extends TextRange { readonly kind: 'For'; readonly isAsync: boolean; readonly target: Expr; readonly iter: Expr; readonly body: readonly Stmt[]; readonly orelse: readonly Stmt[] }
export interface While extends TextRange { readonly kind: 'While'; readonly test: Expr; readonly body: readonly Stmt[]; readonly orelse: readonly Stmt[] }
/** `elif` is an `If` alone in `orelse` that starts at the word `elif`, as in CPython. */
export interface If extends TextRange { readonly kind: 'If'; readonly test: Expr; readonly body: readonly Stmt[]; readonly orelse: readonly Stmt[] }
export interface With extends TextRange { readonly kind: 'With'; readonly isAsync: boolean; readonly items: readonly WithItem[]; readonly body: readonly Stmt[] }
export interface Match extends TextRange { readonly kind: 'Match'; readonly subject: Expr; readonly cases: readonly MatchCase[] }
export interface Raise extends TextRange { readonly kind: 'Raise'; readonly exc: Expr | null; readonly cause: Expr | null }
/** `star` marks `except*`. */
export interface Try extends TextRange { readonly kind: 'Try'; readonly star: boolean; readonly body: readonly Stmt[]; readonly handlers: readonly ExceptHandler[]; readonly orelse: readonly Stmt[]; readonly finalbody: readonly Stmt[] }
export interface Assert extends TextRange { readonly kind: 'Assert'; readonly test: Expr; readonly msg: Expr | null }
export interface Import extends TextRange { readonly kind: 'Import'; readonly names: readonly Alias[] }
/** `from ..a.b import c`: `level` counts the dots, `module` is the dotted rest or null. */
export interface ImportFrom extends TextRange { readonly kind: 'ImportFrom'; readonly level: number; readonly module: Identifier | null; readonly names: readonly Alias[] }
export interface Global extends TextRange { readonly kind: 'Global'; readonly names: readonly Identifier[] }
export interface Nonlocal extends TextRange { readonly kind: 'Nonlocal'; readonly names: readonly Identifier[] }
export interface ExprStmt extends TextRange { readonly kind: 'Expr'; readonly value: Expr }
export interface Pass extends TextRange { readonly kind: 'Pass' }
export interface Break extends TextRange { readonly kind: 'Break' }
export interface Continue extends TextRange { readonly kind: 'Continue' }
/** Text that is no statement; `parts` are the expressions that could still be read in it. */
export interface InvalidStmt extends TextRange { readonly kind: 'InvalidStmt'; readonly parts: readonly Expr[]; readonly body: readonly Stmt[] }

export type Stmt =
  | FunctionDef | ClassDef | Return | Delete | Assign | AugAssign | AnnAssign | TypeAlias | For | While | If | With
  | Match | Raise | Try | Assert | Import | ImportFrom | Global | Nonlocal | ExprStmt | Pass | Break | Continue | InvalidStmt;

// ---------------------------------------------------------------- parts of statements

export interface Parameters extends TextRange {
  readonly kind: 'Parameters';
  readonly posonly: readonly Parameter[];
  readonly args: readonly Parameter[];
  readonly vararg: Parameter | null;
  readonly kwonly: readonly Parameter[];
  readonly kwarg: Parameter | null;
}
/** Range as CPython's `arg`: the name and its annotation, without star and default. */
export interface Parameter extends TextRange { readonly kind: 'Parameter'; readonly name: Identifier; readonly annotation: Expr | null; readonly default: Expr | null }
/** `name` is null for `**mapping`. */
export interface Keyword extends TextRange { readonly kind: 'Keyword'; readonly name: Identifier | null; readonly value: Expr }
/** `name` may be dotted in `import a.b`, and is `*` in `from a import *`. */
export interface Alias extends TextRange { readonly kind: 'Alias'; readonly name: Identifier; readonly asName: Identifier | null }
export interface WithItem extends TextRange { readonly kind: 'WithItem'; readonly context: Expr; readonly target: Expr | null }
export interface MatchCase extends TextRange { readonly kind: 'MatchCase'; readonly pattern: Pattern; readonly guard: Expr | null; readonly body: readonly Stmt[] }
export interface ExceptHandler extends TextRange { readonly kind: 'ExceptHandler'; readonly type: Expr | null; readonly name: Identifier | null; readonly body: readonly Stmt[] }
export interface Comprehension extends TextRange { readonly kind: 'Comprehension'; readonly isAsync: boolean; readonly target: Expr; readonly iter: Expr; readonly ifs: readonly Expr[] }
/** `T: bound = default`, `*Ts = default`, `**P = default`. */
export interface TypeParam extends TextRange { readonly kind: 'TypeVar' | 'TypeVarTuple' | 'ParamSpec'; readonly name: Identifier; readonly bound: Expr | null; readonly default: Expr | null }

export type Pattern = MatchValue | MatchSingleton | MatchSequence | MatchMapping | MatchClass | MatchStar | MatchAs | MatchOr;
export interface MatchValue extends TextRange { readonly kind: 'MatchValue'; readonly value: Expr }
export interface MatchSingleton extends TextRange { readonly kind: 'MatchSingleton'; readonly value: true | false | null }
export interface MatchSequence extends TextRange { readonly kind: 'MatchSequence'; readonly patterns: readonly Pattern[] }
export interface MatchMapping extends TextRange { readonly kind: 'MatchMapping'; readonly keys: readonly Expr[]; readonly patterns: readonly Pattern[]; readonly rest: Identifier | null }
export interface MatchClass extends TextRange { readonly kind: 'MatchClass'; readonly cls: Expr; readonly patterns: readonly Pattern[]; readonly kwdAttrs: readonly Identifier[]; readonly kwdPatterns: readonly Pattern[] }
export interface MatchStar extends TextRange { readonly kind: 'MatchStar'; readonly name: Identifier | null }
/** `pattern as name`, a bare capture `name`, or the wildcard `_` (both null). */
export interface MatchAs extends TextRange { readonly kind: 'MatchAs'; readonly pattern: Pattern | null; readonly name: Identifier | null }
export interface MatchOr extends TextRange { readonly kind: 'MatchOr'; readonly patterns: readonly Pattern[] }

// ---------------------------------------------------------------- expressions

export interface BoolOp extends TextRange { readonly kind: 'BoolOp'; readonly op: 'and' | 'or'; readonly values: readonly Expr[] }
/** `name := value` */
export interface NamedExpr extends TextRange { readonly kind: 'NamedExpr'; readonly target: Expr; readonly value: Expr }
export type Operator = '+' | '-' | '*' | '@' | '/' | '%' | '**' | '<<' | '>>' | '|' | '^' | '&' | '//';
export interface BinOp extends TextRange { readonly kind: 'BinOp'; readonly left: Expr; readonly op: Operator; readonly right: Expr }
export interface UnaryOp extends TextRange { readonly kind: 'UnaryOp'; readonly op: '~' | 'not' | '+' | '-'; readonly operand: Expr }
export interface Lambda extends TextRange { readonly kind: 'Lambda'; readonly params: Parameters; readonly body: Expr }
/** `body if test else orelse` */
export interface IfExp extends TextRange { readonly kind: 'IfExp'; readonly test: Expr; readonly body: Expr; readonly orelse: Expr }
/** A null key is `**value`. */
export interface Dict extends TextRange { readonly kind: 'Dict'; readonly keys: readonly (Expr | null)[]; readonly values: readonly Expr[] }
export interface SetExpr extends TextRange { readonly kind: 'Set'; readonly elts: readonly Expr[] }
export interface ListComp extends TextRange { readonly kind: 'ListComp'; readonly elt: Expr; readonly generators: readonly Comprehension[] }
export interface SetComp extends TextRange { readonly kind: 'SetComp'; readonly elt: Expr; readonly generators: readonly Comprehension[] }
export interface DictComp extends TextRange { readonly kind: 'DictComp'; readonly key: Expr; readonly value: Expr; readonly generators: readonly Comprehension[] }
export interface GeneratorExp extends TextRange { readonly kind: 'GeneratorExp'; readonly elt: Expr; readonly generators: readonly Comprehension[] }
export interface Await extends TextRange { readonly kind: 'Await'; readonly value: Expr }
export interface Yield extends TextRange { readonly kind: 'Yield'; readonly value: Expr | null }
export interface YieldFrom extends TextRange { readonly kind: 'YieldFrom'; readonly value: Expr }
export type CompareOp = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'is' | 'is not' | 'in' | 'not in';
export interface Compare extends TextRange { readonly kind: 'Compare'; readonly left: Expr; readonly ops: readonly CompareOp[]; readonly comparators: readonly Expr[] }
export interface Call extends TextRange { readonly kind: 'Call'; readonly func: Expr; readonly args: readonly Expr[]; readonly keywords: readonly Keyword[] }
/** One `{value!r:spec}` of an f-string or t-string. */
export interface FormattedValue extends TextRange { readonly kind: 'FormattedValue'; readonly value: Expr; readonly conversion: 's' | 'r' | 'a' | null; readonly formatSpec: JoinedStr | null; readonly debug: boolean }
/** An f-string, or adjacent strings of which at least one is an f-string. */
export interface JoinedStr extends TextRange { readonly kind: 'JoinedStr'; readonly values: readonly (Constant | FormattedValue)[] }
/** A t-string (PEP 750). */
export interface TemplateStr extends TextRange { readonly kind: 'TemplateStr'; readonly values: readonly (Constant | FormattedValue)[] }
/** `value` of a string is decoded; of bytes, one character a byte; of a number, its source text (read it with `constants.ts`). */
export type Constant = TextRange & { readonly kind: 'Constant' } & (
  | { readonly type: 'str'; readonly value: string }
  | { readonly type: 'bytes'; readonly value: string }
  | { readonly type: 'int' | 'float' | 'complex'; readonly value: string }
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'None' | 'Ellipsis'; readonly value: null });
export interface Attribute extends TextRange { readonly kind: 'Attribute'; readonly value: Expr; readonly attr: Identifier }
export interface Subscript extends TextRange { readonly kind: 'Subscript'; readonly value: Expr; readonly slice: Expr }
export interface Starred extends TextRange { readonly kind: 'Starred'; readonly value: Expr }
export interface Name extends TextRange { readonly kind: 'Name'; readonly id: string }
export interface List extends TextRange { readonly kind: 'List'; readonly elts: readonly Expr[] }
export interface Tuple extends TextRange { readonly kind: 'Tuple'; readonly elts: readonly Expr[] }
export interface Slice extends TextRange { readonly kind: 'Slice'; readonly lower: Expr | null; readonly upper: Expr | null; readonly step: Expr | null }
/** An empty range where an expression must stand. */
export interface Missing extends TextRange { readonly kind: 'Missing' }
/** Text that is no expression. */
export interface Invalid extends TextRange { readonly kind: 'Invalid'; readonly parts: readonly Expr[] }

export type Expr =
  | BoolOp | NamedExpr | BinOp | UnaryOp | Lambda | IfExp | Dict | SetExpr | ListComp | SetComp | DictComp | GeneratorExp
  | Await | Yield | YieldFrom | Compare | Call | FormattedValue | JoinedStr | TemplateStr | Constant | Attribute
  | Subscript | Starred | Name | List | Tuple | Slice | Missing | Invalid;

export type Node =
  | Module | Stmt | Expr | Parameters | Parameter | Keyword | Alias | WithItem | MatchCase | ExceptHandler
  | Comprehension | TypeParam | Pattern;

export type NodeKind = Node['kind'];

// ---------------------------------------------------------------- result of parsing

export interface SyntaxProblem extends TextRange {
  /** A sentence a user can act on: `'(' was never closed`. */
  readonly message: string;
}

export interface Comment extends TextRange {
  /** With the `#`. */
  readonly text: string;
}

export interface ParsedModule {
  readonly module: Module;
  /** At most one for each offset, by offset. */
  readonly problems: readonly SyntaxProblem[];
  readonly comments: readonly Comment[];
  /**
   * Broken lines whose end was guessed, each with all the text that was looked at for it, and the rest of blocks whose
   * indentation changes halfway; by offset. Together they are as long as the text when something far away may be to
   * blame, such as a string that is never closed.
   */
  readonly guesses: readonly TextRange[];
}
