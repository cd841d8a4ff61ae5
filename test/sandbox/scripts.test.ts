/** In a script, a line means by a name what it is bound to by then; what comes further down has not run. */
import { expect, test } from 'vitest';
import type { QueryView } from '../../server/src/ide/views.ts';
import { useAsking } from './engine.ts';

const asking = useAsking();

const MODELS = `
from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

class Base(DeclarativeBase):
    pass

class Ship(Base):
    __tablename__ = "ships"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
`;

/** What is shown for the part of a script that stands before \`$0\`. */
async function shown(script: string): Promise<QueryView> {
  const files = { 'page.py': script.replace('$0', '') };
  return (await asking.viewAt(files, 'page.py', script.indexOf('$0') - 1))!;
}

function sqlOf({ statements }: QueryView): readonly string[] {
  return statements.filter(({ role }) => role !== 'transaction').map(({ sql }) => sql.replaceAll(/\s+/g, ' '));
}

test('a class that is replaced by a factory further down', async () => {
  const view = await shown(`${MODELS}
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session, sessionmaker

engine = create_engine("postgresql://")
with Session(engine) as session:
    session.add(Ship(name="Beagle"))
    session.flush()$0

Session = sessionmaker(engine)
`);
  expect(view).toMatchObject({ status: 'exact', reason: null });
  expect(sqlOf(view)).toEqual(['INSERT INTO ships (name) VALUES (%(name)s) RETURNING ships.id']);
});

test('a function that is defined again', async () => {
  const view = await shown(`${MODELS}
from sqlalchemy import create_engine, select

engine = create_engine("postgresql://")

def named(name):
    return select(Ship.id).where(Ship.name == name)

with engine.connect() as connection:
    connection.scalar(named("Beagle"))$0

def named(name, port):
    return select(Ship.id).where(Ship.name == name, Ship.id != port)
`);
  expect(view).toMatchObject({ status: 'exact', reason: null });
  expect(sqlOf(view)).toEqual(['SELECT ships.id FROM ships WHERE ships.name = %(name_1)s']);
});

test('a constant that a function reads, before it gets another value', async () => {
  const view = await shown(`${MODELS}
from sqlalchemy import create_engine, select

engine = create_engine("postgresql://")
MOST = 5

def first():
    return select(Ship.id).limit(MOST)

with engine.connect() as connection:
    connection.scalar(first())$0

MOST = 50
`);
  expect(view).toMatchObject({ status: 'exact', reason: null });
  expect(view.statements[0]!.params).toEqual([{ name: 'param_1', value: 5 }]);
});

test('tables are made as far as they are declared', async () => {
  const view = await shown(`${MODELS}
from sqlalchemy import Column, Integer, Table, create_engine

engine = create_engine("postgresql://")
ports = Table("ports", Base.metadata, Column("id", Integer, primary_key=True))
Base.metadata.create_all(engine, checkfirst=False)$0

class Voyage(Base):
    __tablename__ = "voyages"
    id: Mapped[int] = mapped_column(primary_key=True)
    ship_id: Mapped[int] = mapped_column(ForeignKey("ships.id"))
`);
  expect(view).toMatchObject({ status: 'exact', reason: null });
  expect(sqlOf(view).map((sql) => /CREATE TABLE (\w+)/.exec(sql)?.[1])).toEqual(['ships', 'ports']);
});

test.each([
  ['a base that a function gives', 'from sqlalchemy.orm import declarative_base\n\nBase = declarative_base()'],
  [
    'a base of a registry',
    'from sqlalchemy.orm import registry\n\nmappers = registry()\nBase = mappers.generate_base()',
  ],
])('%s has the tables that were made', async (_, base) => {
  const view = await shown(`
from sqlalchemy import Column, Integer, create_engine
${base}

class Ship(Base):
    __tablename__ = "ships"
    id = Column(Integer, primary_key=True)

engine = create_engine("postgresql://")
Base.metadata.create_all(engine, checkfirst=False)$0
`);
  expect(view).toMatchObject({ status: 'exact', reason: null });
  expect(sqlOf(view).map((sql) => /CREATE TABLE (\w+)/.exec(sql)?.[1])).toEqual(['ships']);
});
