/**
 * What the Python front knows about a workspace: files, scopes, and what names mean across files.
 * It knows no ORM. Everything here is a pure function of a snapshot.
 */
import type { Dependency, Recorder } from '../base/recorder.ts';
import type { LineIndex, TextRange } from '../base/text.ts';
import type { Snapshot } from '../workspace/snapshot.ts';
import type { Declarations } from './declaring.ts';
import type { SelfAssignment } from './selfAttributes.ts';
import type {
  Alias,
  ClassDef,
  Comprehension,
  ExceptHandler,
  Expr,
  For,
  FunctionDef,
  Import,
  ImportFrom,
  Lambda,
  Module,
  NamedExpr,
  Parameter,
  ParsedModule,
  Stmt,
  TypeParam,
  WithItem,
  AnnAssign,
  Assign,
  AugAssign,
  Pattern,
  TypeAlias,
} from './syntax/nodes.ts';

/** One Python file of the workspace, an unsaved text, or the cells of one notebook as one text. Cached by text version. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
  readonly lines: LineIndex;
  readonly parsed: ParsedModule;
  readonly module: Module;
  readonly scope: Scope;
  /** Dotted name as its own imports see it: `app.models`, `shop.views`; from the nearest import root. */
  readonly moduleName: string;
  /** `__init__.py`: relative imports start here, not in the parent. */
  readonly isPackage: boolean;
}

/**
 * `typeParams` holds the type parameters of a generic class, function or alias: it stands between it and the scope
 * around it, so that annotations, bases and methods all see them.
 */
export type ScopeKind = 'module' | 'class' | 'function' | 'lambda' | 'comprehension' | 'typeParams';

export interface Scope {
  readonly kind: ScopeKind;
  readonly node: Module | ClassDef | FunctionDef | Lambda | TypeAlias | Expr;
  readonly parent: Scope | null;
  readonly children: readonly Scope[];
  readonly range: TextRange;
  /** Every place that binds a name in this scope, in text order. */
  readonly bindings: ReadonlyMap<string, readonly Binding[]>;
  /** Names declared `global` or `nonlocal` here. */
  readonly outerNames: ReadonlyMap<string, 'global' | 'nonlocal'>;
}

/** One place where a name gets a value. `range` is that of the name itself. */
export type Binding = { readonly name: string; readonly range: TextRange; readonly scope: Scope } & (
  | { readonly kind: 'import'; readonly statement: Import; readonly alias: Alias }
  | { readonly kind: 'importFrom'; readonly statement: ImportFrom; readonly alias: Alias }
  | { readonly kind: 'function'; readonly node: FunctionDef }
  | { readonly kind: 'class'; readonly node: ClassDef }
  /**
   * `path` leads from the value to this name in a tuple target: `a, (b, c) = v` gives c the path [1, 1].
   * In `a, *b, c = v`, c has [-1] and b, which is no single element, [Infinity].
   */
  | { readonly kind: 'assign'; readonly statement: Assign; readonly path: readonly number[] }
  | { readonly kind: 'annAssign'; readonly statement: AnnAssign }
  | { readonly kind: 'augAssign'; readonly statement: AugAssign }
  | { readonly kind: 'for'; readonly statement: For; readonly path: readonly number[] }
  | { readonly kind: 'comprehension'; readonly node: Comprehension; readonly path: readonly number[] }
  | { readonly kind: 'with'; readonly item: WithItem; readonly isAsync: boolean; readonly path: readonly number[] }
  | {
      readonly kind: 'parameter';
      readonly node: Parameter;
      readonly owner: FunctionDef | Lambda;
      readonly variadic: '' | '*' | '**';
    }
  | { readonly kind: 'walrus'; readonly node: NamedExpr }
  | { readonly kind: 'except'; readonly node: ExceptHandler }
  | { readonly kind: 'match'; readonly node: Pattern }
  | { readonly kind: 'typeParam'; readonly node: TypeParam }
  | { readonly kind: 'typeAlias'; readonly statement: TypeAlias }
  | { readonly kind: 'delete'; readonly node: Expr }
);

/** What a name or a dotted expression means once imports and re-exports of the workspace were followed. */
export type Symbol =
  /** Something of a library: its dotted name as imported, `sqlalchemy.orm.Session`. */
  | { readonly kind: 'external'; readonly name: string }
  /** A class, function, assignment, parameter … of the workspace. The last binding of its scope that can be seen. */
  | { readonly kind: 'binding'; readonly file: SourceFile; readonly binding: Binding }
  | { readonly kind: 'module'; readonly file: SourceFile }
  | { readonly kind: 'builtin'; readonly name: string }
  /** Not resolvable by names alone; of a base class, the expression that it is and its file. */
  | { readonly kind: 'unknown'; readonly file?: SourceFile; readonly expr?: Expr };

/**
 * What answers about Python are made from, as the recorder notes it: which file a module name means, whether a statement
 * is still there as it was, what a name is bound to in a module or class, what a class inherits from, what its methods
 * assign to an attribute of `self`, what a module imports,
 * which files it imports, which files there are, which hold words or reach libraries, what is installed.
 */
export type ProgramFact =
  | 'module'
  | 'unit'
  | 'name'
  | 'header'
  | 'self'
  | 'importsOf'
  | 'environments'
  | 'paths'
  | 'mentioning'
  | 'importsAnyOf'
  | 'importedFiles'
  | 'otherText';

