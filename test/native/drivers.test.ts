/** The SQL for each driver is what SQLAlchemy's dialect for it makes: its parameter style, its `%%`, its casts. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pythonEnvironment } from '../../scripts/tools/python.ts';
import { run } from '../../scripts/tools/run.ts';
import { createEngine } from '../../server/src/ide/createEngine.ts';
import { createRenderer, type Renderer } from '../../server/src/render/renderer.ts';
import { runtimeFiles } from '../../server/src/render/runtimeFiles.ts';
import type { DialectName } from '../../server/src/query/program.ts';
import { Project, root } from '../harness/project.ts';

/** As in an engine URL, with the name that our answer has for the driver. */
const drivers = {
  'postgresql+psycopg': 'psycopg',
  'postgresql+psycopg2': 'psycopg2',
  'postgresql+asyncpg': 'asyncpg',
  'postgresql+pg8000': 'pg8000',
  'sqlite+pysqlite': 'pysqlite',
  'sqlite+aiosqlite': 'aiosqlite',
  'mysql+mysqldb': 'mysqldb',
  'mysql+pymysql': 'pymysql',
  'mysql+asyncmy': 'asyncmy',
  'mysql+aiomysql': 'aiomysql',
} as const;

const models = `
from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship
class Base(DeclarativeBase):
    pass
class Book(Base):
    __tablename__ = "books"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    facts: Mapped[dict] = mapped_column(JSON)
    author_id: Mapped[int] = mapped_column(ForeignKey("authors.id"))
class Author(Base):
    __tablename__ = "authors"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    books: Mapped[list[Book]] = relationship()
`;
const head = 'from sqlalchemy import case, func, select, text\nfrom models import Author, Book\n';

const queries = [
  'select(Author.id % 3).where(Author.name.like("50%"))',
  'select(Author).where(Author.id.in_([1, 2, 3]), Author.name != "x").limit(2).offset(4)',
  'select(text("id % 2, \'a%\'")).select_from(text("authors")).where(text("name = :name")).params(name="A")',
  'select(Book.title).where(Book.facts["pages"].as_integer() > 100)',
  'select(Author.name, func.count(Book.id)).join(Author.books).group_by(Author.name).having(func.count(Book.id) > 2)',
  'select(case((Author.id < 5, "a%b"), else_="c")).order_by(Author.id)',
  'select(func.coalesce(Author.name, "-"), Author.id / 2).where(Author.books.any(Book.title.contains("%", autoescape=True)))',
];

let folder: string;
let renderer: Renderer;
let native: Readonly<Record<keyof typeof drivers, readonly string[]>>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ormsight-drivers-'));
  writeFileSync(join(folder, 'models.py'), models);
  writeFileSync(join(folder, 'queries.py'), head);
  const python = await pythonEnvironment(join(import.meta.dirname, 'drivers/drivers.txt'));
  const asked = JSON.stringify({ urls: Object.keys(drivers), queries });
  native = JSON.parse(
    await run(python, ['-B', join(import.meta.dirname, 'drivers/native.py'), folder, asked]),
  ) as never;
  const log = { info: () => undefined, warn: () => undefined };
  renderer = createRenderer({ ...runtimeFiles(), storageDir: join(folder, 'storage'), log });
}, 300_000);

afterAll(() => {
  renderer?.dispose();
  rmSync(folder, { recursive: true, force: true });
});

describe.each(Object.entries(drivers) as [keyof typeof drivers, string][])('%s', (url, name) => {
  test('has the SQL of its own dialect', async () => {
    const [dialect, driver] = url.split('+') as [DialectName, string];
    const project = new Project({
      'requirements.txt': 'SQLAlchemy==2.0.58',
      'models.py': models,
      'main.py': head + queries.map((query, i) => `\nvalue${i} = ${query}\n`).join(''),
    });
    const settings = () => ({ dialect, driver });
    const views = await createEngine({ workspace: project.workspace, renderer, settings }).queriesIn(`${root}/main.py`);
    expect(views.map(({ reason }) => reason)).toEqual(queries.map(() => null));
    expect(views.map(({ statements }) => statements.map(({ sql }) => sql))).toEqual(native[url].map((sql) => [sql]));
    expect(new Set(views.map((view) => view.driver))).toEqual(new Set([name]));
  });
});
