import { expect, test } from 'vitest';
import { createEngine } from '../../server/src/ide/createEngine.ts';
import { createRenderer } from '../../server/src/render/renderer.ts';
import { runtimeFiles } from '../../server/src/render/runtimeFiles.ts';
import { Project, root } from '../harness/project.ts';
import { useAsking } from './engine.ts';

/** Conditions on which database a program runs: the answer is for one. */

const asking = useAsking();

const models = `
from enum import Enum

from sqlalchemy import JSON, Text, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from vendor import config, settings


class Engine(Enum):
    POSTGRES = "pg"
    SQLITE = "lite"


class Base(DeclarativeBase):
    pass


class Note(Base):
    __tablename__ = "notes"

    id: Mapped[int] = mapped_column(primary_key=True)
    if settings.database_engine is Engine.POSTGRES:
        body = mapped_column("as_jsonb", JSONB)
    elif config.DB_TYPE != "sqlite":
        body = mapped_column("as_json", JSON)
    else:
        body = mapped_column("as_text", Text)
`;

test('a column of a model', async () => {
  const view = await asking.viewAtEnd(`${models}\nselect(Note.body)\n`);
  expect([view?.reason, ...(view?.statements ?? []).map(({ sql }) => sql)]).toEqual([
    null,
    'SELECT notes.as_jsonb \nFROM notes',
  ]);
});

test.each([
  ['"sqlite" in settings.DATABASE_URL', 'Note.id'],
  ['not ("sqlite" in settings.DATABASE_URL)', 'Note.body'],
  ['settings.dialect == "postgresql+asyncpg"', 'Note.body'],
  // About something else, another database, or unknown.
  ['settings.mode == "postgresql"', null],
  ['source.engine == "mysql"', null],
  ['db_type == "mysql"', null],
  ['settings.database == "main"', null],
])('in a function: %s', async (condition, column) => {
  const view = await asking.viewAtEnd(
    `${models}\ndef find(source, db_type):\n    return select(Note.body if ${condition} else Note.id)\n`,
  );
  expect(view?.reason).toBeNull();
  const columns = view?.statements.map(({ sql }) => (sql.includes('as_jsonb') ? 'Note.body' : 'Note.id'));
  expect(columns).toEqual(column === null ? ['Note.body', 'Note.id'] : [column]);
});

test('one renderer, asked for one dialect and then for another', async () => {
  const renderer = createRenderer({ ...runtimeFiles(), storageDir: null, log: { info() {}, warn() {} } });
  try {
    const text = `${models}\nselect(Note.body)\n`;
    const columns: unknown[] = [];
    for (const dialect of ['postgresql', 'sqlite', 'postgresql', 'mysql'] as const) {
      const { workspace } = new Project({ 'models.py': text });
      const engine = createEngine({ workspace, renderer, settings: () => ({ dialect, driver: null }) });
      const view = await engine.queryAt(`${root}/models.py`, text.trimEnd().length - 1);
      columns.push(/\.(\w+)/.exec(view?.statements[0]?.sql ?? '')?.[1]);
    }
    expect(columns).toEqual(['as_jsonb', 'as_text', 'as_jsonb', 'as_json']);
  } finally {
    renderer.dispose();
  }
});
