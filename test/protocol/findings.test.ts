/** Diagnostics and their fixes. */
import { pathToFileURL } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { type CodeAction, FileChangeType, type PublishDiagnosticsParams } from 'vscode-languageserver/node';
import { describe, expect, test } from 'vitest';
import { checkWorkspace, forgetWorkspace } from '../../server/src/protocol/checkWorkspace.ts';
import { type Project, models, openProject, place, queries } from './project.ts';

describe('diagnostics', () => {
  test('name the rule, the relation, and the field that is loaded', async () => {
    await using project = await openProject();
    const uri = await project.server.open(project.path('queries.py'));
    const report = await project.server.diagnostics(uri);
    const [line, character] = place(queries, 'user.posts');
    expect(report).toMatchObject({
      kind: 'full',
      items: [
        {
          code: 'lazy-load-in-loop',
          source: 'Ormsight',
          severity: 2,
          range: { start: { line, character: character - 5 }, end: { line, character: character + 5 } },
          data: { rule: 'lazy-load-in-loop' },
        },
      ],
    });
  });

  test('are told once: unchanged until they change', async () => {
    await using project = await openProject();
    const { server } = project;
    const uri = await server.open(project.path('queries.py'));
    const { resultId } = await server.diagnostics(uri);
    expect(await server.diagnostics(uri, resultId)).toEqual({ kind: 'unchanged', resultId });
    await server.change(uri, 2, `${queries}\n\nx = 1\n`);
    expect(await server.diagnostics(uri, resultId)).toEqual({ kind: 'unchanged', resultId });
    await server.change(uri, 3, `\n${queries}`);
    expect(await server.diagnostics(uri, resultId)).toMatchObject({
      kind: 'full',
      items: [{ code: 'lazy-load-in-loop' }],
    });
  });

  test('depend on the models of other files', async () => {
    await using project = await openProject();
    const { server } = project;
    const uri = await server.open(project.path('queries.py'));
    const modelsUri = await server.open(project.path('models.py'));
    expect(await server.diagnostics(uri)).toMatchObject({ items: [{}] });
    const eager = models.replace(
      'relationship(back_populates="author")',
      'relationship(back_populates="author", lazy="selectin")',
    );
    await server.change(modelsUri, 2, eager);
    expect(await server.diagnostics(uri)).toMatchObject({ items: [] });
  });

  test('have the severity of the settings', async () => {
    await using louder = await openProject(undefined, { settings: { rules: { 'lazy-load-in-loop': 'error' } } });
    const uri = await louder.server.open(louder.path('queries.py'));
    expect(await louder.server.diagnostics(uri)).toMatchObject({ items: [{ severity: 1 }] });
    await using off = await openProject(undefined, { settings: { rules: { 'lazy-load-in-loop': 'off' } } });
    const other = await off.server.open(off.path('queries.py'));
    expect(await off.server.diagnostics(other)).toMatchObject({ items: [] });
  });
});

describe('findings of closed files', () => {
  test('are published once all files were checked, and kept right', async () => {
    await using project = await openProject();
    const { server } = project;
    expect(await server.connection.sendRequest(checkWorkspace.method, null)).toEqual({
      files: 2,
      findings: 1,
      filesWithFindings: 1,
    });
    expect(published(project)).toEqual({ 'queries.py': ['lazy-load-in-loop'] });

    await project.write('queries.py', queries.replace('user.posts', 'user.names'));
    await changed(project, 'queries.py');
    await until(() => isDeepStrictEqual(published(project), { 'queries.py': [] }));

    await project.write('more.py', queries);
    await changed(project, 'more.py');
    await until(() => published(project)['more.py']?.length === 1);
  });

  test('are left to the editor while the file is open', async () => {
    await using project = await openProject();
    const { server } = project;
    const uri = await server.open(project.path('queries.py'));
    await server.connection.sendRequest(checkWorkspace.method, null);
    expect(published(project)).toEqual({});
    await server.connection.sendNotification('textDocument/didClose', { textDocument: { uri } });
    await until(() => published(project)['queries.py']?.length === 1);
    await server.connection.sendNotification('textDocument/didOpen', {
      textDocument: { uri, languageId: 'python', version: 2, text: queries },
    });
    await until(() => published(project)['queries.py']?.length === 0);
  });

  test('go away when the user is done with them', async () => {
    await using project = await openProject();
    await project.server.connection.sendRequest(checkWorkspace.method, null);
    await project.server.connection.sendNotification(forgetWorkspace.method, null);
    await until(() => published(project)['queries.py']?.length === 0);
    await project.write('more.py', queries);
    await changed(project, 'more.py');
    await project.server.diagnostics(await project.server.open(project.path('more.py')));
    expect(published(project)).toEqual({ 'queries.py': [] });
  });

  /** The rules of what was last published for each file. */
  function published({ server }: Project): Record<string, unknown[]> {
    const last: Record<string, unknown[]> = {};
    for (const { method, params } of server.notifications) {
      if (method !== 'textDocument/publishDiagnostics') continue;
      const { uri, diagnostics } = params as PublishDiagnosticsParams;
      last[uri.slice(uri.lastIndexOf('/') + 1)] = diagnostics.map(({ code }) => code);
    }
    return last;
  }

  function changed(project: Project, name: string): Promise<void> {
    const changes = [{ uri: pathToFileURL(project.path(name)).href, type: FileChangeType.Changed }];
    return project.server.connection.sendNotification('workspace/didChangeWatchedFiles', { changes });
  }

  function until(isSo: () => boolean): Promise<unknown> {
    return expect.poll(isSo, { timeout: 30_000 }).toBe(true);
  }
});

