/** What an ORM front end gives to the model graph and to the renderer. */
import type { Declarations } from '../python/declaring.ts';
import type { MemorySession } from '../python/memory.ts';
import type { Program, SourceFile } from '../python/types.ts';
import type { DialectName } from '../query/program.ts';
import type { Locator } from './declared.ts';
import type { MappedTable, Model, OrmId } from './model.ts';

export interface OrmAdapter {
  readonly id: OrmId;
  /** Which files are worth parsing. */
  readonly declarations: Declarations;
  /**
   * Models and tables of all files, linked with each other; a step for each file or so, between which others may have
   * their turn. Half-typed and contradictory code is ordinary input.
   */
  models(context: ExtractContext): Generator<void, Extracted, void>;
  readonly methods: TellingMethods;
}

/** Methods whose names alone say what a call does, where it is not known what they are called on. */
export interface TellingMethods {
  /** They are given names of fields. */
  readonly takingFields: ReadonlySet<string>;
  /** They change what they are called on in place; those of Python's containers are not among them. */
  readonly changingInPlace: ReadonlySet<string>;
  /** An object writes itself by them. */
  readonly writingItself: ReadonlySet<string>;
}

export interface ExtractContext {
  readonly program: Program;
  /** Files that can hold models, in path order. */
  readonly files: readonly SourceFile[];
  readonly locator: Locator;
  /** Keeps what was read of a class for the next build of the graph. */
  readonly memory: MemorySession;
  /** What the settings of the project say that a file belongs to. */
  djangoOf(path: string): DjangoFacts;
}

export interface Extracted {
  readonly models: readonly Model[];
  readonly tables: readonly MappedTable[];
}

/** What Django's settings say that models depend on; a project without settings has Django's own defaults. */
export interface DjangoFacts {
  /** The settings module; empty when there is none. */
  readonly path: string;
  readonly authUserModel: string;
  /** Dotted path of the field class: `django.db.models.BigAutoField`. */
  readonly defaultAutoField: string;
  /** Apps as far as they could be read, in the order of `INSTALLED_APPS`. */
  readonly installedApps: readonly {
    readonly label: string;
    readonly package: string;
    readonly defaultAutoField: string | null;
  }[];
  readonly useTz: boolean | null;
  readonly timeZone: string | null;
  /** Aliases of `DATABASES`, and what each is, null where that is not known; empty when the setting cannot be read. */
  readonly databases: readonly { readonly alias: string; readonly dialect: DialectName | null }[];
  /** Dotted names of `DATABASE_ROUTERS`; null for one that is not written as a name. */
  readonly routers: readonly (string | null)[];
  /** A cache may be kept in a table of the database. */
  readonly cachesAreTables: boolean;
}

export const DEFAULT_DJANGO: DjangoFacts = {
  path: '',
  authUserModel: 'auth.User',
  defaultAutoField: 'django.db.models.AutoField',
  installedApps: [],
  useTz: null,
  timeZone: null,
  databases: [],
  routers: [],
  cachesAreTables: false,
};
