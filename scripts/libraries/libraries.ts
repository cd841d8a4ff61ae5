import type { LibraryName } from '../../server/src/query/program.ts';
import {
  isPython,
  neededOfDjango,
  neededOfRestFramework,
  neededOfSqlAlchemy,
  neededOfSqlModel,
} from '../../server/src/render/neededFiles.ts';

/** One zip of `dist/libraries/`. */
export interface Archive {
  /** Name of the zip: `sqlalchemy-2.0`. */
  readonly name: string;
  /** The packages in `requirements/<name>.txt`, or the standard library of the sandbox's Python. */
  readonly source: 'requirements' | 'pyodide';
  /** Whether a file of a wheel is needed to render; licences are kept in any case. */
  readonly keeps: (path: string) => boolean;
  /** The wheels of the sandbox's own Python, for packages with a compiled part. */
  readonly isCompiled?: true;
}

/** An ORM as the renderer can choose it: the zips that go on `sys.path`, in this order. */
export interface Library {
  readonly library: LibraryName;
  /** Feature release: `2.0`. */
  readonly version: string;
  readonly archives: readonly string[];
}

const aroundSqlAlchemy = ['tzdata', 'sqlalchemy-support', 'flask-sqlalchemy-3.1', 'sqlmodel-0.0', 'pydantic-core'];
const aroundDjango = ['tzdata', 'django-support'];

export const libraries: readonly Library[] = [
  // Flask-SQLAlchemy 3.0 is the last that takes SQLAlchemy 1.4; what it needs is beside 3.1, which comes after it.
  {
    library: 'sqlalchemy',
    version: '1.4',
    archives: ['sqlalchemy-1.4', 'flask-sqlalchemy-3.0', 'flask-sqlalchemy-3.1', 'sqlalchemy-support', 'tzdata'],
  },
  { library: 'sqlalchemy', version: '2.0', archives: ['sqlalchemy-2.0', ...aroundSqlAlchemy] },
  { library: 'sqlalchemy', version: '2.1', archives: ['sqlalchemy-2.1', ...aroundSqlAlchemy] },
  // The newest REST framework that takes Django 4.2.
  { library: 'django', version: '4.2', archives: ['django-4.2', 'rest-framework-3.16', ...aroundDjango] },
  { library: 'django', version: '5.2', archives: ['django-5.2', 'rest-framework-3.18', ...aroundDjango] },
  { library: 'django', version: '6.1', archives: ['django-6.1', 'rest-framework-3.18', ...aroundDjango] },
];

/** Goes under every library; as byte code, Python starts in half the time. */
export const standardLibrary = 'python';

export const archives: readonly Archive[] = [
  { name: standardLibrary, source: 'pyodide', keeps: neededOfPython },
  { name: 'sqlalchemy-1.4', source: 'requirements', keeps: neededOfSqlAlchemy },
  { name: 'sqlalchemy-2.0', source: 'requirements', keeps: neededOfSqlAlchemy },
  { name: 'sqlalchemy-2.1', source: 'requirements', keeps: neededOfSqlAlchemy },
  { name: 'sqlalchemy-support', source: 'requirements', keeps: isPython },
  { name: 'flask-sqlalchemy-3.0', source: 'requirements', keeps: isPython },
  { name: 'flask-sqlalchemy-3.1', source: 'requirements', keeps: neededOfFlask },
  { name: 'sqlmodel-0.0', source: 'requirements', keeps: neededOfSqlModel },
  { name: 'pydantic-core', source: 'requirements', keeps: isPython, isCompiled: true },
  { name: 'django-4.2', source: 'requirements', keeps: neededOfDjango },
  { name: 'django-5.2', source: 'requirements', keeps: neededOfDjango },
  { name: 'django-6.1', source: 'requirements', keeps: neededOfDjango },
  { name: 'rest-framework-3.16', source: 'requirements', keeps: neededOfRestFramework },
  { name: 'rest-framework-3.18', source: 'requirements', keeps: neededOfRestFramework },
  { name: 'django-support', source: 'requirements', keeps: isPython },
  { name: 'tzdata', source: 'requirements', keeps: neededOfTimeZones },
];

/** The machine of the sandbox has no time zones of its own. */
function neededOfTimeZones(path: string): boolean {
  return path.startsWith('tzdata/') && !/(\.tab|\.zi|\/leapseconds|\/zones)$/.test(path);
}

function neededOfFlask(path: string): boolean {
  return isPython(path) && !/^(werkzeug\/debug|flask\/sansio\/README)/.test(path);
}

/** pyodide's own modules are needed to start, and are taken away before anything else runs. */
function neededOfPython(path: string): boolean {
  return isPython(path) && !/^(ctypes|_pyrepl|idlelib|tkinter|turtle|ensurepip|venv|pydoc_data)\b/.test(path);
}
