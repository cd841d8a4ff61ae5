/** What travels between the language server and the renderer: one JSON text each way. */
import type { DialectName, ModelSet, Slice, Target } from '../query/program.ts';

export interface RenderRequest {
  /** Its version is that of a bundled library, which stands in where the project's own is not to be had. */
  readonly target: Target;
  readonly models: ModelSet;
  readonly slice: Slice;
  /** How many variants are tried at most; the rest is counted in `moreVariants`. */
  readonly maxVariants: number;
}

export type StatementRole = 'query' | 'eager' | 'flush' | 'lazy' | 'transaction';

/** A parameter as the driver's cursor gets it: a plain JSON value, or the Python expression it comes from. */
export type RenderedParameter =
  | { readonly name: string | null; readonly value: string | number | boolean | null }
  | { readonly name: string | null; readonly hole: string };

export interface RenderedStatement {
  /** The text that would reach the driver's cursor, untouched. */
  readonly sql: string;
  /** In the order of the text. */
  readonly params: readonly RenderedParameter[];
  readonly role: StatementRole;
  /** Where it goes, when that is not the project's `default` database. */
  readonly database?: StatementDatabase;
  /** The loops it belongs to, of which nobody knows how often they run; absent where it is sent once in any case. */
  readonly passes?: LoopPasses;
  /** What it is one of, where those that follow one another are sent in any order: `the indexes of users`. */
  readonly anyOrder?: string;
  /** The lists of which it has a parameter for each value, where nobody knows how many these are. */
  readonly lists?: readonly ParameterList[];
}

/** Parameters for the values of a list: two are shown, or the one of the row that stands for all. */
export type ParameterList = {
  /** The numbers of its parameters, from and to without the end. */
  readonly params: readonly [number, number];
} & (
  | {
      /** The list in the code's own words: `ids`. */
      readonly of: string;
    }
  | {
      /** The head of the loop that fills it: `user in users`. */
      readonly loop: string;
    }
);

/** How loops send a statement. */
export interface LoopPasses {
  /** In each pass, or once if there is a pass at all. */
  readonly sent: 'each' | 'any';
  /** Their heads in the code's own words, outermost first: `user in users`, `while pending`. */
  readonly loops: readonly string[];
  /** Statements with the same number follow one another in each pass; null for those that are sent once. */
  readonly group: number | null;
}

/** One of several databases. */
export interface StatementDatabase {
  /** Its alias in Django's `DATABASES`, or the Python expression that gives it. */
  readonly alias: string;
  /** The SQL is that of this dialect. */
  readonly dialect: DialectName;
}

export interface RenderedVariant {
  /** The conditions under which this is sent, in the code's own words, outermost first; a false one reads `not (…)`. */
  readonly when: readonly string[];
  readonly statements: readonly RenderedStatement[];
}

/** Whether an attribute was there when it was read, and why. */
export interface Reading {
  /** `asked`: a manager, which sends a query whenever it is asked. */
  readonly state: 'loaded' | 'lazy' | 'asked' | 'deferred' | 'expired' | 'new' | 'raises';
  /** What loaded it, or will: the option of the query (`selectinload`) or the setting of the model (`lazy="selectin"`). */
  readonly by: string | null;
}

export interface UnknownModel {
  readonly module: string;
  readonly name: string;
  readonly why: string;
  /** It could not be made: what it inherits from misses a part too. */
  readonly isMissing: boolean;
}

export type RenderResult =
  | {
      readonly kind: 'rendered';
      /** The variant in which every condition holds comes first. A single variant has an empty `when`. */
      readonly variants: readonly RenderedVariant[];
      readonly moreVariants: number;
      /** What could change the shape of the SQL and is not known: each a sentence part for the user. Empty for `exact`. */
      readonly unknown: readonly string[];
      /** What is not known of single models, in the same words: it matters to statements on their tables. */
      readonly unknownModels: readonly UnknownModel[];
      /** Full version of the library that compiled it: `2.0.58`. */
      readonly libraryVersion: string;
      readonly driver: string;
      /** For a slice that reads an attribute. */
      readonly reading: Reading | null;
    }
  /** The expression is no query: it sends nothing and is nothing that could be sent. */
  | { readonly kind: 'nothing' }
  /** The library or the program raised; `message` is the library's own, `where` the part that failed. */
  | { readonly kind: 'failed'; readonly where: 'models' | 'slice' | 'compile'; readonly message: string }
  /** The sandbox said no: syntax or a name outside the allowlist. */
  | { readonly kind: 'refused'; readonly message: string }
  /** Time, memory or recursion ran out; the child process was replaced. */
  | { readonly kind: 'cutOff'; readonly reason: 'time' | 'memory' | 'recursion' | 'crash' };
