import { readFile, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { PyodideAPI } from 'pyodide';
import { growNextMemory } from './memory.ts';
import type { HostConfig } from './messages.ts';
import { readSnapshot } from './snapshot.ts';
import { firstRequests, warmUpRequests } from './warmUp.ts';

/** Python with the parts of pyodide that are not in its types. */
export interface Python extends PyodideAPI {
  readonly _module: { readonly HEAPU8: Uint8Array; readonly FS: PyodideAPI['FS']; readonly [name: string]: unknown };
  readonly _api: { readonly config: object };
  makeMemorySnapshot(): Uint8Array;
}

interface StartOptions {
  readonly indexURL: string;
  readonly stdLibURL: string;
  readonly jsglobals: object;
  readonly env: Record<string, string>;
  readonly _sysExecutable: string;
  readonly stdin: () => null;
  readonly stdout: () => void;
  readonly stderr: () => void;
  readonly lockFileContents: string;
  readonly _makeSnapshot?: boolean;
  readonly _loadSnapshot?: Promise<Uint8Array>;
}

/**
 * Starts Python with the files of the library, from a memory snapshot when one is named; in a snapshot that is to be
 * made, with all imported that it shall hold. Rejects when a file is missing, a snapshot does not fit or an import fails.
 */
export async function loadPython(config: HostConfig): Promise<Python> {
  const { task } = config;
  const snapshot = task.kind === 'answer' && task.snapshot !== null ? await readSnapshot(task.snapshot) : null;
  const files = readFiles(config);
  provideNodeBinding();
  const pyodide = (await import(pathToFileURL(join(config.pyodideDir, 'pyodide.mjs')).href)) as {
    loadPyodide(options: StartOptions): Promise<Python>;
  };
  if (snapshot) growNextMemory(snapshot.size);
  const python = await pyodide.loadPyodide({
    indexURL: config.pyodideDir,
    stdLibURL: config.standardLibrary,
    jsglobals: {},
    env: { PYTHONHASHSEED: '0', HOME: '/', LANG: 'C.UTF-8', TZ: 'UTC' },
    _sysExecutable: 'python',
    stdin: () => null,
    stdout: () => undefined,
    stderr: () => undefined,
    lockFileContents: await lockFileWithoutPackages(config.pyodideDir),
    ...(snapshot && { _loadSnapshot: snapshot.bytes }),
    ...(task.kind === 'snapshot' && { _makeSnapshot: true }),
  });
  // pyodide holds on to its options, and this one is large.
  Object.assign(python._api.config, { _loadSnapshot: undefined });
  for (const [path, bytes] of await files) {
    python.FS.mkdirTree(path.slice(0, path.lastIndexOf('/')));
    python.FS.writeFile(path, bytes, { canOwn: true });
  }
  if (task.kind === 'snapshot') prepareSnapshot(python, config);
  return python;
}

/** What `start` of `lockdown.ts` needs to import the library; nothing when the snapshot has it imported. */
export function libraryToStart(config: HostConfig): LibraryStart | null {
  const { task, isForeign, library, version, packages } = config;
  if (task.kind === 'answer' && task.snapshot !== null && !isForeign) return null;
  return {
    folders: foldersOf(config),
    library,
    version,
    requests: isForeign ? firstRequests(library, version, packages) : [],
  };
}

export interface LibraryStart {
  /** Of `sys.path`. */
  readonly folders: readonly string[];
  readonly library: string;
  readonly version: string;
  /** Requests that have to be answered, or the library does not work here: as JSON. */
  readonly requests: readonly string[];
}

function prepareSnapshot(python: Python, config: HostConfig): void {
  const { library, version, isForeign } = config;
  const namespace = python.toPy({
    folders: isForeign ? [rendererFolder] : foldersOf(config),
    library: isForeign ? '' : library,
    of_python: ofPython,
    version,
    requests: isForeign ? [] : warmUpRequests(library, version).map((each) => JSON.stringify(each)),
  });
  python.runPython(prepare, { globals: namespace });
  namespace.destroy();
}

const prepare = `
import gc, sys
sys.path.extend(folders)
sys.dont_write_bytecode = True
import ormsight_renderer
if not library:
    # Libraries of projects are imported later, behind the walls; this is what they import of Python.
    for name in of_python.split():
        __import__(name)
else:
    ormsight_renderer.start(library, version)
for request in requests:
    try:
        ormsight_renderer.handle(request)
    except BaseException:
        pass
gc.collect()
gc.freeze()
`;

const ofPython = `
asyncio collections.abc contextvars copy csv dataclasses datetime decimal difflib email.header email.message enum
fractions functools gettext hashlib hmac html.parser http.client http.cookies importlib.metadata importlib.resources
inspect io ipaddress itertools json locale logging.config multiprocessing operator pathlib pickle pkgutil platform pprint
queue random re secrets select selectors shutil signal smtplib socket sqlite3 ssl statistics string struct subprocess
tempfile threading time timeit tokenize traceback types typing unicodedata unittest.mock urllib.parse urllib.request uuid
warnings weakref xml.sax zipfile zoneinfo
`;

function foldersOf({ archives }: HostConfig): string[] {
  return [rendererFolder, ...archives.map(pathInside)];
}

const rendererFolder = '/renderer';

/** The zips, compiled modules and our own, by their paths inside. */
async function readFiles({ archives, compiled, rendererDir }: HostConfig): Promise<[string, Uint8Array][]> {
  const modules = (await readdir(rendererDir, { recursive: true })).filter((file) => file.endsWith('.py'));
  return Promise.all([
    ...[...archives, ...compiled].map(async (file): Promise<[string, Uint8Array]> => [
      pathInside(file),
      await readFile(file),
    ]),
    ...modules.map(async (file): Promise<[string, Uint8Array]> => [
      `${rendererFolder}/${file.replaceAll('\\', '/')}`,
      await readFile(join(rendererDir, file)),
    ]),
  ]);
}

function pathInside(archive: string): string {
  return `/libraries/${basename(archive)}`;
}

/** pyodide checks what is in its lock file; the packages it lists for download are not to be had here. */
async function lockFileWithoutPackages(pyodideDir: string): Promise<string> {
  const { info } = JSON.parse(await readFile(join(pyodideDir, 'pyodide-lock.json'), 'utf8')) as { info: object };
  return JSON.stringify({ info, packages: {} });
}

/** pyodide asks the host for its file constants in a way that Node's permission model forbids. */
function provideNodeBinding(): void {
  const constants = { fs: process.getBuiltinModule('node:fs').constants };
  Object.assign(process, { binding: () => constants });
}
