/** The database a file's queries go to: dialect and driver, read from the project's own files. */
import { basename, dirname } from '../../base/paths.ts';
import { parseIni } from '../../base/ini.ts';
import type { Call, Expr, Node } from '../../python/syntax/nodes.ts';
import { children } from '../../python/syntax/visit.ts';
import type { Program, SourceFile } from '../../python/types.ts';
import type { DialectName } from '../../query/program.ts';
import type { Snapshot } from '../../workspace/snapshot.ts';
import { djangoSettings } from './djangoSettings.ts';
import { environmentEntries, type EnvironmentEntry } from './environmentFiles.ts';
import type { Fact, Source } from './fact.ts';
import { rank } from './places.ts';
import { rememberPerProgram } from './remember.ts';
import { argument, settingValue, type SettingValue } from './settingValue.ts';

export interface DatabaseTarget {
  readonly dialect: DialectName;
  /** As in an engine URL (`asyncpg`, `psycopg2`); null when the project names none. */
  readonly driver: string | null;
}

/**
 * Dialect and driver for a file, with the place that says so. The application before tests, the file's own project before
 * others; then engines in code and Django's settings, `alembic.ini`, `.env`, `.env.example`, images of docker-compose;
 * then the nearest. Only the scheme of a URL is read: no user, password or host leaves this function.
 * Undefined when nothing says it, or when the database is one that cannot be rendered for.
 */
export function databaseTarget(
  snapshot: Snapshot,
  program: Program,
  near: string,
  library?: 'sqlalchemy' | 'django',
): Fact<DatabaseTarget> | undefined {
  // Files of one folder have one answer, unless they make an engine themselves.
  const place = program.pathsMentioning(engineWords).includes(near) ? near : dirname(near);
  return remember(program, `${library ?? ''} ${place}`, () => findTarget(snapshot, program, near, library));
}

const remember = rememberPerProgram<Fact<DatabaseTarget> | undefined>();

/**
 * The aliases of Django's `DATABASES` and what each of them is, null where that is not known; without any entry when the
 * setting is none that can be read. https://docs.djangoproject.com/en/stable/topics/db/multi-db/
 */
export function djangoDatabases(
  snapshot: Snapshot,
  program: Program,
  near: string,
): ReadonlyMap<string, DialectName | null> {
  return new TargetReader(snapshot, program, near).databases();
}

function findTarget(
  snapshot: Snapshot,
  program: Program,
  near: string,
  library: 'sqlalchemy' | 'django' | undefined,
): Fact<DatabaseTarget> | undefined {
  const reader = new TargetReader(snapshot, program, near);
  const hints = rank(snapshot, near, [...reader.hints(library)], (hint) => hint);
  for (const hint of hints) {
    const found = hint.read();
    if (!found) continue;
    const { dialect, driver } = found.scheme;
    return dialect === null ? undefined : { value: { dialect, driver }, source: found.source };
  }
  return undefined;
}

/** A place that may tell; read only when nothing better did. */
interface Hint {
  readonly path: string;
  readonly weight: number;
  read(): Found | undefined;
}

interface Found {
  readonly scheme: Scheme;
  readonly source: Source;
}

interface Scheme {
  /** null: a database, but none that can be rendered for. */
  readonly dialect: DialectName | null;
  readonly driver: string | null;
}

const weights = { engine: 0, setting: 1, alembic: 2, environment: 3, example: 4, compose: 5, image: 6 };

class TargetReader {
  readonly #snapshot: Snapshot;
  readonly #program: Program;
  readonly #near: string;
  #environment: readonly EnvironmentEntry[] | undefined;

  constructor(snapshot: Snapshot, program: Program, near: string) {
    this.#snapshot = snapshot;
    this.#program = program;
    this.#near = near;
  }

