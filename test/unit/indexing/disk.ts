import { mkdirSync, mkdtempSync, realpathSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { FactsStore } from '../../../server/src/python/factsStore.ts';
import { Indexer, type IndexerOptions } from '../../../server/src/indexing/indexer.ts';
import { FileScanner, LocalScanner } from '../../../server/src/indexing/scanner.ts';
import { nodeFileSystem, type FileSystem } from '../../../server/src/workspace/fileSystem.ts';
import { Workspace } from '../../../server/src/workspace/workspace.ts';

/** A folder on disk. Its files look as if they were written long ago, each at another time. */
export class Disk implements Disposable {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), 'ormsight-index-')));
  #time = 1_500_000_000;

  constructor(files: Readonly<Record<string, string | Uint8Array>> = {}) {
    for (const [path, content] of Object.entries(files)) this.write(path, content);
  }

  path(name: string): string {
    return join(this.root, name);
  }

  write(name: string, content: string | Uint8Array): string {
    const path = this.path(name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    this.#time += 10;
    utimesSync(path, this.#time, this.#time);
    return path;
  }

  [Symbol.dispose](): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** A workspace as the server has it, scanned in this thread so that the work can be counted. */
export class Indexed {
  readonly workspace: Workspace;
  readonly facts = new FactsStore();
  readonly files: FileScanner;
  readonly indexer: Indexer;
  readonly failures: unknown[] = [];

  constructor(roots: readonly string[], options: Partial<IndexerOptions> & { fs?: FileSystem; key?: string } = {}) {
    const { fs = nodeFileSystem, key = '1.0', ...others } = options;
    this.workspace = new Workspace({ roots, fileSystem: fs });
    this.files = new FileScanner(fs, key);
    this.indexer = new Indexer({
      workspace: this.workspace,
      facts: this.facts,
      scanner: new LocalScanner(this.files),
      fallback: () => new LocalScanner(this.files),
      folder: null,
      onFailure: (error) => this.failures.push(error),
      ...others,
    });
  }

  /** What the scanner had to do until everything is known. */
  async work(): Promise<{ asked: number; read: number; scanned: number }> {
    const before = { ...this.files.counts };
    await this.indexer.ready();
    const { asked, read, scanned } = this.files.counts;
    return { asked: asked - before.asked, read: read - before.read, scanned: scanned - before.scanned };
  }
}

/** That many files with a class each. */
export function manyFiles(count: number, folder = 'app'): Record<string, string> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, i) => [`${folder}/f${i}.py`, `import lib${i}\nclass C${i}(Base): pass\n`]),
  );
}
