import { existsSync } from 'node:fs';
import { factsFormat } from '../python/fileFacts.ts';
import { nodeFileSystem } from '../workspace/fileSystem.ts';
import { Indexer, type IndexerOptions } from './indexer.ts';
import { FileScanner, LocalScanner } from './scanner.ts';
import { WorkerScanner } from './workerScanner.ts';

/** An indexer of the real disk. `worker` is the bundle of `worker.ts`; without it, files are scanned in this thread. */
export function createIndexer(
  options: Omit<IndexerOptions, 'scanner' | 'fallback'> & { readonly worker: string; readonly product: string },
): Indexer {
  const key = `${options.product} ${factsFormat}`;
  const fallback = (): LocalScanner => new LocalScanner(new FileScanner(nodeFileSystem, key));
  const scanner = existsSync(options.worker) ? new WorkerScanner(options.worker, { key }) : fallback();
  return new Indexer({ ...options, scanner, fallback });
}
