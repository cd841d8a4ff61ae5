/** The documentation that is tested: which release of which library, and which of its pages. */
import type { DialectName } from '../../server/src/query/program.ts';

export interface Source {
  /** Name of the package, and its release: that of the native library the examples run with. */
  readonly name: string;
  readonly version: string;
  readonly orm: 'sqlalchemy' | 'django';
  /** The packages whose names a page may use without importing them: readers know where they come from. */
  readonly wellKnown: readonly string[];
  readonly pages: readonly Page[];
}

export interface Page {
  readonly name: string;
  /** Below the root of the source distribution, read as one page; with `*`, each file is a program of its own. */
  readonly files: readonly string[];
  /** SQLite where it is absent. */
  readonly dialect?: DialectName;
  /** What the page expects its reader to have: a file of `presupposed/`, read before the page. */
  readonly presupposed?: string;
  /**
   * What a second definition of the same class means: `begin`, a new start with the definitions until then; `alone`, a
   * new start with imports and what is presupposed; `ignore`, a look at a class that is known already.
   */
  readonly again?: 'begin' | 'alone' | 'ignore';
  /** Listings are part of what the reader types; else they only illustrate the text between what is typed at the prompt. */
  readonly listings?: boolean;
  /** The page shows models and queries, and takes for granted that the tables are there. */
  readonly createsTables?: boolean;
}

const guide = (name: string, ...setup: readonly string[]): Page => ({
  name: `queryguide/${name}`,
  files: [...setup, name].map((file) => `doc/build/orm/queryguide/${file}.rst`),
});

const sqlalchemy = (path: string, rest: Partial<Page> = {}): Page => ({
  name: path,
  files: [`doc/build/${path}.rst`],
  listings: true,
  createsTables: true,
  presupposed: 'sqlalchemy.py',
  again: 'alone',
  ...rest,
});

/** The pages of a dialect are docstrings. */
const dialect = (name: 'postgresql' | 'sqlite' | 'mysql', ...files: readonly string[]): Page => ({
  name: `dialects/${name}`,
  files: files.map((file) => `lib/sqlalchemy/dialects/${name}/${file}.py`),
  ...(name === 'sqlite' ? {} : { dialect: name }),
  listings: true,
  createsTables: true,
  presupposed: 'sqlalchemy_dialects.py',
  again: 'alone',
});

const tutorial = [
  'index',
  'engine',
  'dbapi_transactions',
  'metadata',
  'data_insert',
  'data_select',
  'data_update',
  'orm_data_manipulation',
  'orm_related_objects',
];

const django = (path: string, rest: Partial<Page> = {}): Page => ({
  name: path.replace(/^(ref|topics)\/|models\/|contrib\//g, ''),
  files: [`docs/${path}.txt`],
  listings: true,
  ...rest,
});

const postgres = (name: string): Page =>
  django(`ref/contrib/postgres/${name}`, { dialect: 'postgresql', presupposed: `django_postgres.py`, again: 'ignore' });

export const sources: readonly Source[] = [
  {
    name: 'sqlalchemy',
    version: '2.0.58',
    orm: 'sqlalchemy',
    wellKnown: ['sqlalchemy', 'sqlalchemy.orm'],
    pages: [
      { name: 'tutorial', files: tutorial.map((file) => `doc/build/tutorial/${file}.rst`) },
      guide('select', '_plain_setup'),
      guide('inheritance', '_inheritance_setup'),
      guide('_single_inheritance'),
      guide('dml', '_dml_setup'),
      guide('columns', '_deferred_setup'),
      guide('relationships', '_plain_setup'),
      guide('api', '_plain_setup'),
      sqlalchemy('orm/quickstart', { presupposed: undefined, listings: false, again: 'begin' }),
      sqlalchemy('orm/session_basics', { presupposed: 'sqlalchemy_session.py' }),
      sqlalchemy('orm/session_transaction', { presupposed: 'sqlalchemy_session.py' }),
      sqlalchemy('orm/session_state_management', { presupposed: 'sqlalchemy_session.py' }),
      sqlalchemy('orm/persistence_techniques', { presupposed: 'sqlalchemy_session.py' }),
      sqlalchemy('orm/cascades', { presupposed: 'sqlalchemy_session.py' }),
      sqlalchemy('orm/large_collections'),
      sqlalchemy('orm/join_conditions'),
      sqlalchemy('orm/self_referential'),
      sqlalchemy('orm/mapped_sql_expr'),
      sqlalchemy('orm/composites'),
      sqlalchemy('orm/extensions/associationproxy'),
      sqlalchemy('core/operators', { listings: false }),
      sqlalchemy('core/custom_types'),
      sqlalchemy('core/connections'),
      sqlalchemy('faq/sqlexpressions'),
      sqlalchemy('faq/sessions'),
      dialect('postgresql', 'base', 'json', 'array', 'hstore', 'ranges', 'ext', 'dml'),
      dialect('sqlite', 'base', 'dml'),
      dialect('mysql', 'base', 'dml'),
    ],
  },
  {
    name: 'django',
    version: '5.2.19',
    orm: 'django',
    wellKnown: ['django.db.models', 'django.db.models.functions'],
    pages: [
      django('topics/db/queries', { again: 'ignore' }),
      django('topics/db/aggregation', { again: 'ignore' }),
      django('ref/models/expressions', { presupposed: 'django_expressions.py', again: 'ignore' }),
      django('ref/models/querysets', { presupposed: 'django_querysets.py', again: 'ignore' }),
      django('ref/models/database-functions', { again: 'ignore' }),
      django('ref/models/conditional-expressions', { again: 'ignore' }),
      django('topics/db/managers'),
      django('topics/db/models'),
      django('topics/db/transactions', { presupposed: 'django_topics.py', again: 'ignore' }),
      django('topics/db/optimization', { presupposed: 'django_querysets.py', again: 'ignore' }),
      django('topics/db/sql', { again: 'ignore' }),
      django('topics/db/search', { presupposed: 'django_topics.py', again: 'ignore', dialect: 'postgresql' }),
      django('topics/db/examples/many_to_many', { again: 'ignore' }),
      django('topics/db/examples/many_to_one', { again: 'ignore' }),
      django('topics/db/examples/one_to_one', { again: 'ignore' }),
      django('ref/models/instances', { presupposed: 'django_topics.py', again: 'ignore' }),
      django('ref/models/relations', { presupposed: 'django_topics.py', again: 'ignore' }),
      django('ref/models/lookups', { presupposed: 'django_topics.py', again: 'ignore' }),
      postgres('lookups'),
      postgres('aggregates'),
      postgres('search'),
      postgres('fields'),
      postgres('expressions'),
      postgres('functions'),
    ],
  },
  {
    name: 'sqlmodel',
    version: '0.0.50',
    orm: 'sqlalchemy',
    wellKnown: [],
    pages: ['tutorial', 'advanced'].map((part) => ({ name: part, files: [`docs_src/${part}/**/*.py`] })),
  },
  {
    name: 'flask-sqlalchemy',
    version: '3.1.1',
    orm: 'sqlalchemy',
    wellKnown: [],
    pages: ['quickstart', 'queries', 'pagination', 'legacy-query', 'binds'].map((name) => ({
      name,
      files: [`docs/${name}.rst`],
      listings: true,
      createsTables: true,
      presupposed: 'flask.py',
      again: 'alone',
    })),
  },
];
