import type { AnnAssign, Assign, Attribute, Call, ClassDef, Expr, FunctionDef, Stmt } from '../python/syntax/nodes.ts';
import type { Binding, SourceFile } from '../python/types.ts';
import type { ClassName, HoleType, Slice } from './program.ts';

/** What the slicer asks an ORM front end. */
export interface SliceResolver {
  /** The id of the model that a class or table of the workspace is: the renderer has it from the model set. */
  modelOf(file: SourceFile, binding: Binding): string | null;
  /** Whether a module-level name is made together with the models: a table, or what tables are gathered in. */
  isMadeWithModels(file: SourceFile, binding: Binding): boolean;
  /** Whether functions of a library, by its dotted name, send nothing and change nothing. */
  isQuiet(file: SourceFile, dotted: string): boolean;
  /** The class that the values of a name are of, if it says itself what all fields are: of pydantic where the paths read more of one than single fields, of a form or serializer. */
  dataClass(file: SourceFile, binding: Binding, paths: readonly string[]): DataClass | null;
  /** What the values of a name are known to be. */
  holeType(file: SourceFile, binding: Binding): HoleType;
  /** The methods and attributes of classes of the workspace that an attribute reads; none for all others. */
  membersOf(file: SourceFile, attribute: Attribute): readonly Member[];
  /** The id of the model that the value of an expression is an object of; `any` where it may be one of any; null for all others. */
  holderOf(file: SourceFile, expr: Expr): string | null;
  /** The method or property of that name that a model of the workspace has, by the model's id. */
  methodOf(model: string, name: string): Member | null;
  /** What `self.session`, `request.db` and the like are known to be; null when nothing is known. */
  attributeType(file: SourceFile, binding: Binding, path: string): HoleType | null;
  /** What an expression reads without naming it: the session behind `User.query`. */
  alsoReads(file: SourceFile, expr: Expr): readonly Expr[];
  /** What the function around an expression uses as a session, as a slice says it. */
  sessionsOf(file: SourceFile, expr: Expr): Slice['sessions'];
  /** Whether a value of a type that is not known may be a UUID; null where that does not change what is sent. */
  hasUuids(file: SourceFile): boolean | null;
  /**
   * For an expression that sends what was gathered before it, as a flush does: what statements before have to do with
   * it. null when it sends only what it says.
   */
  gatheredBefore(file: SourceFile, expr: Expr): Gatherings | null;
  /** What a statement before an expression loads that this finds loaded; null when it starts with nothing of the kind. */
  evaluatedBefore(file: SourceFile, expr: Expr): ((stmt: Stmt) => Evaluated | null) | null;
  /** Whether what a decorator decorates, stands in a `with` or behind a statement sends something else there: in a transaction, a time zone. */
  changesInside(file: SourceFile, expr: Expr): boolean;
  /** The objects of models that a call changes before it returns, or that an assignment gives to other objects, as far as they are names. */
  changedBy(file: SourceFile, change: Call | Assign): readonly Expr[];
  /** Whether methods of that name change what they are called on in place, as those of Python's containers do. */
  changesInPlace(method: string): boolean;
  /** Whether methods of that name are given names of fields: `order_by("name")`. */
  takesFields(method: string): boolean;
  /** Whether the value of a name is a new object that calling that method of it writes: `author.save()`. */
  isNewRowWrittenBy(method: string, file: SourceFile, binding: Binding): boolean;
  /** Whether a call asks for a row and raises where there is none. */
  raisesWithoutRow(file: SourceFile, call: Call): boolean;
  /** The attribute that the expression reads, or queries through, which its object may have loaded before. */
  readBy(file: SourceFile, expr: Expr): Attribute | null;
  /** Whether an attribute is mapped: reading it loads it if need be, and what comes with it. */
  isMapped(file: SourceFile, attribute: Attribute): boolean;
  /** Whether iterating over the expression gives objects that a query loads, and whether it loads others beside them. */
  givesRows(file: SourceFile, iter: Expr): 'no' | 'alone' | 'with others';
}

export interface DataClass {
  readonly file: SourceFile;
  readonly cls: ClassDef;
  /** See `HoleType`. */
  readonly isNew?: boolean | null;
  readonly fields?: readonly string[];
  readonly isOwn?: true;
}

/** A statement of a class body that an object of the class has a name from. */
export interface Member {
  /** Where the statement stands. */
  readonly file: SourceFile;
  readonly cls: ClassDef;
  readonly name: string;
  readonly stmt: FunctionDef | Assign | AnnAssign;
  /** See `MemberStep.lineage`. */
  readonly lineage: readonly ClassName[];
}

/** A statement belongs to the slice or not, or what stands for it there: Python that reads one expression. */
export type Gathering = boolean | Evaluated;

/** Python that stands for a statement, and the name it reads. */
export interface Evaluated {
  readonly text: string;
  readonly reads: Expr;
}

export interface Gatherings {
  /** Where the first statement stands that gathers something or lets objects expire. */
  readonly from: number;
  of(stmt: Stmt): Gathering;
}