  *hints(library: 'sqlalchemy' | 'django' | undefined): Generator<Hint, void, undefined> {
    const django = djangoSettings(this.#snapshot, this.#program, this.#near);
    if (django && library !== 'sqlalchemy') {
      yield { path: django.path, weight: weights.engine, read: () => this.#default(django.get('DATABASES')) };
    }
    if (library !== 'django') {
      for (const path of this.#program.pathsMentioning(engineWords)) yield* this.#inCode(path);
    }
    for (const path of this.#snapshot.projectFiles()) {
      const name = basename(path);
      if (/^alembic.*\.ini$/.test(name)) yield { path, weight: weights.alembic, read: () => this.#alembic(path) };
      if (/compose.*\.ya?ml$/.test(name)) yield* this.#compose(path);
    }
    for (const entry of this.#environmentEntries()) {
      const weight = entry.isExample ? weights.example : weights.environment;
      yield { path: entry.source.path, weight, read: () => fromUrl(entry.value, true, entry.source) };
    }
  }

  databases(): ReadonlyMap<string, DialectName | null> {
    const value = djangoSettings(this.#snapshot, this.#program, this.#near)?.get('DATABASES');
    if (value?.kind !== 'dict') return new Map();
    return new Map([...value.entries].map(([alias, entry]) => [alias, this.#database(entry)?.scheme.dialect ?? null]));
  }

  *#inCode(path: string): Generator<Hint, void, undefined> {
    // One hint for the engines of a file and one for its other URLs; the file is parsed only when its turn comes.
    for (const kind of ['engine', 'setting'] as const) {
      yield {
        path,
        weight: weights[kind],
        read: () => {
          const file = this.#program.file(path);
          if (!file) return undefined;
          for (const site of sitesOf(file)) {
            const found =
              site.kind === kind ? this.#value(settingValue(this.#program, file, site.expr), site.isScheme) : undefined;
            if (found) return found;
          }
          return undefined;
        },
      };
    }
  }

  /** `isScheme`: the value is a driver name like `postgresql+asyncpg`, not a URL. */
  #value(value: SettingValue | null | undefined, isScheme: boolean): Found | undefined {
    switch (value?.kind) {
      case 'string':
        return isScheme ? fromScheme(value.text, value.source) : fromUrl(value.text, value.complete, value.source);
      case 'environment':
        return this.#variable(value.name, value.fallback, isScheme);
      case 'dict':
        return this.#value(value.entries.get('drivername'), true) ?? this.#value(value.entries.get('url'), false);
      case 'call':
        return this.#call(value);
      default:
        return undefined;
    }
  }

  /** What is set wins over what the code falls back to, and that over an example. */
  #variable(name: string, fallback: SettingValue | null, isScheme: boolean): Found | undefined {
    const entries = this.#environmentEntries().filter((entry) => entry.name === name);
    const read = (entry: EnvironmentEntry | undefined): Found | undefined =>
      entry && (isScheme ? fromScheme(entry.value, entry.source) : fromUrl(entry.value, true, entry.source));
    return (
      read(entries.find((entry) => !entry.isExample)) ??
      this.#value(fallback, isScheme) ??
      read(entries.find((entry) => entry.isExample))
    );
  }

  #call(value: SettingValue & { kind: 'call' }): Found | undefined {
    const arg = (index: number, ...names: readonly string[]): SettingValue | null =>
      argument(this.#program, value, index, ...names);
    const { name } = value;
    if (/(^|\.)URL\.create$|(^|\.)URL$/.test(name)) return this.#value(arg(0, 'drivername'), true);
    if (/\.build$/.test(name)) return this.#value(arg(-1, 'scheme'), true);
    if (/(^|\.)(create_engine|create_async_engine|make_url)$/.test(name))
      return this.#value(arg(0, 'url', 'name_or_url'), false);
    if (/^dj_database_url\.parse$/.test(name)) return this.#value(arg(0, 'url'), false);
    if (/^dj_database_url\.config$/.test(name)) {
      const variable = arg(0, 'env');
      return this.#variable(variable?.kind === 'string' ? variable.text : 'DATABASE_URL', arg(1, 'default'), false);
    }
    if (/\(\)\.(db|db_url|dj_db_url|database_url)$/.test(name)) {
      const variable = arg(0, 'var', 'name');
      return this.#variable(variable?.kind === 'string' ? variable.text : 'DATABASE_URL', arg(1, 'default'), false);
    }
    return undefined;
  }

  #default(databases: SettingValue | undefined): Found | undefined {
    return this.#database(databases?.kind === 'dict' ? databases.entries.get('default') : databases);
  }

  /** An entry of `DATABASES`. */
  #database(entry: SettingValue | undefined): Found | undefined {
    if (entry?.kind !== 'dict') return this.#value(entry, false);
    const engine = entry.entries.get('ENGINE');
    if (engine?.kind === 'string') return fromBackend(engine.text, engine.source);
    if (engine?.kind === 'environment') {
      const set = this.#environmentEntries().find((each) => each.name === engine.name && !each.isExample);
      if (set) return fromBackend(set.value, set.source);
      return engine.fallback?.kind === 'string' ? fromBackend(engine.fallback.text, engine.fallback.source) : undefined;
    }
    return this.#value(engine, false);
  }

  #alembic(path: string): Found | undefined {
    const ini = parseIni(this.#snapshot.readOther(path) ?? '');
    for (const section of ['alembic', ...ini.sections]) {
      const url = ini.get(section, 'sqlalchemy.url');
      const found = url && fromUrl(url.value, true, { path, line: url.line + 1 });
      if (found) return found;
    }
    return undefined;
  }

  *#compose(path: string): Generator<Hint, void, undefined> {
    const lines = (this.#snapshot.readOther(path) ?? '').split(/\r\n|\r|\n/);
    for (const [index, line] of lines.entries()) {
      const source = { path, line: index + 1 };
      const url = /^\s*(?:-\s*)?["']?[A-Z_]*(?:URL|URI|DSN)\w*["']?\s*[=:]\s*["']?([a-z0-9]+(?:\+\w+)?:\/\/)/.exec(
        line,
      );
      if (url) yield { path, weight: weights.compose, read: () => fromUrl(url[1]!, true, source) };
      const image = /^\s*image:\s*["']?(?:[\w.:-]+\/)*([\w.-]+)/.exec(line);
      const dialect = image && imageDialect(image[1]!);
      if (dialect) yield { path, weight: weights.image, read: () => ({ scheme: { dialect, driver: null }, source }) };
    }
  }

  #environmentEntries(): readonly EnvironmentEntry[] {
    return (this.#environment ??= environmentEntries(this.#snapshot, this.#near));
  }
}

/** Only files that hold one of these words are looked into. */
const engineWords = [
  'create_engine',
  'create_async_engine',
  'SQLALCHEMY_',
  'DATABASE_URL',
  'DATABASE_URI',
  'database_url',
  'database_uri',
  'DB_URL',
  'DB_URI',
  'db_url',
  'db_uri',
  'PostgresDsn',
  'MySQLDsn',
  'MariaDBDsn',
  'drivername',
  'postgresql:',
  'postgresql+',
  'postgres:',
  'mysql:',
  'mysql+',
  'mariadb',
  'sqlite:',
  'sqlite+',
];

interface Site {
  readonly expr: Expr;
  readonly kind: 'engine' | 'setting';
  readonly isScheme: boolean;
}

/** Expressions of a file that may be database URLs, in text order; those in classes for tests at the end. */
function sitesOf(file: SourceFile): readonly Site[] {
  let sites = known.get(file);
  if (!sites) known.set(file, (sites = findSites(file)));
  return sites;
}

const known = new WeakMap<SourceFile, readonly Site[]>();

function findSites(file: SourceFile): Site[] {
  const sites: Site[] = [];
  const late: Site[] = [];
  const open: { readonly node: Node; readonly isTest: boolean }[] = [{ node: file.module, isTest: false }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { node, isTest } = next;
    for (const site of sitesIn(node)) (isTest ? late : sites).push(site);
    const inner = isTest || (node.kind === 'ClassDef' && /test/i.test(node.name.text));
    for (const child of children(node)) open.push({ node: child, isTest: inner });
  }
  const inOrder = (a: Site, b: Site): number => a.expr.start - b.expr.start;
  return [...sites.sort(inOrder), ...late.sort(inOrder)];
}

function sitesIn(node: Node): Site[] {
  const setting = (expr: Expr): Site => ({ expr, kind: 'setting', isScheme: false });
  switch (node.kind) {
    case 'Call':
      return callSites(node);
    case 'Assign':
      return node.targets.some((target) => isUrlName(nameOf(target))) ? [setting(node.value)] : [];
    case 'AnnAssign':
      return node.value && isUrlName(nameOf(node.target)) ? [setting(node.value)] : [];
    case 'Keyword':
      return node.name && isUrlName(node.name.text) ? [setting(node.value)] : [];
    case 'Parameter':
      return node.default && isUrlName(node.name.text) ? [setting(node.default)] : [];
    case 'Dict':
      return node.keys.flatMap((key, index) =>
        key?.kind === 'Constant' && key.type === 'str' && isUrlName(key.value) ? [setting(node.values[index]!)] : [],
      );
    case 'FunctionDef': {
      // `def SQLALCHEMY_DATABASE_URI(self)`, a computed field of a settings class.
      if (!isUrlName(node.name.text)) return [];
      return node.body.flatMap((statement) =>
        statement.kind === 'Return' && statement.value ? [setting(statement.value)] : [],
      );
    }
    default:
      return [];
  }
}

function callSites(call: Call): Site[] {
  const name = nameOf(call.func);
  if (name === undefined) return [];
  if (/^(create_engine|create_async_engine|create_pool_from_url|Database)$/.test(name)) {
    const url = call.keywords.find((keyword) => keyword.name?.text === 'url')?.value ?? call.args[0];
    return url ? [{ expr: url, kind: 'engine', isScheme: false }] : [];
  }
  const keyword = call.keywords.find(
    ({ name: each }) => each?.text === 'drivername' || (each?.text === 'scheme' && name === 'build'),
  );
  return keyword ? [{ expr: keyword.value, kind: 'setting', isScheme: true }] : [];
}

function nameOf(expr: Expr): string | undefined {
  if (expr.kind === 'Name') return expr.id;
  if (expr.kind === 'Attribute') return expr.attr.text;
  // `app.config["SQLALCHEMY_DATABASE_URI"] = …`
  return expr.kind === 'Subscript' && expr.slice.kind === 'Constant' && expr.slice.type === 'str'
    ? expr.slice.value
    : undefined;
}

function isUrlName(name: string | undefined): boolean {
  return name !== undefined && (urlName.test(name) || /^(dsn|connection_?string|sqlalchemy\.url)$/i.test(name));
}

/** Not any `url`: web applications are full of those. */
const urlName =
  /(^|_)(database|db|sql|sqlalchemy|postgres|postgresql|pg|mysql|mariadb|sqlite|engine|async|sync|primary)\w*?(ur[il]|dsn|conn(ection)?_?str(ing)?)s?(_\w+)?$/i;

/** The scheme of a URL; of a text that is cut short, only if its scheme is whole. */
function fromUrl(url: string, isComplete: boolean, source: Source): Found | undefined {
  const match = /^\s*([A-Za-z][\w.]*(?:\+\w+)?):(\/\/)?/.exec(url);
  return match && (isComplete || match[2]) ? fromScheme(match[1]!, source) : undefined;
}

function fromScheme(text: string, source: Source): Found | undefined {
  const match = /^([A-Za-z][A-Za-z0-9_.]*)(?:\+([A-Za-z0-9_]+))?(:\/\/)?$/.exec(text);
  const dialect = match && dialectOf(match[1]!.toLowerCase());
  if (!match || dialect === undefined) return undefined;
  const driver = match[2]?.toLowerCase() ?? null;
  return { scheme: { dialect, driver: dialect === null ? null : driver }, source };
}

/** null for a database that cannot be rendered for, undefined for what is none (`redis`, `https`). */
function dialectOf(scheme: string): DialectName | null | undefined {
  if (/^(postgres|postgresql|psql|pgsql|postgis|timescalegis|timescale)$/.test(scheme)) return 'postgresql';
  if (/^(mysql|mariadb|mysql2|mysqlgis)$/.test(scheme)) return 'mysql';
  if (/^(sqlite|sqlite3|spatialite)$/.test(scheme)) return 'sqlite';
  return otherDatabases.test(scheme) ? null : undefined;
}

const otherDatabases =
  /^(oracle|oraclegis|mssql|mssqlms|cockroach|cockroachdb|redshift|snowflake|bigquery|duckdb|clickhouse|firebird|sybase|access|databricks|trino|hive|presto|db2|ibm_db_sa|teradatasql|vertica|hana|awsathena)$/;

/** Django's `ENGINE`: its own backends, and those of libraries that build on them. */
function fromBackend(engine: string, source: Source): Found | undefined {
  const dialect = /cockroach|oracle|mssql|sql_server|redshift|snowflake/.test(engine)
    ? null
    : /postg|psycopg|psqlextra|tenants|timescale/.test(engine)
      ? 'postgresql'
      : /mysql|mariadb/.test(engine)
        ? 'mysql'
        : /sqlite|spatialite/.test(engine)
          ? 'sqlite'
          : undefined;
  return dialect === undefined ? undefined : { scheme: { dialect, driver: null }, source };
}

function imageDialect(image: string): DialectName | undefined {
  if (/postg|timescale|pgvector/.test(image) && !/admin|exporter|bouncer|backup/.test(image)) return 'postgresql';
  return /^(mysql|mariadb|percona)/.test(image) ? 'mysql' : undefined;
}
