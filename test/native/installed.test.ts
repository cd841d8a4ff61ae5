/** In a trusted workspace, the SQL is that of the releases in the project's environment, which are not bundled. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pythonEnvironment } from '../../scripts/tools/python.ts';
import { run } from '../../scripts/tools/run.ts';
import { createEngine } from '../../server/src/ide/createEngine.ts';
import type { QueryView } from '../../server/src/ide/views.ts';
import { createRenderer, type Renderer } from '../../server/src/render/renderer.ts';
import { runtimeFiles } from '../../server/src/render/runtimeFiles.ts';
import { Workspace } from '../../server/src/workspace/workspace.ts';

const queries = {
  django: [
    'Book.objects.filter(author__name="A").select_related("author").order_by("-pk")[:3]',
    'Author.objects.annotate(number=Count("books")).filter(number__gt=2).values("name")',
    'Book.objects.exclude(author__name__icontains="x").distinct()',
  ],
  sqlalchemy: [
    'select(Book).join(Book.author).where(Author.name == "A").limit(3)',
    'select(Author.name, func.count(Book.id)).join(Author.books).group_by(Author.name)',
    'select(Author).where(Author.books.any(Book.id.in_([1, 2])))',
  ],
};

const files = {
  'django/shop/__init__.py': '',
  'django/shop/models.py': `
from django.db import models
class Author(models.Model):
    name = models.CharField(max_length=50)
class Book(models.Model):
    author = models.ForeignKey(Author, on_delete=models.CASCADE, related_name="books")
`,
  'django/queries.py': 'from django.db.models import Count\nfrom shop.models import Author, Book\n',
  'sqlalchemy/models.py': `
from typing import List, Optional
from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship
class Base(DeclarativeBase):
    pass
class Author(Base):
    __tablename__ = "authors"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[Optional[str]]
    books: Mapped[List["Book"]] = relationship(back_populates="author")
class Book(Base):
    __tablename__ = "books"
    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("authors.id"))
    author: Mapped["Author"] = relationship(back_populates="books")
`,
  'sqlalchemy/queries.py': 'from sqlalchemy import func, select\nfrom models import Author, Book\n',
};

let folder: string;
let renderer: Renderer;
let native: Record<keyof typeof queries, readonly [version: string, sql: string][]>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ormsight-installed-'));
  const python = await pythonEnvironment(join(import.meta.dirname, 'installed/installed.txt'));
  for (const [path, text] of Object.entries(files)) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  for (const orm of ['django', 'sqlalchemy'] as const) {
    symlinkSync(dirname(dirname(python)), join(folder, orm, '.venv'), 'junction');
    writeFileSync(join(folder, orm, 'pyproject.toml'), '[project]\nname = "shop"\n');
    const uses = queries[orm].map((query, i) => `\n\nvalue${i} = ${query}`).join('');
    writeFileSync(join(folder, orm, 'uses.py'), files[`${orm}/queries.py`] + uses);
  }
  const script = join(import.meta.dirname, 'installed/native.py');
  native = JSON.parse(await run(python, ['-B', script, folder, JSON.stringify(queries)])) as typeof native;
  renderer = createRenderer({
    ...runtimeFiles(),
    storageDir: join(folder, 'storage'),
    log: { info: () => undefined, warn: () => undefined },
  });
}, 300_000);

afterAll(() => {
  renderer?.dispose();
  rmSync(folder, { recursive: true, force: true });
});

async function viewsOf(orm: keyof typeof queries, isTrusted: boolean): Promise<readonly QueryView[]> {
  const workspace = new Workspace({ roots: [join(folder, orm)] });
  const settings = () => ({ dialect: 'sqlite', driver: null }) as const;
  const engine = createEngine({ workspace, renderer, settings, isTrusted: () => isTrusted });
  return engine.queriesIn(join(folder, orm, 'uses.py'));
}

describe.each(['django', 'sqlalchemy'] as const)('%s', (orm) => {
  test('is the one of the environment in a trusted workspace', async () => {
    const views = await viewsOf(orm, true);
    expect(views.map(({ reason }) => reason)).toEqual(queries[orm].map(() => null));
    expect(views.map(({ ormVersion, statements }) => [ormVersion, statements[0]?.sql])).toEqual(native[orm]);
  });

  test('is the nearest bundled one in an untrusted workspace', async () => {
    const [version] = native[orm][0]!;
    const views = await viewsOf(orm, false);
    for (const view of views) {
      expect(view.ormVersion).not.toBe(version);
      const isOther = orm === 'django';
      expect(view.status).toBe(isOther ? 'partial' : 'exact');
      if (isOther) expect(view.reason).toBe(`Compiled by Django ${view.ormVersion}, the project uses ${version}.`);
    }
  });
});
