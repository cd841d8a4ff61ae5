/**
 * What is taken away before the first request runs. The programs that come are checked against an allowlist in Python;
 * this is the wall behind it, and the process itself, started without rights, is the one behind that.
 */
import type { LibraryStart, Python } from './python.ts';

/** No connection can be made from this process any more. */
export function closeNetwork(): void {
  for (const name of ['fetch', 'WebSocket', 'EventSource', 'XMLHttpRequest']) {
    Object.defineProperty(globalThis, name, { value: undefined });
  }
  const { Socket, Server } = process.getBuiltinModule('node:net');
  const { Socket: Datagrams } = process.getBuiltinModule('node:dgram');
  Socket.prototype.connect = refuse;
  Server.prototype.listen = refuse;
  Datagrams.prototype.bind = refuse;
  Datagrams.prototype.connect = refuse;
  Datagrams.prototype.send = refuse;
}

/** What Python still does when it is closed. */
export interface ClosedPython {
  /** Imports the library. Gives an empty text, or why that failed. */
  start(library: LibraryStart): unknown;
  /** Answers a request: a text, or what Python raised, after a zero character: `\0MemoryError`. */
  answer(request: string): unknown;
}

/** Python has no way to JavaScript any more, nor to raw memory. */
export function closePython(python: Python): ClosedPython {
  const functions = python.runPython(lockdown, { globals: python.toPy({}) }) as {
    get(index: number): (text: string) => unknown;
    destroy(): void;
  };
  const [start, answer] = [functions.get(0), functions.get(1)];
  functions.destroy();
  return { start: (library) => start(JSON.stringify(library)), answer };
}

/** Python's file system, which is in memory, can be read and no longer changed, so it cannot fill up. */
export function closeFileSystem({ FS }: Python): void {
  const fileSystem = FS as unknown as Record<string, unknown> & { ErrnoError: new (code: number) => Error };
  const readOnly = () => {
    throw new fileSystem.ErrnoError(readOnlyFileSystem);
  };
  const open = fileSystem['open'] as (path: string, flags: number | string, ...rest: unknown[]) => unknown;
  fileSystem['open'] = (path: string, flags: number | string, ...rest: unknown[]) =>
    typeof flags === 'number' && (flags & writeFlags) === 0 ? open.call(fileSystem, path, flags, ...rest) : readOnly();
  for (const name of changes) fileSystem[name] = readOnly;
}

/**
 * JavaScript that should not run here, because something led out of Python after all, finds neither the globals nor
 * the modules of the host. Those that pyodide and Node have got hold of are emptied, so nothing can be loaded any more.
 */
export function closeHost(): void {
  const { getBuiltinModule } = process;
  const { syncBuiltinESMExports } = getBuiltinModule('node:module');
  const modules = [
    ...['node:fs', 'node:fs/promises', 'node:child_process', 'node:worker_threads', 'node:vm', 'node:module'],
    ...['node:inspector', 'node:dns', 'node:http', 'node:https', 'node:http2', 'node:tls'],
  ];
  for (const name of modules) empty(getBuiltinModule(name) as Record<string, unknown>);
  syncBuiltinESMExports();
  for (const name of ['process', 'require', 'module', 'Buffer', 'global']) {
    Object.defineProperty(globalThis, name, { value: undefined, configurable: true });
  }
}

function empty(module: Record<string, unknown>): void {
  for (const name of Object.keys(module)) {
    const { writable, get } = Object.getOwnPropertyDescriptor(module, name)!;
    if (writable && !get && typeof module[name] === 'function') module[name] = refuse;
  }
}

function refuse(): never {
  throw new Error('The sandbox does not do this');
}

const readOnlyFileSystem = 69;

/** `O_WRONLY`, `O_RDWR`, `O_CREAT`, `O_TRUNC` and `O_APPEND` of Emscripten's C library. */
const writeFlags = 0o1 | 0o2 | 0o100 | 0o1000 | 0o2000;

const changes = [
  ...['mount', 'unmount', 'mknod', 'mkdir', 'mkdirTree', 'create', 'createFile', 'writeFile', 'symlink', 'rename'],
  ...['unlink', 'rmdir', 'truncate', 'ftruncate', 'chmod', 'fchmod', 'lchmod', 'chown', 'fchown', 'lchown', 'utime'],
  ...['write', 'allocate', 'mmap', 'msync', 'createDevice', 'createLazyFile', 'createPreloadedFile', 'createDataFile'],
];

const lockdown = `
import _imp, asyncio, gc, json, sys
if "/renderer" not in sys.path:
    sys.path.append("/renderer")
sys.dont_write_bytecode = True
import ormsight_renderer

TAKEN = frozenset((
    "js", "pyodide_js", "pyodide", "_pyodide", "_pyodide_core",
    "ctypes", "_ctypes", "_testcapi", "_testinternalcapi", "_testlimitedcapi", "_testclinic", "_testclinic_limited",
    "_testbuffer", "_xxtestfuzz", "xxsubtype", "_posixsubprocess", "_remote_debugging", "mmap", "faulthandler",
))

class Guard:
    """First in sys.meta_path: what was taken away cannot be imported again."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        if name.partition(".")[0] in TAKEN:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

def guarded(create):
    def create_builtin(spec):
        Guard.find_spec(spec.name)
        return create(spec)
    return create_builtin

for finder in sys.meta_path:
    if hasattr(finder, "jsproxies"):
        finder.jsproxies.clear()
sys.meta_path[:] = [Guard, *(f for f in sys.meta_path if "pyodide" not in (getattr(f, "__module__", "") or ""))]
JsProxy = sys.modules["pyodide.ffi"].JsProxy
for name in [name for name in sys.modules if name.partition(".")[0] in TAKEN]:
    module = sys.modules.pop(name)
    if isinstance(module, JsProxy):
        module.__spec__.loader.jsproxy = None
    else:
        vars(module).update({key: None for key, value in vars(module).items() if isinstance(value, JsProxy)})
_imp.create_builtin = guarded(_imp.create_builtin)
asyncio.events._set_event_loop_policy(None)
asyncio.events._set_running_loop(None)

def start(text):
    library = json.loads(text)
    sys.path.extend(folder for folder in library["folders"] if folder not in sys.path)
    try:
        ormsight_renderer.start(library["library"], library["version"])
        for request in library["requests"]:
            reply = json.loads(ormsight_renderer.handle(request))
            if reply["kind"] != "rendered" or reply.get("unknown"):
                return reply.get("message") or reply.get("reason") or ", ".join(reply.get("unknown") or [reply["kind"]])
    except BaseException as error:
        return f"{type(error).__name__}: {error}"
    gc.collect()
    gc.freeze()
    return ""

def answer(request):
    try:
        return ormsight_renderer.handle(request)
    except BaseException as error:
        return "\\0" + type(error).__name__

start, answer
`;
