import { Worker } from 'node:worker_threads';
import type { ScannedFile, Scanner, ScanOptions } from './scanner.ts';
import type { FromWorker, ToWorker, WorkerData } from './workerMessages.ts';

interface Job {
  onFacts(batch: readonly ScannedFile[]): void;
  resolve(): void;
  reject(error: Error): void;
}

/** Scans in a thread of its own. When that ends by itself, all scans reject, running and future ones. */
export class WorkerScanner implements Scanner {
  readonly #worker: Worker;
  readonly #jobs = new Map<number, Job>();
  #lastJob = 0;
  #failure: Error | undefined;

  /** `file` is the bundle of `worker.ts`. */
  constructor(file: string, data: WorkerData) {
    this.#worker = new Worker(file, { workerData: data });
    // A server that has nothing else to do may end.
    this.#worker.unref();
    this.#worker.on('message', (message: FromWorker) => this.#receive(message));
    this.#worker.on('error', (error: unknown) => this.#fail(error instanceof Error ? error : new Error(String(error))));
    this.#worker.on('exit', () => this.#fail(new Error('the thread ended')));
  }

  open(cacheFile: string | null): void {
    this.#send({ kind: 'open', cacheFile });
  }

  async scan(
    paths: readonly string[],
    options: ScanOptions,
    onFacts: (batch: readonly ScannedFile[]) => void,
  ): Promise<void> {
    if (this.#failure) throw this.#failure;
    const job = ++this.#lastJob;
    await new Promise<void>((resolve, reject) => {
      this.#jobs.set(job, { onFacts, resolve, reject });
      this.#send({ kind: 'scan', job, paths, options });
    });
  }

  dispose(): void {
    void this.#worker.terminate();
  }

  #send(message: ToWorker): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    this.#worker.postMessage(message);
  }

  #receive(message: FromWorker): void {
    const job = this.#jobs.get(message.job);
    if (message.kind === 'facts') {
      job?.onFacts(message.batch);
      return;
    }
    this.#jobs.delete(message.job);
    job?.resolve();
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const job of this.#jobs.values()) job.reject(this.#failure);
    this.#jobs.clear();
  }
}
