/** What travels between the renderer and one of its child processes. */
import type { LibraryName } from '../../query/program.ts';

/** How a child process is to start; the only argument on its command line, as JSON. */
export interface HostConfig {
  readonly pyodideDir: string;
  /** Zip with Python's standard library. */
  readonly standardLibrary: string;
  /** Zips with the library and what it needs, in the order of `sys.path`. */
  readonly archives: readonly string[];
  /** The library comes from a project: nothing of it runs before all that leads out of Python is taken away. */
  readonly isForeign: boolean;
  /** Of a foreign library: the packages that come along, by normalized name, and have to work. */
  readonly packages: readonly string[];
  /** Compiled modules of theirs: `package.module.so`. */
  readonly compiled: readonly string[];
  /** Folder that holds the package `ormsight_renderer`. */
  readonly rendererDir: string;
  readonly library: LibraryName;
  /** Feature release. */
  readonly version: string;
  /** What Python's memory may grow to, in bytes. */
  readonly memoryLimit: number;
  readonly task: HostTask;
}

export type HostTask =
  /** Answer requests; from a snapshot when one is named. That of a foreign library is without the library. */
  | { readonly kind: 'answer'; readonly snapshot: string | null }
  /** Write a snapshot to the file and end. */
  | { readonly kind: 'snapshot'; readonly file: string }
  /** Write the zip `from` to the file with byte code in the place of sources, without executing it, and end. */
  | { readonly kind: 'compile'; readonly from: string; readonly file: string };

/** One request, as `ormsight_renderer.handle` takes it. */
export interface HostRequest {
  readonly id: number;
  readonly text: string;
}

export type HostMessage =
  | { readonly kind: 'ready' }
  /** The file of the task is there; its size before compression. */
  | { readonly kind: 'written'; readonly bytes: number }
  /** Python could not be started, or its library not be imported; the process ends. */
  | { readonly kind: 'failed'; readonly of: 'python' | 'library'; readonly message: string }
  /** What `handle` gave. `worn`: memory has grown so much that the process should be replaced before the next one. */
  | { readonly kind: 'answer'; readonly id: number; readonly text: string; readonly worn: boolean }
  /** Python ended the request by itself; the process must be replaced. */
  | {
      readonly kind: 'cutOff';
      readonly id: number;
      readonly reason: 'memory' | 'recursion' | 'crash';
      readonly message: string;
    };
