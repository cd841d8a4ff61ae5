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
  'flask-sqlalchemy': [
    'Book.query.filter_by(title="A").order_by(Book.id.desc()).all()',
    'Book.query.filter(Book.title.contains("A")).paginate(page=2, per_page=5)',
    'db.session.query(Book).filter(Book.id > 3).first_or_404()',
    'db.session.query(db.func.count(Book.id)).scalar()',
    'Book.query.get_or_404(7)',
    'Author.query.filter(Author.books.any(title="A")).count()',
  ],
} as const;

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
  'flask-sqlalchemy/models.py': `
from flask_sqlalchemy import SQLAlchemy
db = SQLAlchemy()
class Author(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    books = db.relationship("Book", backref="author")
class Book(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    title = db.Column(db.String(50))
    author_id = db.Column(db.Integer, db.ForeignKey("author.id"))
`,
  'flask-sqlalchemy/queries.py': 'from models import Author, Book, db\n',
};

/** What pins the packages of each environment. */
const requirements = {
  django: 'installed.txt',
  sqlalchemy: 'installed.txt',
  'flask-sqlalchemy': 'flask-sqlalchemy.txt',
} satisfies Record<Installed, string>;

type Installed = keyof typeof queries;
const installed = Object.keys(queries) as Installed[];

interface Native {
  readonly version: string;
  /** For each query the statements it sends. */
  readonly sent: readonly (readonly string[])[];
}

let folder: string;
let renderer: Renderer;
let native: Record<Installed, Native>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ormsight-installed-'));
  for (const [path, text] of Object.entries(files)) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  const script = join(import.meta.dirname, 'installed/native.py');
  const results = installed.map(async (orm) => {
    const python = await pythonEnvironment(join(import.meta.dirname, 'installed', requirements[orm]));
    symlinkSync(dirname(dirname(python)), join(folder, orm, '.venv'), 'junction');
    writeFileSync(join(folder, orm, 'pyproject.toml'), '[project]\nname = "shop"\n');
    const uses = queries[orm].map((query, i) => `\n\nvalue${i} = ${query}`).join('');
    writeFileSync(join(folder, orm, 'uses.py'), files[`${orm}/queries.py`] + uses);
    const printed = await run(python, ['-B', script, orm, join(folder, orm), JSON.stringify(queries[orm])]);
    return [orm, JSON.parse(printed) as Native] as const;
  });
  native = Object.fromEntries(await Promise.all(results)) as typeof native;
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

async function viewsOf(orm: Installed, isTrusted: boolean): Promise<readonly QueryView[]> {
  const workspace = new Workspace({ roots: [join(folder, orm)] });
  const settings = () => ({ dialect: 'sqlite', driver: null }) as const;
  const engine = createEngine({ workspace, renderer, settings, isTrusted: () => isTrusted });
  return engine.queriesIn(join(folder, orm, 'uses.py'));
}

describe.each(installed)('%s', (orm) => {
  test('is the one of the environment in a trusted workspace', async () => {
    const views = await viewsOf(orm, true);
    expect(views.map(({ reason }) => reason)).toEqual(queries[orm].map(() => null));
    const { version, sent } = native[orm];
    expect(views.map(({ ormVersion }) => ormVersion)).toEqual(queries[orm].map(() => version));
    expect(views.map(({ statements }) => statements.map(({ sql }) => sql))).toEqual(sent);
  });

  test('is the nearest bundled one in an untrusted workspace', async () => {
    const { version } = native[orm];
    const views = await viewsOf(orm, false);
    for (const view of views) {
      const reasons = {
        django: `Compiled by Django ${view.ormVersion}, the project uses ${version}.`,
        sqlalchemy: null,
        'flask-sqlalchemy': 'Compiled with Flask-SQLAlchemy 3.0.5, the project uses 2.5.1.',
      };
      expect(view.reason).toBe(reasons[orm]);
      expect(view.status).toBe(reasons[orm] === null ? 'exact' : 'partial');
    }
  });
});
