/**
 * The thread that finds out the facts of files: `dist/index-worker.cjs`, started by `workerScanner.ts`. It has no state
 * but the cache, and ends with the server.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { nodeFileSystem } from '../workspace/fileSystem.ts';
import { FileScanner, type ScannedFile } from './scanner.ts';
import type { FromWorker, ToWorker, WorkerData } from './workerMessages.ts';

const port = parentPort!;
const { key } = workerData as WorkerData;
const scanner = new FileScanner(nodeFileSystem, key);
let saving: NodeJS.Timeout | undefined;

port.on('message', (message: ToWorker) => {
  if (message.kind === 'open') {
    scanner.open(message.cacheFile);
    return;
  }
  const { job, paths, options } = message;
  let batch: ScannedFile[] = [];
  for (const path of paths) {
    batch.push([path, scanner.scan(path, options)]);
    if (batch.length < batchSize) continue;
    post({ kind: 'facts', job, batch });
    batch = [];
  }
  post({ kind: 'facts', job, batch });
  post({ kind: 'done', job });
  clearTimeout(saving);
  saving = setTimeout(() => scanner.cache?.save(), saveAfter);
});

function post(message: FromWorker): void {
  port.postMessage(message);
}

const batchSize = 100;

/** Milliseconds without work. */
const saveAfter = 500;
