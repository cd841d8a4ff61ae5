import { readFile, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { PyodideAPI } from 'pyodide';
import { growNextMemory } from './memory.ts';
import type { HostConfig } from './messages.ts';
import { readSnapshot } from './snapshot.ts';
import { warmUpRequests } from './warmUp.ts';

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
 * Starts Python with the library imported and `ormsight_renderer` ready to handle requests: from a memory snapshot
 * when there is one, else from the start. Rejects when a file is missing, a snapshot does not fit or an import fails.
 */
export async function loadPython(config: HostConfig): Promise<Python> {
  const snapshot = config.snapshot.use === 'load' ? await readSnapshot(config.snapshot.file) : null;
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
    ...(config.snapshot.use === 'make' && { _makeSnapshot: true }),
  });
  // pyodide holds on to its options, and this one is large.
  Object.assign(python._api.config, { _loadSnapshot: undefined });
  for (const [path, bytes] of await files) {
    python.FS.mkdirTree(path.slice(0, path.lastIndexOf('/')));
    python.FS.writeFile(path, bytes, { canOwn: true });
  }
  if (!snapshot) startRenderer(python, config);
  return python;
}

function startRenderer(python: Python, config: HostConfig): void {
  const { library, version, snapshot } = config;
  const namespace = python.toPy({
    folders: [rendererFolder, ...config.archives.map(pathInside)],
    library,
    version,
    // Without a snapshot, the first request takes no longer than warming up for it would.
    requests: (snapshot.use === 'make' ? warmUpRequests(library, version) : []).map((each) => JSON.stringify(each)),
  });
  python.runPython(start, { globals: namespace });
  namespace.destroy();
}

const start = `
import gc, sys
sys.path.extend(folders)
sys.dont_write_bytecode = True
import ormsight_renderer
ormsight_renderer.start(library, version)
for request in requests:
    try:
        ormsight_renderer.handle(request)
    except BaseException:
        pass
gc.collect()
gc.freeze()
`;

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
