/**
 * The little Python program that builds one query, cut out of the user's code, as it goes to the renderer.
 *
 * It is data, not behaviour: the steps that fill the namespaces of the workspace's modules (imports, class bodies,
 * helper functions), then the statements that lead to one expression, then that expression. Whatever only exists at
 * run time is a `Hole`. The renderer executes it against the real ORM and records what is sent.
 */

/** What a value that only exists at run time is known to be. */
export type HoleType =
  | { readonly kind: 'unknown' }
  /**
   * A SQLAlchemy session, `AsyncSession`, `scoped_session` or Flask-SQLAlchemy's `db.session`. `expires` is its
   * `expire_on_commit`; null when that is not known.
   */
  | { readonly kind: 'session'; readonly expires: boolean | null }
  /** What makes sessions; a scoped one is used like the session it makes. */
  | { readonly kind: 'sessionFactory'; readonly isScoped: boolean; readonly expires: boolean | null }
  | { readonly kind: 'connection' }
  | { readonly kind: 'engine' }
  /** One object of a model, by the namespace and the name of its class. With `isOwn` it is `self` of its own method. */
  | { readonly kind: 'instance'; readonly module: string; readonly name: string; readonly isOwn?: true }
  /** The class of a model. */
  /** A class; with `table` that of it (`User.__table__`), or the table that has the name itself. */
  | {
      readonly kind: 'class';
      readonly module: string;
      readonly name: string;
      readonly table?: 'of class' | 'itself';
    }
  /** An object that has decorators which make functions keep their answers: `Cache` of Flask-Caching. */
  | { readonly kind: 'cache' }
  /** A `Database` of the library `databases`. */
  | { readonly kind: 'database' }
  /**
   * An object of a class of the workspace that holds data: of pydantic, a form or a serializer that has checked it; its class
   * is among the steps. What it is to write is a new object or a stored one, null where that is not known. With `fields`,
   * the class is that of a model, and the form is made of these fields of it. With `isOwn` it is `self` of its own method.
   */
  | {
      readonly kind: 'data';
      readonly module: string;
      readonly name: string;
      readonly isNew?: boolean | null;
      readonly fields?: readonly string[];
      readonly isOwn?: true;
    }
  /**
   * One of several, which the rest of the program decides: `self.model` of a repository. `left` are not among them. Where
   * a type variable of a class decides, all that it stands for are of the same model.
   */
  | { readonly kind: 'choice'; readonly of: readonly HoleType[]; readonly left: number; readonly variable?: string }
  | { readonly kind: 'scalar'; readonly python: ScalarType }
  | { readonly kind: 'list'; readonly of: HoleType }
  | { readonly kind: 'tuple'; readonly items: readonly HoleType[] }
  /** An object of which some attributes are known: `self` with `self.session`. */
  | {
      readonly kind: 'object';
      readonly attributes: Readonly<Record<string, HoleType>>;
      /** Its class, when members of it are among the steps. */
      readonly cls?: ClassName;
      /** Where its class is a generic view. */
      readonly view?: GenericView;
    };

export interface GenericView {
  /** The library whose view it is. */
  readonly library: 'django' | 'rest_framework';
  /** Whether its rows are filtered in a way that is not known. */
  readonly isFiltered: boolean;
  /** Whether it saves the form or serializer that it has checked. */
  readonly saves: boolean;
}

/** A class of the workspace. */
export interface ClassName {
  readonly module: string;
  readonly name: string;
}

export type ScalarType =
  | 'int'
  | 'str'
  | 'bool'
  | 'float'
  | 'bytes'
  | 'datetime'
  | 'date'
  | 'time'
  | 'timedelta'
  | 'Decimal'
  | 'UUID';

export interface Hole {
  /** The Python expression it stands for, in the code's own words: `name`, `request.user`. */
  readonly text: string;
  readonly type: HoleType;
  /** The annotation or the default allows `None`. */
  readonly optional: boolean;
  /** Something whose functions send nothing and change nothing: a logger. */
  readonly isQuiet?: boolean;
}

/** One step of filling the namespace of a workspace module; steps are in an order in which they can run. */
export type Step =
  /** `from {from} import {name} as {as}`; with `name` null `import {from} as {as}` (bound to the full dotted module). */
  | {
      readonly op: 'import';
      readonly module: string;
      readonly as: string;
      readonly from: string;
      readonly name: string | null;
      /** As for a hole, which it is where the library is not at hand. */
      readonly isQuiet?: boolean;
    }
  /**
   * A name of another workspace namespace; with `name` null that namespace itself.
   * The target may be filled only later (cyclic imports): then it is linked when it exists.
   */
  | {
      readonly op: 'link';
      readonly module: string;
      readonly as: string;
      readonly from: string;
      readonly name: string | null;
    }
  /**
   * One statement of Python (a class with its kept body, a function, an assignment), executed in the module's namespace.
   * `about` is the class that something is said of, when it is not what the statement makes. `leftOut` are names that the
   * class has in the code and not in its source here: what an object of it has there is not known.
   */
  | {
      readonly op: 'define';
      readonly module: string;
      readonly name: string;
      readonly source: string;
      readonly about?: ClassName;
      /** What is not known of any statement where this one of the definitions cannot be made. */
      readonly otherwise?: string;
      readonly leftOut?: readonly string[];
      /** Those of them that are methods which the sandbox does not let in: what a base has under the name is not all. */
      readonly refused?: readonly string[];
      /** Methods of the class that are called when objects of it are written, and are not made. */
      readonly observers?: readonly string[];
    }
  | {
      readonly op: 'hole';
      readonly module: string;
      readonly as: string;
      readonly hole: Hole;
      /** What the module says at first, where a function declares the name `global` and gives it another value. */
      readonly initially?: string | number | boolean | null;
    }
  | MemberStep;

