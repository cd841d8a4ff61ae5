/** The server as a process: how it starts, what it says of itself, how it ends. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { startLanguageServer } from '../harness/languageServer.ts';
import { models, openProject, place, queries } from './project.ts';

describe('initialize', () => {
  test('says what it can do', async () => {
    await using server = await startLanguageServer({ folder: null });
    expect(server.initialized).toMatchObject({
      serverInfo: { name: 'Ormsight' },
      capabilities: {
        hoverProvider: true,
        textDocumentSync: { openClose: true, change: 2 },
        diagnosticProvider: { interFileDependencies: true, workspaceDiagnostics: false },
        codeActionProvider: { codeActionKinds: ['quickfix', 'source.fixAll.ormsight'] },
        notebookDocumentSync: { notebookSelector: [{ cells: [{ language: 'python' }] }] },
        workspace: { workspaceFolders: { supported: true } },
      },
    });
  });

  test('works for a client that has next to nothing', async () => {
    await using project = await openProject(undefined, {
      capabilities: { workspace: undefined, window: undefined, textDocument: undefined },
      initializationOptions: 'nonsense',
    });
    const uri = await project.server.open(project.path('models.py'));
    expect(await project.server.hover(uri, 0, 0)).toBeNull();
  });
});

describe('what the server cannot answer', () => {
  test('an unknown request is an error, and the server goes on', async () => {
    await using server = await startLanguageServer({ folder: null });
    await expect(server.connection.sendRequest('ormsight/nonsense', {})).rejects.toThrow(/Unhandled method/);
    await server.connection.sendNotification('ormsight/nonsense', {});
    expect(await server.hover('file:///nowhere.py', 3, 4)).toBeNull();
  });

  test.each(['file:///nowhere.py', 'untitled:Untitled-7', 'file:///bad%zz.py', 'nonsense', ''])(
    'a document that is not open has no answers: %j',
    async (uri) => {
      await using server = await startLanguageServer({ folder: null });
      const textDocument = { uri };
      const range = { start: { line: 0, character: 0 }, end: { line: 9, character: 9 } };
      const ask = (method: string, params: object): Promise<unknown> => server.connection.sendRequest(method, params);
      expect(await server.hover(uri, 0, 0)).toBeNull();
      expect(await ask('textDocument/diagnostic', { textDocument })).toMatchObject({ kind: 'full', items: [] });
      expect(await ask('textDocument/codeAction', { textDocument, range, context: { diagnostics: [] } })).toEqual([]);
      expect(await ask('ormsight/queryAt', { textDocument, position: range.start })).toBeNull();
      expect(await ask('ormsight/target', { textDocument })).toMatchObject({ source: 'assumed' });
    },
  );

  test('changes and closings of documents that are not open are ignored', async () => {
    await using server = await startLanguageServer({ folder: null });
    await server.change('file:///nowhere.py', 2, 'x');
    await server.connection.sendNotification('textDocument/didClose', { textDocument: { uri: 'file:///nowhere.py' } });
    expect(await server.hover('file:///nowhere.py', 0, 0)).toBeNull();
  });
});

describe('the end', () => {
  test('after shutdown and exit no process is left', async () => {
    await using project = await openProject();
    const { server } = project;
    const uri = await server.open(project.path('queries.py'));
    await server.hoverUntil(uri, ...place(queries, 'select(User)'), /SELECT/);
    const children = childrenOf(server.pid);
    if (process.platform === 'linux') expect(children.length).toBeGreaterThan(0);
    expect(await server.stop()).toBe(0);
    await expect.poll(() => children.filter(isAlive), { timeout: 20_000 }).toEqual([]);
  });

  test('exit without shutdown is an error', async () => {
    await using server = await startLanguageServer({ folder: null });
    expect(await server.exit()).toBe(1);
  });

  test('the server ends when the client does', async () => {
    await using project = await openProject({ 'models.py': models });
    const { server } = project;
    await server.open(project.path('models.py'));
    server.hangUp();
    await expect.poll(() => isAlive(server.pid), { timeout: 20_000 }).toBe(false);
  });
});

/** Only Linux tells them in a file. */
function childrenOf(pid: number): number[] {
  if (process.platform !== 'linux') return [];
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return text === '' ? [] : text.split(' ').map(Number);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