/** The workspace as Python sees it. One for each snapshot; its caches are shared from snapshot to snapshot. */
export interface Program {
  readonly snapshot: Snapshot;
  /** Everything that is asked here is noted in it. One for all programs of a workspace. */
  readonly recorder: Recorder;
  /** Whether a fact that was noted is still the same; false for facts that are none of the program's. */
  holds(dependency: Dependency): boolean;
  /** Paths of all Python files that can matter (not ignored, not in an environment), sorted. */
  readonly paths: readonly string[];
  file(path: string): SourceFile | undefined;
  /** The files this program was asked for so far: whatever was worked out with it depends on no others. */
  readonly asked: ReadonlyMap<string, SourceFile | undefined>;
  /**
   * Files that may declare what a library makes out of classes or calls, sorted. Reads headers and imports without
   * parsing; may say yes in vain. The same array as long as nothing changes in it.
   */
  pathsDeclaring(what: Declarations): readonly string[];
  /**
   * Whether the text holds any of the words, without parsing: files that cannot matter are never parsed. A word is a
   * piece of text that begins and ends at the edge of a run of letters and digits: `create_engine`, `postgresql+`.
   */
  mentions(path: string, words: readonly string[]): boolean;
  /** All files whose text holds any of the words; kept up to date at the cost of the files that change. */
  pathsMentioning(words: readonly string[]): readonly string[];
  /**
   * Whether a file imports any of these libraries (`sqlalchemy`, `django.db`), itself or through files of the workspace
   * that it imports. Reads the imports of texts without parsing them; may say yes in vain.
   */
  importsAnyOf(path: string, libraries: readonly string[]): boolean;
  /** The files of the workspace that a file imports, wherever in it. Reads its imports without parsing. */
  importedFiles(path: string): readonly string[];
  /** The imports of a module, not those inside of functions, conditions and the like. */
  importsOf(file: SourceFile): readonly (Import | ImportFrom)[];
  /**
   * What the dotted name of a library (`mptt.models.MPTTModel`) means in the environment of a file: a class, a module …
   * read from its source as text, or the name it has elsewhere (`sqlalchemy.orm.Session`). Undefined when there is no
   * environment or nothing of that name is installed. Only what is asked for is read, so ask for what matters alone.
   */
  installed(dotted: string, from: { readonly path: string }): Symbol | undefined;
  /** A workspace module by its dotted name, as seen from a file (its import roots first). */
  moduleNamed(dotted: string, from: SourceFile): SourceFile | undefined;
  /** The workspace module that a `from … import` reads; undefined for libraries and namespace packages. */
  importedModule(file: SourceFile, statement: ImportFrom): SourceFile | undefined;
  /** The innermost scope at an offset. A decorator, a default and a base class belong to the outer scope. */
  scopeAt(file: SourceFile, offset: number): Scope;
  /**
   * What `name` means when read in `scope`: all bindings that can be meant, by Python's scope rules
   * (class scopes are skipped from inside functions), or none for a builtin or an unknown name.
   * A name that comes from `from m import *` is given as an `importFrom` binding of that name.
   */
  lookup(scope: Scope, name: string): readonly Binding[];
  /** Follows a binding through imports, re-exports, `import *` and plain aliases (`A = B`) to what it stands for. */
  follow(file: SourceFile, binding: Binding): Symbol;
  /** What a module of the workspace exports under a name: its bindings, `import *` and submodules. */
  exported(file: SourceFile, name: string): Symbol;
  /** The scope that a class, function, lambda or comprehension opens. */
  scopeOf(file: SourceFile, node: Scope['node']): Scope | undefined;
  /** The binding of the name of a class. */
  bindingOf(file: SourceFile, cls: ClassDef): Binding | undefined;
  /**
   * What a `Name` or an `Attribute` chain of modules, classes' members and library names means:
   * `sa.orm.Session` → external, `models.User` → the class. Calls and the like are unknown here.
   */
  resolve(file: SourceFile, expr: Expr, scope?: Scope): Symbol;
  /**
   * A member of a workspace class as it is declared, looked up through its bases in order. `complete` is false when an
   * unknown base comes before it (or anywhere, when it is not found: then the symbol is unknown).
   */
  member(file: SourceFile, cls: ClassDef, name: string): { readonly symbol: Symbol; readonly complete: boolean };
  /** The statements of a function or class that was found by its name; a change inside of it matters to who asks. */
  bodyOf(file: SourceFile, node: FunctionDef | ClassDef): readonly Stmt[];
  /** The text of a file that is no Python, such as a template; a change of it matters to who asks. */
  otherText(path: string): string | undefined;
  /** Notes that an answer depends on the text of the function or statement at an offset. */
  noteUnit(file: SourceFile, offset: number): void;
  /** What the methods of this class, not of its bases, assign to `self.name`. */
  assignedToSelf(file: SourceFile, cls: ClassDef, name: string): readonly SelfAssignment[];
  /**
   * Class and its bases in Python's method resolution order; bases outside of the workspace as external symbols, those
   * that are no plain name (`db.Model`, `make_base()`) as unknown ones with their expression.
   */
  bases(file: SourceFile, cls: ClassDef): readonly Symbol[];
}

export type { Stmt };