/**
 * A method or attribute of a class that is not made as a whole: `source` is the class with this one statement. It goes
 * into the model of that name, or into a class of which only such members are known, for objects of type `lineage[0]`.
 */
export interface MemberStep {
  readonly op: 'member';
  /** Namespace of the class that `source` defines. */
  readonly module: string;
  readonly cls: string;
  readonly name: string;
  readonly source: string;
  /** The class that is looked into and its bases of the workspace in the order of Python's lookup; empty for a model. */
  readonly lineage: readonly ClassName[];
}

/** The models a slice can reach, ready for the renderer; kept there under `key`. */
export interface ModelSet {
  /** Hash of everything below: the only cache key. */
  readonly key: string;
  readonly steps: readonly Step[];
  /** Namespace and class name of each model, for Django also its app. */
  readonly models: readonly { readonly module: string; readonly name: string }[];
  readonly django: DjangoProject | null;
  /** Why the models may differ from the real ones, in words for a user; any entry makes results `partial`. */
  readonly unknown: readonly string[];
}

export interface DjangoProject {
  /** Label and package of every app that owns a model in the set, contrib apps included: `auth`, `django.contrib.auth`. */
  readonly apps: readonly { readonly label: string; readonly package: string }[];
  /** Settings with plain values that change SQL: `AUTH_USER_MODEL`, `DEFAULT_AUTO_FIELD`, `USE_TZ`, `TIME_ZONE`. */
  readonly settings: Readonly<Record<string, string | number | boolean | null>>;
  /** What is called when objects are made, saved and deleted, in the order in which it is connected. */
  readonly receivers: readonly SignalReceiver[];
  /** Aliases of `DATABASES`, and what each is, null where that is not known; without any when the project names none. */
  readonly databases: Readonly<Record<string, DialectName | null>>;
  /** `DATABASE_ROUTERS`, in their order; none where there is only one database. */
  readonly routers: readonly DatabaseRouter[];
  /** Labels of models that have such a method of their own, `shop.Order`: where it is not among the members, it is not known. */
  readonly overrides: Readonly<Record<'save' | 'delete' | 'clean', readonly string[]>>;
}

export interface DatabaseRouter {
  /** As the settings name it. */
  readonly name: string;
  /** The class, when it is among the steps. */
  readonly runs: ClassName | null;
}

export interface SignalReceiver {
  /** `post_save` and the like. */
  readonly signal: string;
  /** The function, in the code's own words. */
  readonly name: string;
  /** Label of the model that sends the signal, `shop.Order`; null for all models. */
  readonly sender: string | null;
  /** The many-to-many field whose through model it is. */
  readonly through: string | null;
  /** Two receivers with the same one are connected once. */
  readonly uid: string | null;
  /** Namespace and name of the function that runs; null: what it does is not known. */
  readonly runs: { readonly module: string; readonly name: string } | null;
}

export interface Slice {
  /** Namespace in which body and expression run (a copy is made for each run). */
  readonly module: string;
  /** Further steps that only this slice needs. */
  readonly steps: readonly Step[];
  /** Names of the enclosing function that only exist at run time: parameters, loop variables. */
  readonly holes: readonly { readonly name: string; readonly hole: Hole }[];
  /** The statements before the expression that it depends on, re-indented, control flow kept. May be empty. */
  readonly body: string;
  /** The expression whose SQL is wanted, verbatim. `await` is allowed. */
  readonly expression: string;
  /** The expression is a mere attribute of an object, which may have been loaded before: which one of what. */
  readonly reads?: { readonly owner: string; readonly name: string } | null;
  /**
   * How the function writes what it uses as a session, where that leads to something unknown: `self.session`, `db()`;
   * and whether it expires what it has loaded, null when that is not known.
   */
  readonly sessions?: { readonly written: readonly string[]; readonly expires: boolean | null } | null;
  /** Whether anything in the workspace speaks of UUIDs; null where that does not change what is sent. */
  readonly hasUuids?: boolean | null;
  /** Lists, dicts and sets of its modules, and of those of the models, that functions fill: others may have filled them. */
  readonly registries?: readonly ClassName[];
  /** Why the slice may differ from the real code, in words for a user; any entry makes results `partial`. */
  readonly unknown: readonly string[];
}

export type DialectName = 'postgresql' | 'sqlite' | 'mysql';
export type LibraryName = 'sqlalchemy' | 'django';

/** What the SQL is rendered for. */
export interface Target {
  readonly library: LibraryName;
  /** Feature release as bundled: `2.0`, `1.4`, `5.2`. */
  readonly version: string;
  readonly dialect: DialectName;
  /** As in an engine URL (`psycopg2`, `asyncpg`, `pysqlite`); null for the library's default of the dialect. */
  readonly driver: string | null;
}
