import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { CancellationSource, CancelledError } from '../../../server/src/base/cancellation.ts';
import { nodeFileSystem, type FileSystem } from '../../../server/src/workspace/fileSystem.ts';
import { projectFolderOf } from '../../../server/src/workspace/projectFolder.ts';
import { Workspace, type WorkspaceOptions } from '../../../server/src/workspace/workspace.ts';

const made: string[] = [];

afterEach(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A folder on disk with these files. */
function folder(files: Readonly<Record<string, string | Uint8Array>>): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'ormsight-workspace-')));
  made.push(root);
  for (const [path, content] of Object.entries(files)) write(root, path, content);
  return root;
}

function write(root: string, path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}

function open(root: string, settings: WorkspaceOptions['settings'] = {}): Workspace {
  return new Workspace({ roots: [root], settings });
}

function python(workspace: Workspace, root: string): string[] {
  return workspace
    .snapshot()
    .pythonPaths()
    .map((path) => path.slice(root.length + 1));
}

test('finds Python and project files, without environments, caches and built copies', () => {
  const root = folder({
    'a.py': '',
    'app/b.py': '',
    'app/c.pyi': '',
    'app/README.md': '',
    'pyproject.toml': '',
    'app/alembic.ini': '',
    '.env': '',
    'requirements/base.txt': '',
    'notes.txt': '',
    '.git/hook.py': '',
    'node_modules/x/y.py': '',
    'env/pyvenv.cfg': '',
    'env/lib/z.py': '',
    '__pycache__/a.py': '',
    'build/lib/a.py': '',
    'x.egg-info/a.py': '',
    'conda/conda-meta/history': '',
    'conda/a.py': '',
    'app/build/__init__.py': '',
    'lib/site-packages/p.py': '',
  });
  const workspace = open(root);
  expect(python(workspace, root)).toEqual(['a.py', 'app/b.py', 'app/build/__init__.py', 'app/c.pyi']);
  expect(
    workspace
      .snapshot()
      .projectFiles()
      .map((path) => path.slice(root.length + 1)),
  ).toEqual(['.env', 'app/alembic.ini', 'pyproject.toml', 'requirements/base.txt']);
});

test('links: loops end, a file keeps its own path, what is only linked is found', () => {
  const other = folder({ 'shared/s.py': '' });
  const root = folder({ 'z/a.py': '' });
  symlinkSync(root, join(root, 'a-loop'));
  symlinkSync(join(root, 'z'), join(root, 'b-again'));
  symlinkSync(join(other, 'shared'), join(root, 'c-shared'));
  symlinkSync(join(root, 'z/a.py'), join(root, 'd.py'));
  symlinkSync(join(root, 'nowhere'), join(root, 'e.py'));
  symlinkSync(join(root, 'f'), join(root, 'f'));
  expect(python(open(root), root)).toEqual(['c-shared/s.py', 'z/a.py']);
});

test('left out with a reason: too many, too large, undecodable, vanished, unreadable', () => {
  const root = folder({ 'a.py': 'x'.repeat(5000), 'b.py': Buffer.from([0x22, 0xff, 0x22]), 'c.py': 'x', 'd/e.py': '' });
  const workspace = open(root, { maxFileBytes: 4096 });
  workspace.snapshot();
  rmSync(join(root, 'd/e.py'));
  const reasons = (): string[] =>
    ['a.py', 'b.py', 'd/e.py'].map((path) => workspace.snapshot().whyUnread(join(root, path)) ?? 'read');
  expect(reasons()).toEqual([
    'it is larger than 4 kB',
    'it is not UTF-8 and names no other encoding',
    'it does not exist any more',
  ]);
  expect(workspace.snapshot().text(join(root, 'a.py'))).toBeUndefined();
  expect(workspace.snapshot().text(join(root, 'c.py'))).toBe('x');
  expect(
    workspace
      .snapshot()
      .skipped()
      .map(({ path }) => path.slice(root.length + 1)),
  ).toEqual(['a.py', 'b.py', 'd/e.py']);

  const few = open(root, { maxFiles: 2 });
  expect(python(few, root)).toHaveLength(2);
  expect(few.snapshot().skipped()[0]!.reason).toBe('there are more than 2 Python files; the rest is left out');

  expect(new Workspace({ roots: [join(root, 'nowhere')] }).snapshot().skipped()[0]!.reason).toBe('it does not exist');
});

