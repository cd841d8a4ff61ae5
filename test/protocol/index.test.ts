import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CancellationTokenSource, LSPErrorCodes } from 'vscode-languageserver/node';
import { expect, test } from 'vitest';
import { models, openProject, place, queries } from './project.ts';

/** Files that nobody needs, so that reading them takes a while. */
function noise(count: number): Record<string, string> {
  const body = Array.from({ length: 100 }, (_, i) => `    def method_${i}(self): return ${i}\n`).join('');
  return Object.fromEntries(
    Array.from({ length: count }, (_, i) => [`noise/n${i}.py`, `import os\nclass Noise${i}(object):\n${body}`]),
  );
}

test('requests wait for the files, can be cancelled meanwhile, and nothing flashes in the editor', async () => {
  await using project = await openProject({ 'models.py': models, 'queries.py': queries, ...noise(1500) });
  const { server } = project;
  const uri = await server.open(project.path('queries.py'));
  const [line, character] = place(queries, 'user.posts');
  const source = new CancellationTokenSource();
  const position = { textDocument: { uri }, position: { line, character } };
  const hover = server.connection.sendRequest('textDocument/hover', position, source.token);
  source.cancel();
  await expect(hover).rejects.toMatchObject({ code: LSPErrorCodes.RequestCancelled });
  const { items } = await server.diagnostics(uri);
  expect(items?.map(({ code }) => code)).toEqual(['lazy-load-in-loop']);
  expect(server.logged(/failed/)).toEqual([]);
});

test('models of thousands of files that change at once are there in the next answer', async () => {
  await using project = await openProject({ 'models.py': models, 'queries.py': queries, ...noise(300) });
  const { server } = project;
  const uri = await server.open(project.path('queries.py'));
  expect((await server.diagnostics(uri)).items).toHaveLength(1);
  // Another branch has no such relationship, and everything else is different too.
  await project.write('models.py', models.replace(/ {4}posts: .*\n/, '').replace(', back_populates="posts"', ''));
  const changed = ['models.py', ...Object.keys(noise(300))];
  for (const name of changed.slice(1)) await project.write(name, 'x = 1\n');
  await server.connection.sendNotification('workspace/didChangeWatchedFiles', {
    changes: changed.map((name) => ({ uri: uri.replace('queries.py', name), type: 2 })),
  });
  expect((await server.diagnostics(uri)).items).toEqual([]);
});

test('what is known of files is kept for the next start', async () => {
  const storage = await mkdtemp(join(tmpdir(), 'ormsight-storage-'));
  try {
    const kept = async (): Promise<string[]> => readdir(join(storage, 'index')).catch(() => []);
    for (let start = 0; start < 2; start++) {
      await using project = await openProject(
        { 'models.py': models, 'queries.py': queries, ...noise(30) },
        { storage },
      );
      const uri = await project.server.open(project.path('queries.py'));
      expect((await project.server.diagnostics(uri)).items).toHaveLength(1);
      const deadline = Date.now() + 20_000;
      while ((await kept()).length <= start && Date.now() < deadline)
        await new Promise((resolve) => setTimeout(resolve, 50));
      // Each project has a folder, and so a file, of its own.
      expect(await kept()).toHaveLength(start + 1);
      expect(project.server.logged(/failed/)).toEqual([]);
    }
  } finally {
    await rm(storage, { recursive: true, force: true });
  }
});
