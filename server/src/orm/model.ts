/**
 * The model graph: every ORM front end turns classes into these, so that queries, rules and the sidebar are written once.
 * Facts hold names and paths, never offsets of bodies that a user types in; ranges are looked up when shown.
 */
import type { Dependency } from '../base/recorder.ts';
import type { TextRange } from '../base/text.ts';

export type OrmId = 'sqlalchemy' | 'django';

/** Where something is declared. */
export interface Declared {
  /** Empty for models of a library, such as Django's own `auth.User`. */
  readonly path: string;
  /** The name in its declaration: what "go to definition" selects. Looked up in the newest text when it is read. */
  readonly range: TextRange;
}

export interface Model {
  /** `app.models.User`: namespace and class name; the key in the graph. */
  readonly id: string;
  readonly orm: OrmId;
  readonly module: string;
  readonly name: string;
  readonly declared: Declared;
  /** Abstract bases and mixins map no table of their own. */
  readonly isAbstract: boolean;
  /** Django proxy models and SQLAlchemy single-table children share their parent's table. */
  readonly table: { readonly schema: string | null; readonly name: string } | null;
  /** Ids of workspace models this one inherits from, nearest first. */
  readonly bases: readonly string[];
  /** Own and inherited fields, in the order the ORM has them. */
  readonly fields: readonly Field[];
  /** Own and inherited relations, with those that other models add by `backref` or `related_name`. */
  readonly relations: readonly Relation[];
  /** Django managers by attribute name, `objects` included when it is implied; SQLAlchemy: `query` of Flask-SQLAlchemy and of `query_property`. */
  readonly managers: readonly Manager[];
  /** Django: the label and the package of its app. */
  readonly appLabel: string | null;
  readonly appPackage: string | null;
  /** SQLAlchemy: id of the declarative base or `db` whose registry it is in: names in strings are looked up there. */
  readonly registry: string | null;
  /** Django proxies and SQLAlchemy single-table children: `table` is that of a parent. */
  readonly sharesTable: boolean;
  /** Django `managed = False`: somebody else makes its table. */
  readonly isManaged: boolean;
  /** SQLAlchemy: id of the variable that holds its table, when it is given one: `app.models.users`. */
  readonly tableVariable?: string;
  /** SQLAlchemy: path of the file that maps a class which does not map itself. */
  readonly mappedIn?: string;
  /** Django `Meta.ordering`, as far as it is made of strings. */
  readonly ordering: readonly string[];
  /** What holds for several columns together: `__table_args__`, `Meta.constraints`, `unique_together`, `indexes`. */
  readonly constraints: readonly TableConstraint[];
  /** What could not be known: `base class Timestamped was not found`. Empty when the model is fully resolved. */
  readonly unknown: readonly string[];
  /** Those of them that are about relations without a column: they matter where rows are deleted, to nothing else sent. */
  readonly columnless?: ReadonlySet<string>;
}

export interface Field {
  /** The Python attribute. */
  readonly name: string;
  /** The database column; null for fields without one of their own (hybrids, GenericForeignKey). */
  readonly column: string | null;
  /** As written: `String(30)`, `CharField`, `int` of a bare `Mapped[int]`. */
  readonly type: string;
  /** Python type of a value, as far as known: `int`, `str`, `datetime` … */
  readonly python: string | null;
  readonly primaryKey: boolean;
  readonly nullable: boolean;
  readonly unique: boolean;
  readonly index: boolean;
  /** Python's default, as written. */
  readonly default: string | null;
  /** The database's default, as written: SQLAlchemy `server_default`, Django `db_default`. */
  readonly serverDefault: string | null;
  /** `users.id` of a SQLAlchemy ForeignKey, or the id of a Django model. */
  readonly foreignKey: {
    readonly table: string | null;
    readonly column: string | null;
    readonly model: string | null;
    readonly onDelete: string | null;
  } | null;
  /** Loaded only when it is read: SQLAlchemy `deferred=True`. */
  readonly deferred: boolean;
  /** Id of the model (or table) whose table has the column: a parent's for fields that come from a joined parent. */
  readonly owner: string;
  readonly declared: Declared;
}

export type Cardinality = 'one' | 'many';