test('a folder that cannot be read is named', () => {
  const root = folder({ 'a.py': '', 'secret/b.py': '' });
  // Permissions do not bind every user, so the refusal is made here.
  const readFolder: FileSystem['readFolder'] = (path) =>
    path.endsWith('secret') ? undefined : nodeFileSystem.readFolder(path);
  const workspace = new Workspace({ roots: [root], fileSystem: { ...nodeFileSystem, readFolder } });
  expect(python(workspace, root)).toEqual(['a.py']);
  expect(workspace.snapshot().skipped()).toEqual([{ path: join(root, 'secret'), reason: 'the folder cannot be read' }]);
});

test('unsaved texts count, also of files that are not on disk', () => {
  const root = folder({ 'a.py': 'disk' });
  const workspace = open(root);
  const a = join(root, 'a.py');
  const before = workspace.snapshot();
  workspace.change(a, 'typed');
  workspace.change('untitled:Untitled-1', 'new');
  workspace.change(join(root, 'notebook.ipynb'), 'cells');
  const after = workspace.snapshot();
  expect([before.text(a), after.text(a), after.text('untitled:Untitled-1')]).toEqual(['disk', 'typed', 'new']);
  expect(after.version(a)).not.toBe(before.version(a));
  expect(after.pythonPaths()).toEqual([a, join(root, 'notebook.ipynb'), 'untitled:Untitled-1']);
  expect([after.isOpen(a), before.isOpen(a)]).toEqual([true, false]);
  workspace.change(a, null);
  expect(workspace.snapshot().text(a)).toBe('disk');
  expect(workspace.snapshot().version(a)).toBe(before.version(a));
});

test('an open file of an environment can be read, but is none of the project', () => {
  const root = folder({
    'a.py': '',
    'env/pyvenv.cfg': '',
    'env/lib/x.py': '',
    '.tox/y.py': '',
    'node_modules/z.py': '',
  });
  const workspace = open(root);
  for (const path of ['env/lib/x.py', '.tox/y.py', 'node_modules/z.py', 'new/unsaved.py'])
    workspace.change(join(root, path), 'typed');
  expect(python(workspace, root)).toEqual(['a.py', 'new/unsaved.py']);
  expect(workspace.snapshot().text(join(root, 'env/lib/x.py'))).toBe('typed');
});

test('a snapshot is the same until something changes, and knows what changed', () => {
  const root = folder({ 'a.py': '1', 'b.py': '1' });
  const workspace = open(root);
  const [a, b] = [join(root, 'a.py'), join(root, 'b.py')];
  const first = workspace.snapshot();
  expect(workspace.snapshot()).toBe(first);
  workspace.change(a, '2');
  workspace.change(a, '2');
  workspace.change(a, '3');
  const second = workspace.snapshot();
  expect(second.generation).toBe(first.generation + 1);
  expect(second.changedSince(first)).toEqual([a]);
  expect(second.changedSince(second)).toEqual([]);
  expect(first.changedSince(second)).toBeNull();
  expect(second.pythonPaths()).toBe(first.pythonPaths());
  workspace.fileChanged(b);
  expect(workspace.snapshot().changedSince(first)).toEqual([a, b]);
  expect(open(root).snapshot().changedSince(first)).toBeNull();
});

test('files and folders come and go', () => {
  const root = folder({ 'a.py': '' });
  const workspace = open(root);
  expect(python(workspace, root)).toEqual(['a.py']);
  write(root, 'new/b.py', '1');
  write(root, 'new/deep/c.py', '1');
  workspace.fileCreated(join(root, 'new'));
  expect(python(workspace, root)).toEqual(['a.py', 'new/b.py', 'new/deep/c.py']);
  write(root, 'new/b.py', '2');
  const before = workspace.snapshot();
  workspace.fileChanged(join(root, 'new/b.py'));
  expect(workspace.snapshot().text(join(root, 'new/b.py'))).toBe('2');
  expect(before.pythonPaths()).toBe(workspace.snapshot().pythonPaths());
  rmSync(join(root, 'new'), { recursive: true });
  workspace.fileDeleted(join(root, 'new'));
  expect(python(workspace, root)).toEqual(['a.py']);
  expect(before.pythonPaths()).toHaveLength(3);
});

test('what is created in left-out folders stays out', () => {
  const root = folder({ 'a.py': '' });
  const workspace = open(root);
  workspace.snapshot();
  for (const path of ['node_modules/x.py', '.tox/x.py', 'env/lib/x.py']) {
    write(root, path, '');
    if (path.startsWith('env')) write(root, 'env/pyvenv.cfg', '');
    workspace.fileCreated(join(root, path));
  }
  expect(python(workspace, root)).toEqual(['a.py']);
  write(root, 'app/x.py', '');
  workspace.fileCreated(join(root, 'app/x.py'));
  expect(python(workspace, root)).toEqual(['a.py', 'app/x.py']);
  const version = workspace.snapshot().version(join(root, 'a.py'));
  write(root, 'app/pyvenv.cfg', '');
  workspace.fileCreated(join(root, 'app/pyvenv.cfg'));
  expect(python(workspace, root)).toEqual(['a.py']);
  expect(workspace.snapshot().version(join(root, 'a.py'))).toBe(version);
});

