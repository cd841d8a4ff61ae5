import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Connection } from 'vscode-languageserver';
import type { IndexProgress } from '../../../server/src/indexing/indexer.ts';
import { showIndexProgress } from '../../../server/src/lsp/indexProgress.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** What an editor would show, for progress that is told at these times. */
class Editor {
  readonly shown: string[] = [];
  tell: (progress: IndexProgress | null) => void = () => undefined;

  constructor() {
    const reporter = {
      begin: (title: string) => this.shown.push(title),
      report: (percent: number) => this.shown.push(`${percent} %`),
      done: () => this.shown.push('done'),
    };
    const window = { createWorkDoneProgress: () => Promise.resolve(reporter) };
    showIndexProgress({ window } as unknown as Connection, {
      onProgress: (listener) => (this.tell = listener),
    });
  }
}

test('what takes under a second shows nothing', async () => {
  const editor = new Editor();
  editor.tell({ done: 1, total: 10 });
  await vi.advanceTimersByTimeAsync(900);
  editor.tell(null);
  await vi.advanceTimersByTimeAsync(5000);
  expect(editor.shown).toEqual([]);
});

test('what takes longer is shown, each time', async () => {
  const editor = new Editor();
  for (let i = 0; i < 2; i++) {
    editor.tell({ done: 1, total: 10 });
    await vi.advanceTimersByTimeAsync(1000);
    editor.tell({ done: 5, total: 10 });
    editor.tell(null);
  }
  const once = ['Ormsight: reading Python files', '50 %', 'done'];
  expect(editor.shown).toEqual([...once, ...once]);
});
