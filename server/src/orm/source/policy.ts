import type { AnnAssign, Assign, Expr, FunctionDef, Stmt } from '../../python/syntax/nodes.ts';
import type { SourceFile } from '../../python/types.ts';
import type { ClassRef } from '../classes.ts';
import type { Edit } from './text.ts';
import type { StepWriter } from './writer.ts';

/** What an ORM says about classes that go along. */
export interface ClassPolicy {
  /**
   * `mapped`: a model, its abstract base or mixin, of which only what maps is kept; `whole`: with all its methods;
   * `none`: not needed to build a query.
   */
  kindOf(ref: ClassRef): 'mapped' | 'whole' | 'none';
  /** Whether a statement of a mapped class takes part in mapping, or is a function that queries call on the class. */
  keeps(ref: ClassRef, stmt: Stmt, writer: StepWriter): boolean;
  /** Whether a class has a table: abstract bases and mixins only lend what they have. */
  isModel(ref: ClassRef): boolean;
  /** Methods of models that a method of the library calls in turn. */
  calledBy(method: string): readonly string[];
  /** Whether a function of a mapped class is called while the class is made. */
  runsAtCreation(ref: ClassRef, stmt: FunctionDef): boolean;
  /** What is written differently in a mapped class, and lines to add. */
  adapt(
    ref: ClassRef,
    body: readonly Stmt[],
    writer: StepWriter,
  ): { readonly edits: readonly Edit[]; readonly extra: readonly string[] };
  /** Writes what makes a model of a class that does not map itself, once the class is there. */
  complete(ref: ClassRef, writer: StepWriter): void;
  /** Whether an expression of a file that is not at hand stands for something whose functions neither send nor change anything. */
  isQuiet(file: SourceFile, expr: Expr): boolean;
  /** The same of a dotted name of a library. */
  isQuietName(dotted: string): boolean;
  /** A base that does not exist here: what to write instead, or null when nothing stands in for it. */
  missingBase(ref: ClassRef, expr: Expr, writer: StepWriter): string | null;
  /**
   * Whether such a base of a class that goes along whole is kept as an unknown value: then what an object may have from it
   * is unknown when it is read, and nothing else is. Else it is left out, and all who use the class are in doubt.
   */
  readonly keepsUnseenBases: boolean;
  /** An assignment that has to be made even when some of it is not at hand: what is written differently; else null. */
  adaptAssign(file: SourceFile, stmt: Assign | AnnAssign, writer: StepWriter): readonly Edit[] | null;
}
