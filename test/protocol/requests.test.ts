/** Our own requests, cancellation, and notebooks. */
import { CancellationTokenSource } from 'vscode-languageserver/node';
import { describe, expect, test } from 'vitest';
import { models, openProject, place, queries } from './project.ts';

test('queryAt gives all that a preview and the clipboard need', async () => {
  await using project = await openProject();
  const uri = await project.server.open(project.path('queries.py'));
  const [line, character] = place(queries, 'select(User)');
  const query = await project.server.connection.sendRequest('ormsight/queryAt', {
    textDocument: { uri },
    position: { line, character },
  });
  expect(query).toMatchObject({
    status: 'exact',
    reason: null,
    statusLine: 'SQLAlchemy 2.0.58 · PostgreSQL (psycopg2) · exact',
    text: 'SELECT users.id, users.name\nFROM users\nWHERE users.name = %(name_1)s;\n--   name_1 = name',
    sql: 'SELECT users.id, users.name\nFROM users\nWHERE users.name = %(name_1)s',
    range: { start: { line } },
  });
});

describe('target', () => {
  test('tells where the database was found', async () => {
    await using project = await openProject();
    const uri = await project.server.open(project.path('queries.py'));
    expect(await project.server.connection.sendRequest('ormsight/target', { textDocument: { uri } })).toEqual({
      dialect: 'postgresql',
      driver: 'psycopg2',
      name: 'PostgreSQL (psycopg2)',
      source: 'project',
      where: { uri: uri.replace('queries.py', 'models.py'), line: place(models, 'create_engine(')[0] },
    });
  });

  test('the settings win', async () => {
    await using project = await openProject(undefined, { settings: { dialect: 'mysql', driver: 'pymysql' } });
    const uri = await project.server.open(project.path('queries.py'));
    expect(await project.server.connection.sendRequest('ormsight/target', { textDocument: { uri } })).toMatchObject({
      name: 'MySQL (pymysql)',
      source: 'setting',
      where: null,
    });
  });
});

test('the renderer tells when it starts and when it is ready', async () => {
  await using project = await openProject();
  await project.server.open(project.path('queries.py'));
  const states = (): unknown[] =>
    project.server.notifications
      .filter(({ method }) => method === 'ormsight/rendererState')
      .map(({ params }) => params);
  await expect.poll(states, { timeout: 60_000 }).toEqual([
    { kind: 'starting', library: 'SQLAlchemy 2.0', message: null },
    { kind: 'ready', library: 'SQLAlchemy 2.0', message: null },
  ]);
});

test('a cancelled request ends at once, as cancelled', async () => {
  await using project = await openProject();
  const { server } = project;
  const uri = await server.open(project.path('queries.py'));
  const [line, character] = place(queries, 'select(User)');
  const source = new CancellationTokenSource();
  const params = { textDocument: { uri }, position: { line, character } };
  const answer = server.connection.sendRequest('ormsight/queryAt', params, source.token);
  source.cancel();
  await expect(answer).rejects.toMatchObject({ code: -32800 });
  expect(await server.hoverUntil(uri, line, character, /SELECT/)).toContain('FROM users');
});

test('an answer about a text that is gone is no answer', async () => {
  await using project = await openProject();
  const { server } = project;
  const uri = await server.open(project.path('queries.py'));
  const [line, character] = place(queries, 'select(User)');
  const params = { textDocument: { uri }, position: { line, character } };
  const answer = server.connection.sendRequest('ormsight/queryAt', params);
  const change = server.change(uri, 2, `\n${queries}`);
  await expect(answer).rejects.toMatchObject({ code: -32801 });
  await change;
});

describe('notebooks', () => {
  const cells = [`%load_ext autoreload\n${models}`, 'from sqlalchemy import select', 'select(User.name)'];

  test('cells are one module', async () => {
    await using project = await openProject({});
    const { server } = project;
    await server.openNotebook(project.path('shop.ipynb'), cells);
    const hover = await server.hoverUntil('cell:2', 0, 3, /SELECT/);
    expect(hover).toContain('SELECT users.name\nFROM users');
    expect(await server.hover('cell:1', 0, 3)).toBeNull();
  });

  test('a finding stands in its cell, and so does its fix', async () => {
    await using project = await openProject({});
    const { server } = project;
    const session = 'from sqlalchemy.orm import Session\nsession = Session(engine)';
    const loop = 'for user in session.scalars(select(User)):\n    print(user.posts)';
    await server.openNotebook(project.path('shop.ipynb'), [...cells, session, loop]);
    expect(await server.diagnostics('cell:2')).toMatchObject({ items: [] });
    expect(await server.diagnostics('cell:4')).toMatchObject({
      items: [
        { code: 'lazy-load-in-loop', range: { start: { line: 1, character: 10 }, end: { line: 1, character: 20 } } },
      ],
    });
  });

  test('cells that are added, changed and removed count', async () => {
    await using project = await openProject({});
    const { server } = project;
    const uri = await server.openNotebook(project.path('shop.ipynb'), cells);
    await server.hoverUntil('cell:2', 0, 3, /SELECT/);
    await server.connection.sendNotification('notebookDocument/didChange', {
      notebookDocument: { uri, version: 2 },
      change: {
        cells: {
          textContent: [{ document: { uri: 'cell:2', version: 2 }, changes: [{ text: 'select(Post.title)' }] }],
        },
      },
    });
    expect(await server.hoverUntil('cell:2', 0, 3, /SELECT/)).toContain('SELECT posts.title');
    await server.connection.sendNotification('notebookDocument/didChange', {
      notebookDocument: { uri, version: 3 },
      change: {
        cells: {
          structure: { array: { start: 2, deleteCount: 1, cells: [] }, didOpen: [], didClose: [{ uri: 'cell:2' }] },
        },
      },
    });
    expect(await server.hover('cell:2', 0, 3)).toBeNull();
  });
});