test('excluded names and paths', () => {
  const root = folder({ 'a.py': '', 'gen/b.py': '', 'x/gen/c.py': '', 'x/old/d.py': '', 'old/e.py': '' });
  const workspace = open(root, { exclude: ['gen', 'x/old'] });
  expect(python(workspace, root)).toEqual(['a.py', 'old/e.py']);
  workspace.configure({ exclude: [] });
  expect(python(workspace, root)).toHaveLength(5);
});

test('other files are read, unsaved when they are open, and again after a change', () => {
  const root = folder({ 'alembic.ini': 'disk', 'data.bin': Buffer.from([0]) });
  const workspace = open(root);
  const ini = join(root, 'alembic.ini');
  const first = workspace.snapshot();
  expect(first.readOther(ini)).toBe('disk');
  write(root, 'alembic.ini', 'changed');
  workspace.fileChanged(ini);
  expect([workspace.snapshot().readOther(ini), first.readOther(ini)]).toEqual(['changed', 'disk']);
  workspace.change(ini, 'typed');
  expect(workspace.snapshot().readOther(ini)).toBe('typed');
  expect(workspace.snapshot().pythonPaths()).toEqual([]);
  expect(workspace.snapshot().readOther(join(root, 'data.bin'))).toBeUndefined();
  expect(workspace.snapshot().readOther(join(root, 'nothing.ini'))).toBeUndefined();
  expect([workspace.snapshot().exists(ini), workspace.snapshot().exists(join(root, 'nothing.ini'))]).toEqual([
    true,
    false,
  ]);
});

test('a single file as root: it alone is listed, its neighbours can be read', () => {
  const root = folder({ 'a.py': '', 'b.py': 'x' });
  const snapshot = open(join(root, 'a.py')).snapshot();
  expect(snapshot.pythonPaths()).toEqual([join(root, 'a.py')]);
  expect([snapshot.isPython(join(root, 'b.py')), snapshot.text(join(root, 'b.py'))]).toEqual([true, 'x']);
});

test('loading in steps gives the same, and can be cancelled', async () => {
  const root = folder({ 'a.py': '', 'b/c.py': '', 'b/d/e.py': '' });
  const workspace = open(root);
  const loading = workspace.load();
  write(root, 'late.py', '');
  workspace.fileCreated(join(root, 'late.py'));
  await loading;
  expect(python(workspace, root)).toEqual(['a.py', 'b/c.py', 'b/d/e.py', 'late.py']);

  const source = new CancellationSource();
  source.cancel();
  await expect(open(root).load(source.token)).rejects.toThrow(CancelledError);
});

test('the project of a file is the folder with version control, else the nearest with a project file', () => {
  const root = folder({
    'repo/.git/HEAD': '',
    'repo/backend/pyproject.toml': '',
    'repo/backend/app/a.py': '',
    'plain/manage.py': '',
    'plain/app/a.py': '',
    'alone/a.py': '',
  });
  expect(projectFolderOf(nodeFileSystem, join(root, 'repo/backend/app/a.py'))).toBe(join(root, 'repo'));
  expect(projectFolderOf(nodeFileSystem, join(root, 'plain/app'))).toBe(join(root, 'plain'));
  expect(projectFolderOf(nodeFileSystem, join(root, 'alone/a.py'))).toBeUndefined();
});

test('ten thousand files are listed without reading them', () => {
  let read = 0;
  const fileSystem: FileSystem = {
    readFolder: (path) =>
      Array.from({ length: 100 }, (_, i) =>
        path === '/big' ? { name: `p${i}`, kind: 'folder' } : { name: `m${i}.py`, kind: 'file' },
      ),
    stat: (path) => ({ kind: path.endsWith('.py') ? 'file' : 'folder', size: 0 }),
    readFile: () => (read++, new Uint8Array()),
    realPath: (path) => path,
  };
  const workspace = new Workspace({ roots: ['/big'], fileSystem });
  expect(workspace.snapshot().pythonPaths()).toHaveLength(10_000);
  expect(read).toBe(0);
  expect(workspace.snapshot().text('/big/p1/m1.py')).toBe('');
  expect(workspace.snapshot().text('/big/p1/m1.py')).toBe('');
  expect(read).toBe(1);
});
