/**
 * What is taken away before the first request runs. The programs that come are checked against an allowlist in Python;
 * this is the wall behind it, and the process itself, started without rights, is the one behind that.
 */
import type { Python } from './python.ts';

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

/** Python has no way to JavaScript any more, nor to raw memory. */
export function closePython(python: Python): void {
  python.runPython(lockdown, { globals: python.toPy({}) });
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

/** The globals through which JavaScript that should not run here would find the host. */
export function closeHost(): void {
  for (const name of ['process', 'require', 'module', 'Buffer', 'global']) {
    Object.defineProperty(globalThis, name, { value: undefined, configurable: true });
  }
}

function refuse(): never {
  throw new Error('The sandbox has no network');
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
import _imp, asyncio, gc, sys

TAKEN = frozenset((
    "js", "pyodide_js", "pyodide", "_pyodide", "_pyodide_core",
    "ctypes", "_ctypes", "_testcapi", "_testinternalcapi", "_testlimitedcapi", "_testclinic", "_testclinic_limited",
    "_testbuffer", "_xxtestfuzz", "xxsubtype", "_posixsubprocess", "_remote_debugging", "mmap", "fcntl", "termios",
    "faulthandler", "_socket", "select", "_multiprocessing", "_lsprof",
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
for name in [name for name in sys.modules if name.partition(".")[0] in TAKEN]:
    del sys.modules[name]
_imp.create_builtin = guarded(_imp.create_builtin)
asyncio.events._set_event_loop_policy(None)
asyncio.events._set_running_loop(None)
gc.collect()
`;
