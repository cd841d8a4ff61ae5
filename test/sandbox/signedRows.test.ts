import { expect, test } from 'vitest';
import { useAsking } from './engine.ts';

/** Columns that a mixin declares, with a default that a method of the class gives. */

const asking = useAsking();

async function sent(body: string): Promise<unknown> {
  const view = await asking.viewAtEnd(`
from flask import g
from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import Session, declarative_base, declared_attr

Base = declarative_base()


class Signed:
    @declared_attr
    def signed_by_id(cls):
        return Column(Integer, ForeignKey("people.id"), default=cls.current_person, nullable=False)

    @classmethod
    def current_person(cls):
        try:
            return g.person.id
        except AttributeError:
            return None


class Person(Signed, Base):
    __tablename__ = "people"

    id = Column(Integer, primary_key=True)
    name = Column(String(20))


${body}
`);
  return [
    view?.reason,
    view?.statements.map(({ sql }) => sql),
    view?.statements.flatMap(({ params }) => params.flatMap((one) => ('hole' in one ? one.hole : []))),
  ];
}

test('the class can be made, and is read', async () => {
  expect(await sent('def find(session: Session):\n    return session.query(Person.signed_by_id).all()')).toEqual([
    null,
    ['SELECT people.signed_by_id AS people_signed_by_id \nFROM people'],
    [],
  ]);
});

test('a row is written with what the method gives', async () => {
  expect(await sent('def make(session: Session):\n    session.add(Person(name="a"))\n    session.flush()')).toEqual([
    null,
    ['BEGIN', 'INSERT INTO people (name, signed_by_id) VALUES (%(name)s, %(signed_by_id)s) RETURNING people.id'],
    ['g.person.id'],
  ]);
});
