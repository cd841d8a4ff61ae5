/** What travels between the renderer and one of its child processes. */
import type { LibraryName } from '../../query/program.ts';

/** How a child process is to start; the only argument on its command line, as JSON. */
export interface HostConfig {
  readonly pyodideDir: string;
  /** Zip with Python's standard library. */
  readonly standardLibrary: string;
  /** Zips with the library and what it needs, in the order of `sys.path`. */
  readonly archives: readonly string[];
  /** Compiled modules of theirs: `package.module.so`. */
  readonly compiled: readonly string[];
  /** Folder that holds the package `ormsight_renderer`. */
  readonly rendererDir: string;
  readonly library: LibraryName;
  /** Feature release. */
  readonly version: string;
  /** What Python's memory may grow to, in bytes. */
  readonly memoryLimit: number;
  readonly snapshot:
    | { readonly use: 'no' }
    | { readonly use: 'load'; readonly file: string }
    /** Write a snapshot to the file and end, without answering anything. */
    | { readonly use: 'make'; readonly file: string };
}

/** One request, as `ormsight_renderer.handle` takes it. */
export interface HostRequest {
  readonly id: number;
  readonly text: string;
}

export type HostMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'snapshotMade'; readonly bytes: number; readonly milliseconds: number }
  /** Python could not be started; the process ends. */
  | { readonly kind: 'failed'; readonly message: string }
  /** What `handle` gave. `worn`: memory has grown so much that the process should be replaced before the next one. */
  | { readonly kind: 'answer'; readonly id: number; readonly text: string; readonly worn: boolean }
  /** Python ended the request by itself; the process must be replaced. */
  | {
      readonly kind: 'cutOff';
      readonly id: number;
      readonly reason: 'memory' | 'recursion' | 'crash';
      readonly message: string;
    };