/** SQLAlchemy's `lazy=`; Django's relations are all `select`. */
export type Loading =
  | 'select'
  | 'joined'
  | 'selectin'
  | 'subquery'
  | 'immediate'
  | 'dynamic'
  | 'write_only'
  | 'raise'
  | 'raise_on_sql'
  | 'noload'
  | 'unknown';

export interface Relation {
  /** The Python attribute: `posts`, `author`, `entry_set`. */
  readonly name: string;
  /** Id of the target model; null when it could not be resolved. */
  readonly target: string | null;
  readonly cardinality: Cardinality;
  /** Which side holds the foreign key: `forward` here, `reverse` there, `through` a table between. */
  readonly direction: 'forward' | 'reverse' | 'through' | 'generic';
  readonly loading: Loading;
  /** Name of the relation on the other side that shows the same rows. */
  readonly backReference: string | null;
  /** Id of the association table or of the through model. */
  readonly through: string | null;
  /** Local column names of a forward relation, when known. */
  readonly columns: readonly string[];
  /** Name in query paths where it differs from the attribute: Django's `entry` for `entry_set`. */
  readonly queryName: string;
  readonly nullable: boolean;
  readonly declared: Declared;
}

export interface Manager {
  readonly name: string;
  /** The workspace class that adds methods to it, when there is one. */
  readonly classId: string | null;
  /** Workspace QuerySet class behind it (`as_manager`, `from_queryset`, `get_queryset`). */
  readonly queryset: string | null;
  readonly isDefault: boolean;
}

/** Columns are named as in the database. */
export type TableConstraint =
  | { readonly kind: 'unique' | 'primaryKey'; readonly name: string | null; readonly columns: readonly string[] }
  | {
      readonly kind: 'index';
      readonly name: string | null;
      readonly columns: readonly string[];
      readonly unique: boolean;
    }
  | {
      readonly kind: 'foreignKey';
      readonly name: string | null;
      readonly columns: readonly string[];
      readonly targetTable: string;
      readonly targetColumns: readonly string[];
      readonly onDelete: string | null;
    };

/** A table without a class: a SQLAlchemy `Table(...)`, or the one behind a Django `ManyToManyField`. */
export interface MappedTable {
  /** `app.models.user_groups`: namespace and variable; `app.models.User_groups` of a Django many-to-many. */
  readonly id: string;
  readonly orm: OrmId;
  readonly module: string;
  /** The variable; Django: the name of the class it makes by itself. */
  readonly name: string;
  readonly declared: Declared;
  readonly table: { readonly schema: string | null; readonly name: string };
  readonly fields: readonly Field[];
  readonly constraints: readonly TableConstraint[];
  readonly unknown: readonly string[];
}

/**
 * What answers about models are made from, as the program's recorder notes it: one model or table by its id, which model
 * has a table or a Django label, all of them, Django's settings, the release of a library, the database of a file.
 */
export type GraphFact = (typeof graphFacts)[number];
const graphFacts = [
  'model',
  'table',
  'byTable',
  'byVariable',
  'labelled',
  'graph',
  'django',
  'version',
  'target',
] as const;

export function isGraphFact(kind: string): boolean {
  return (graphFacts as readonly string[]).includes(kind);
}

export interface ModelGraph {
  /** Whether a fact that was noted is still the same; false for facts that are none of the graph's. */
  holds(dependency: Dependency): boolean;
  /** Sorted by id. */
  readonly models: readonly Model[];
  /** Sorted by id. */
  readonly tables: readonly MappedTable[];
  model(id: string): Model | undefined;
  table(id: string): MappedTable | undefined;
  /** Changes exactly when a fact of a model changes; typing in a function body leaves it alone. */
  readonly key: string;
  /** Field or relation of a model, inherited ones included. */
  field(model: Model, name: string): Field | undefined;
  relation(model: Model, name: string): Relation | undefined;
  /** The model with this table name (SQLAlchemy foreign keys name tables). */
  byTable(schema: string | null, name: string): Model | undefined;
  /** The model whose table a variable holds, by its `tableVariable`. */
  mappedTo(variable: string): Model | undefined;
  /** The Django model that settings and strings name `app_label.Name`. */
  labelled(label: string): Model | undefined;
}
