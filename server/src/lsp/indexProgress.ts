import type { Connection, WorkDoneProgressServerReporter } from 'vscode-languageserver';
import type { Indexer } from '../indexing/indexer.ts';

/** Shows in the editor that files are being read, when that takes so long that a user may wonder. */
export function showIndexProgress(connection: Connection, indexer: Pick<Indexer, 'onProgress'>): void {
  let timer: NodeJS.Timeout | undefined;
  let shown: WorkDoneProgressServerReporter | undefined;
  let isBusy = false;

  indexer.onProgress((progress) => {
    if (progress === null) {
      isBusy = false;
      clearTimeout(timer);
      timer = undefined;
      shown?.done();
      shown = undefined;
      return;
    }
    isBusy = true;
    shown?.report(Math.floor((100 * progress.done) / Math.max(progress.total, 1)));
    timer ??= setTimeout(() => void begin(), patience);
  });

  async function begin(): Promise<void> {
    try {
      const reporter = await connection.window.createWorkDoneProgress();
      if (!isBusy) return;
      reporter.begin('Ormsight: reading Python files', 0);
      shown = reporter;
    } catch {
      // A client that refuses shows nothing.
    }
  }
}

/** Milliseconds. What is done before is not worth a flash. */
const patience = 1000;
