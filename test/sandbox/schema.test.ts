/** What is made of tables: what is known of it, and in which words the rest is said. */
import { expect, test } from 'vitest';
import { useAsking } from './engine.ts';

const asking = useAsking();

const BASE = `
from sqlalchemy.orm import DeclarativeBase

class Base(DeclarativeBase):
    pass
`;

function model(name: string, more = ''): string {
  return `
from sqlalchemy.orm import Mapped, mapped_column
from base import Base

class ${name}(Base):
    __tablename__ = "${name.toLowerCase()}s"
    id: Mapped[int] = mapped_column(primary_key=True)
${more}`;
}

const CREATE = `
from base import Base

def prepare(engine):
    Base.metadata.create_all(engine)
`;

test('tables are there or not', async () => {
  const view = await asking.viewAtEnd(CREATE, 'main.py', { 'base.py': BASE, 'ships.py': model('Ship') });
  expect(view).toMatchObject({ status: 'exact', reason: null });
  expect(new Set(view!.statements.map(({ when }) => when))).toEqual(
    new Set(['the tables are not there yet', 'the tables are there already']),
  );
});

test('the order of tables is that of the modules, which is not known', async () => {
  const files = { 'base.py': BASE, 'ships.py': model('Ship'), 'ports.py': model('Port') };
  const view = await asking.viewAtEnd(CREATE, 'main.py', files);
  expect(view).toMatchObject({
    status: 'partial',
    reason: 'The order of tables that do not refer to each other.',
  });
});

test('indexes come in any order', async () => {
  const named =
    '    name: Mapped[str] = mapped_column(index=True)\n    code: Mapped[str] = mapped_column(index=True)\n';
  const view = await asking.viewAtEnd(CREATE, 'main.py', { 'base.py': BASE, 'ships.py': model('Ship', named) });
  expect(view).toMatchObject({ status: 'exact', reason: null });
  expect(view!.statements.map(({ sql, anyOrder }) => [sql.trim().split(/\s/, 3).join(' '), anyOrder])).toContainEqual([
    'CREATE INDEX ix_ships_name',
    'the indexes of ships',
  ]);
});

test('what an asynchronous connection is told to run', async () => {
  const view = await asking.viewAtEnd(
    `
from sqlalchemy.ext.asyncio import AsyncEngine
from base import Base

async def prepare(engine: AsyncEngine):
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
`,
    'main.py',
    { 'base.py': BASE, 'ships.py': model('Ship') },
  );
  expect(view).toMatchObject({ status: 'exact', reason: null });
  expect(view!.statements.some(({ sql }) => /CREATE TABLE ships/.test(sql))).toBe(true);
});

test('tables of an extension of Flask', async () => {
  const view = await asking.viewAtEnd(
    `
from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()

class Ship(db.Model):
    id = db.Column(db.Integer, primary_key=True)

class Crew(db.Model):
    __bind_key__ = "people"
    id = db.Column(db.Integer, primary_key=True)

def prepare():
    db.create_all(bind_key=["people"])
`,
    'app.py',
  );
  expect(view).toMatchObject({ status: 'exact', reason: null });
  expect(view!.statements.flatMap(({ sql }) => /CREATE TABLE (\w+)/.exec(sql)?.[1] ?? [])).toEqual(['crew']);
});

test('a table whose columns only the database knows', async () => {
  const view = await asking.viewAtEnd(`
from sqlalchemy import MetaData, Table, create_engine, select

engine = create_engine("postgresql://localhost/shop")

def all_of():
    ships = Table("ships", MetaData(), autoload_with=engine)
    with engine.connect() as connection:
        return connection.execute(select(ships)).all()
`);
  expect(view?.status).toBe('unsupported');
  expect(view?.reason).toContain('he columns of `ships` are only known to the database');
});

test('whether a table is there is one of two ways', async () => {
  const view = await asking.viewAtEnd(`
from sqlalchemy import create_engine, inspect, text

engine = create_engine("postgresql://localhost/shop")

def clear():
    table = "boats"
    if inspect(engine).has_table("ships"):
        table = "ships"
    with engine.begin() as connection:
        return connection.execute(text(f"DELETE FROM {table}"))
`);
  expect(view?.statements.map(({ sql, when }) => [when, sql])).toEqual([
    ['inspect(engine).has_table("ships")', 'DELETE FROM ships'],
    ['not (inspect(engine).has_table("ships"))', 'DELETE FROM boats'],
  ]);
});
