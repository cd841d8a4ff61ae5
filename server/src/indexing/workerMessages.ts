import type { ScannedFile, ScanOptions } from './scanner.ts';

export interface WorkerData {
  readonly key: string;
}

export type ToWorker =
  | { readonly kind: 'open'; readonly cacheFile: string | null }
  | { readonly kind: 'scan'; readonly job: number; readonly paths: readonly string[]; readonly options: ScanOptions };

export type FromWorker =
  | { readonly kind: 'facts'; readonly job: number; readonly batch: readonly ScannedFile[] }
  | { readonly kind: 'done'; readonly job: number };
