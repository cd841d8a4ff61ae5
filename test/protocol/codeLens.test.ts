/** The statement counts above functions. */
import type { CodeLens } from 'vscode-languageserver/node';
import { expect, test } from 'vitest';
import { openProject, place, queries } from './project.ts';

const enabled = { codeLens: { enabled: true } };

test('functions have their statement counts, with what sends them', async () => {
  await using project = await openProject(undefined, { settings: enabled });
  const uri = await project.server.open(project.path('queries.py'));
  const lenses = await project.server.connection.sendRequest<CodeLens[]>('textDocument/codeLens', {
    textDocument: { uri },
  });
  const line = (piece: string): number => place(queries, piece)[0];
  expect(lenses).toMatchObject([
    { range: { start: { line: line('def find'), character: 4 } }, command: { title: '1 statement' } },
    {
      range: { start: { line: line('def titles'), character: 4 } },
      command: {
        title: '1 + N statements',
        command: 'ormsight.showStatements',
        arguments: [
          {
            places: [
              { uri, range: { start: { line: line('for user') } }, times: null },
              { uri, range: { start: { line: line('user.posts') } }, times: 'N' },
            ],
          },
        ],
      },
    },
  ]);
});

test('there is none unless it is asked for', async () => {
  await using project = await openProject();
  const uri = await project.server.open(project.path('queries.py'));
  const lenses = await project.server.connection.sendRequest('textDocument/codeLens', { textDocument: { uri } });
  expect(lenses).toEqual([]);
});

test('what is typed counts', async () => {
  await using project = await openProject(undefined, { settings: enabled });
  const uri = await project.server.open(project.path('queries.py'));
  const titles = async (): Promise<unknown> =>
    (await project.server.connection.sendRequest<CodeLens[]>('textDocument/codeLens', { textDocument: { uri } })).map(
      ({ command }) => command?.title,
    );
  expect(await titles()).toEqual(['1 statement', '1 + N statements']);
  const loaded = queries
    .replace('import select\n', 'import select\nfrom sqlalchemy.orm import joinedload\n')
    .replace('select(User)):', 'select(User).options(joinedload(User.posts))):');
  await project.server.change(uri, 2, loaded);
  expect(await titles()).toEqual(['1 statement', '1 statement']);
});
