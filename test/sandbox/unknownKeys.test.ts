import { describe, expect, test } from 'vitest';
import { useAsking, valueOf } from './engine.ts';

/** Tables of functions that fill themselves, plugins that are found, patterns that are compiled. */

const asking = useAsking();

async function seen(body: string): Promise<unknown> {
  const view = await asking.viewAtEnd(`
import importlib
import re

from sqlalchemy import Column, Integer, String
from sqlalchemy.orm import Session, declarative_base
from vendor import Hooks

Base = declarative_base()


class Shelf(Base):
    __tablename__ = "shelves"
    WORD = re.compile("[a-z]+")

    id = Column(Integer, primary_key=True)
    name = Column(String(20))


def functions_of(name):
    module = importlib.import_module(name)
    return {key: getattr(module, key) for key in dir(module)}


_checks = {}


def check(name):
    if not _checks:
        _checks.update(functions_of("checks"))
        _checks.update({"oneOf": _checks["one_of"]})
    return _checks[name]


class Listening(Hooks):
    def __iter__(self):
        return super().__iter__()


${body}
`);
  return {
    reason: view?.reason,
    sql: view?.statements.map(({ sql }) => sql.slice(sql.indexOf('WHERE'))),
    holes: view?.statements.flatMap(({ params }) => params.map(valueOf)),
    when: view?.statements.map(({ when }) => when),
  };
}

const NAME = 'WHERE shelves.name = %(name_1)s';

describe('a dict with keys that are not known', () => {
  test('may have any key', async () => {
    expect(
      await seen(
        'def find(session: Session):\n    return session.query(Shelf).filter(Shelf.name == check("upper")("a"))',
      ),
    ).toMatchObject({
      reason:
        "What `_checks` holds from before; how often the loop over `dir(importlib.import_module('checks'))` runs.",
      sql: [NAME],
      holes: ['_checks[\'upper\']("a")'],
    });
  });

  test('may have the key that `get` asks for', async () => {
    expect(
      await seen(`
def find(session: Session):
    known = functions_of("checks")
    return session.query(Shelf).filter(Shelf.name == known.get("label"))`),
    ).toMatchObject({
      // Without any, there is no such key.
      reason: "How often the loop over `dir(importlib.import_module('checks'))` runs.",
      sql: [NAME],
      holes: ['known.get("label")'],
    });
  });

  test('may have a key or not', async () => {
    expect(
      await seen(`
def find(session: Session):
    query = session.query(Shelf)
    if "label" in functions_of("checks"):
        query = query.filter(Shelf.name == "a")
    return query.all()`),
    ).toMatchObject({ when: ['"label" in functions_of("checks")', 'not ("label" in functions_of("checks"))'] });
  });
});

test('an object may go over something that is not known', async () => {
  expect(
    await seen(`
def find(session: Session):
    query = session.query(Shelf)
    for hook in Listening("query"):
        query = query.filter(Shelf.name == hook.label)
    return query.all()`),
  ).toMatchObject({ reason: 'How often the loop over `Listening("query")` runs.', sql: [NAME], holes: ['hook.label'] });
});

describe('a pattern of a class', () => {
  test('maps nothing', async () => {
    expect(
      await seen('def find(session: Session):\n    return session.query(Shelf).filter_by(name="a")'),
    ).toMatchObject({
      reason: null,
      sql: [NAME],
    });
  });

  test('tells of an unknown text only when the program runs', async () => {
    expect(
      await seen(
        'def find(session: Session, text):\n    return session.query(Shelf).filter_by(name=Shelf.WORD.sub("", text))',
      ),
    ).toMatchObject({ reason: null, sql: [NAME], holes: ['Shelf.WORD.sub("", text)'] });
  });

  test('tells of a known text at once', async () => {
    expect(
      await seen(
        'def find(session: Session):\n    return session.query(Shelf).filter_by(name=Shelf.WORD.sub("", "1a"))',
      ),
    ).toMatchObject({ reason: null, sql: [NAME], holes: ['1'] });
  });
});