describe('code actions', () => {
  const there = place(queries, 'user.posts');

  test('a fix changes exactly the version it was made for', async () => {
    await using project = await openProject(undefined, { capabilities: withDocumentChanges });
    const uri = await project.server.open(project.path('queries.py'));
    const [action] = await actionsAt(project, uri, there);
    expect(action).toMatchObject({
      kind: 'quickfix',
      isPreferred: true,
      diagnostics: [{ code: 'lazy-load-in-loop' }],
      edit: { documentChanges: [{ textDocument: { uri, version: 1 } }] },
    });
    expect(applied(queries, action!)).toContain('select(User).options(selectinload(User.posts))');
  });

  test('a client without versions gets plain edits', async () => {
    await using project = await openProject(undefined, { capabilities: { workspace: { configuration: true } } });
    const uri = await project.server.open(project.path('queries.py'));
    const [action] = await actionsAt(project, uri, there);
    expect(Object.keys(action?.edit?.changes ?? {})).toEqual([uri]);
  });

  test('all are fixed at once only when that is asked for', async () => {
    await using project = await openProject(undefined, { capabilities: withDocumentChanges });
    const uri = await project.server.open(project.path('queries.py'));
    const kinds = async (only?: string[]): Promise<unknown[]> =>
      (await actionsAt(project, uri, [0, 0], only)).map(({ kind }) => kind);
    expect(await kinds()).toEqual([]);
    expect(await kinds(['quickfix'])).toEqual([]);
    expect(await kinds(['source.organizeImports'])).toEqual([]);
    expect(await kinds(['source.fixAll'])).toEqual(['source.fixAll.ormsight']);
    const [all] = await actionsAt(project, uri, [0, 0], ['source.fixAll.ormsight']);
    expect(applied(queries, all!)).toContain('select(User).options(selectinload(User.posts))');
  });
});

const withDocumentChanges = { workspace: { configuration: true, workspaceEdit: { documentChanges: true } } };

async function actionsAt(
  { server }: Awaited<ReturnType<typeof openProject>>,
  uri: string,
  [line, character]: readonly [number, number],
  only?: readonly string[],
): Promise<CodeAction[]> {
  const position = { line, character };
  return server.connection.sendRequest('textDocument/codeAction', {
    textDocument: { uri },
    range: { start: position, end: position },
    context: { diagnostics: [], only },
  });
}

/** The text after an action's edits. */
function applied(text: string, { edit }: CodeAction): string {
  const change = edit?.documentChanges?.[0];
  if (!change || !('edits' in change)) throw new Error('The action has no edits of a document');
  const lines = text.split('\n');
  const offset = ({ line, character }: { line: number; character: number }): number =>
    lines.slice(0, line).join('\n').length + (line === 0 ? 0 : 1) + character;
  const edits = change.edits.map((part) => {
    if (!('newText' in part)) throw new Error('The edit has no text');
    return { start: offset(part.range.start), end: offset(part.range.end), text: part.newText };
  });
  return edits
    .toSorted((a, b) => b.start - a.start)
    .reduce((result, { start, end, text }) => result.slice(0, start) + text + result.slice(end), text);
}
