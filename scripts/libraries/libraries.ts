import type { LibraryName } from '../../server/src/query/program.ts';

/** One zip of `dist/libraries/`. */
export interface Archive {
  /** Name of the zip: `sqlalchemy-2.0`. */
  readonly name: string;
  /** The packages in `requirements/<name>.txt`, or the standard library of the sandbox's Python. */
  readonly source: 'requirements' | 'pyodide';
  /** Whether a file of a wheel is needed to render; licences are kept in any case. */
  readonly keeps: (path: string) => boolean;
}

/** An ORM as the renderer can choose it: the zips that go on `sys.path`, in this order. */
export interface Library {
  readonly library: LibraryName;
  /** Feature release: `2.0`. */
  readonly version: string;
  readonly archives: readonly string[];
}

export const libraries: readonly Library[] = [
  { library: 'sqlalchemy', version: '1.4', archives: ['sqlalchemy-1.4'] },
  { library: 'sqlalchemy', version: '2.0', archives: ['sqlalchemy-2.0', 'sqlalchemy-support', 'flask-sqlalchemy-3.1'] },
  { library: 'sqlalchemy', version: '2.1', archives: ['sqlalchemy-2.1', 'sqlalchemy-support', 'flask-sqlalchemy-3.1'] },
  { library: 'django', version: '4.2', archives: ['django-4.2', 'django-support'] },
  { library: 'django', version: '5.2', archives: ['django-5.2', 'django-support'] },
  { library: 'django', version: '6.1', archives: ['django-6.1', 'django-support'] },
];

/** Goes under every library; as byte code, Python starts in half the time. */
export const standardLibrary = 'python';

export const archives: readonly Archive[] = [
  { name: standardLibrary, source: 'pyodide', keeps: neededOfPython },
  { name: 'sqlalchemy-1.4', source: 'requirements', keeps: neededOfSqlAlchemy },
  { name: 'sqlalchemy-2.0', source: 'requirements', keeps: neededOfSqlAlchemy },
  { name: 'sqlalchemy-2.1', source: 'requirements', keeps: neededOfSqlAlchemy },
  { name: 'sqlalchemy-support', source: 'requirements', keeps: isPython },
  { name: 'flask-sqlalchemy-3.1', source: 'requirements', keeps: neededOfFlask },
  { name: 'django-4.2', source: 'requirements', keeps: neededOfDjango },
  { name: 'django-5.2', source: 'requirements', keeps: neededOfDjango },
  { name: 'django-6.1', source: 'requirements', keeps: neededOfDjango },
  { name: 'django-support', source: 'requirements', keeps: isPython },
];

function neededOfSqlAlchemy(path: string): boolean {
  return isPython(path) && !/^sqlalchemy\/(testing|ext\/mypy)\//.test(path);
}

/** Without the admin, GIS, tests and migrations, with the formats of the one language that the sandbox speaks. */
function neededOfDjango(path: string): boolean {
  if (/^django\/(contrib\/(admin|admindocs|gis)|test|core\/management\/commands)\//.test(path)) return false;
  if (/\/migrations\//.test(path) && path.startsWith('django/contrib/')) return false;
  if (/^django\/conf\/locale\/(?!en\/|__init__)/.test(path)) return false;
  return isPython(path);
}

function neededOfFlask(path: string): boolean {
  return isPython(path) && !/^(werkzeug\/debug|flask\/sansio\/README)/.test(path);
}

/** pyodide's own modules are needed to start, and are taken away before anything else runs. */
function neededOfPython(path: string): boolean {
  return isPython(path) && !/^(ctypes|_pyrepl|idlelib|tkinter|turtle|ensurepip|venv|pydoc_data)\b/.test(path);
}

function isPython(path: string): boolean {
  return path.endsWith('.py') && !/(^|\/)tests?\//.test(path);
}
