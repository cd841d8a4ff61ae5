import { beforeEach, expect, test } from 'vitest';
import { Documents } from '../../../server/src/lsp/documents.ts';

/** What the engine would know: the open texts, by path. */
let known: Map<string, string>;
let documents: Documents;

beforeEach(() => {
  known = new Map();
  documents = new Documents({
    change: (path, text) => (text === null ? known.delete(path) : known.set(path, text)),
    textOf: (path) => known.get(path) ?? (path === '/disk.py' ? 'on = "disk"\nx' : undefined),
  });
});

const uri = 'file:///shop/a.py';

test('a text follows its changes, in UTF-16', () => {
  documents.open({ uri, languageId: 'python', version: 1, text: 'x = "😀"\ny = 2\n' });
  documents.change({
    textDocument: { uri, version: 2 },
    contentChanges: [
      { range: range(0, 7, 0, 8), text: '!"' },
      { range: range(1, 4, 1, 5), text: '33' },
    ],
  });
  expect(known.get('/shop/a.py')).toBe('x = "😀!"\ny = 33\n');
  expect(documents.get(uri)?.version).toBe(2);
});

test('closing gives the file back to the disk', () => {
  documents.open({ uri, languageId: 'python', version: 1, text: 'x' });
  documents.close(uri);
  expect(known.size).toBe(0);
  expect(documents.get(uri)).toBeUndefined();
});

test('news of documents that are not open are ignored', () => {
  documents.change({ textDocument: { uri, version: 2 }, contentChanges: [{ text: 'x' }] });
  documents.close(uri);
  documents.closeNotebook(uri);
  documents.changeNotebook({ notebookDocument: { uri, version: 2 }, change: {} });
  expect(known.size).toBe(0);
  expect(documents.generation).toBe(0);
});

test('files that are not open are located by their text on disk', () => {
  expect(documents.locate('/disk.py', { start: 12, end: 13 })).toEqual({
    uri: 'file:///disk.py',
    range: range(1, 0, 1, 1),
    version: null,
  });
  expect(documents.locate('/gone.py', { start: 0, end: 1 })).toBeUndefined();
});

test('open files are located by the address the client uses', () => {
  const odd = 'file:///shop/./a%2Epy';
  documents.open({ uri: odd, languageId: 'python', version: 7, text: 'abc' });
  expect(documents.locate('/shop/a.py', { start: 1, end: 2 })).toMatchObject({ uri: odd, version: 7 });
});

test('the cells of a notebook are one module', () => {
  openNotebook('import x\n', '%time x()', 'y = x');
  expect(known.get('/shop/n.ipynb')).toBe('import x\n\n#time x()\ny = x\n');
  const third = documents.get('cell:2')!;
  expect(third.path).toBe('/shop/n.ipynb');
  expect(known.get('/shop/n.ipynb')!.slice(third.offsetAt({ line: 0, character: 4 }))).toBe('x\n');
  expect(documents.locate('/shop/n.ipynb', { start: third.start, end: third.start + 1 })).toMatchObject({
    uri: 'cell:2',
    range: range(0, 0, 0, 1),
  });
});

test('a piece that leaves its cell is cut off there', () => {
  openNotebook('a = 1', 'b = 2');
  expect(documents.get('cell:0')!.rangeOf({ start: 2, end: 8 })).toEqual(range(0, 2, 0, 5));
});

test('cells come, go and change', () => {
  openNotebook('a', 'b', 'c');
  documents.changeNotebook({
    notebookDocument: { uri: 'file:///shop/n.ipynb', version: 2 },
    change: {
      cells: {
        structure: {
          array: { start: 0, deleteCount: 2, cells: [{ kind: 2, document: 'cell:9' }] },
          didOpen: [{ uri: 'cell:9', languageId: 'python', version: 1, text: 'nine' }],
          didClose: [{ uri: 'cell:0' }, { uri: 'cell:1' }],
        },
      },
    },
  });
  documents.changeNotebook({
    notebookDocument: { uri: 'file:///shop/n.ipynb', version: 3 },
    change: { cells: { textContent: [{ document: { uri: 'cell:2', version: 2 }, changes: [{ text: 'cc' }] }] } },
  });
  expect(known.get('/shop/n.ipynb')).toBe('nine\ncc\n');
  expect(documents.get('cell:0')).toBeUndefined();
  documents.closeNotebook('file:///shop/n.ipynb');
  expect(known.size).toBe(0);
  expect(documents.get('cell:9')).toBeUndefined();
});

test('a notebook without Python is an empty module', () => {
  openNotebook();
  expect(known.get('/shop/n.ipynb')).toBe('');
  expect(documents.locate('/shop/n.ipynb', { start: 0, end: 0 })).toBeUndefined();
});

function openNotebook(...cells: readonly string[]): void {
  documents.openNotebook({
    notebookDocument: {
      uri: 'file:///shop/n.ipynb',
      notebookType: 'jupyter-notebook',
      version: 1,
      cells: cells.map((_, i) => ({ kind: 2, document: `cell:${i}` })),
    },
    cellTextDocuments: cells.map((text, i) => ({ uri: `cell:${i}`, languageId: 'python', version: 1, text })),
  });
}

function range(startLine: number, start: number, endLine: number, end: number) {
  return { start: { line: startLine, character: start }, end: { line: endLine, character: end } };
}
