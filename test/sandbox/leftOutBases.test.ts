import { expect, test } from 'vitest';
import { useAsking } from './engine.ts';

/** Models that inherit from a class of a package which maps nothing, and is not made. */

const asking = useAsking();

test('an object may have anything from it', async () => {
  const view = await asking.viewAtEnd(`
from flask_login import UserMixin
from sqlalchemy import Column, Integer
from sqlalchemy.orm import Session, declarative_base

Base = declarative_base()


class Person(UserMixin, Base):
    __tablename__ = "people"

    id = Column(Integer, primary_key=True)


def find(session: Session, person: Person):
    query = session.query(Person)
    if person.is_authenticated:
        query = query.filter(Person.id != person.id)
    return query.all()
`);
  expect(view?.statements.map(({ when }) => when)).toEqual([
    'person.is_authenticated',
    'not (person.is_authenticated)',
  ]);
});
