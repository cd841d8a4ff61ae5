import { expect, test } from 'vitest';
import { useAsking } from './engine.ts';

/** Conditions that a function tests while another condition is evaluated. */

const asking = useAsking();

async function conditions(body: string): Promise<unknown> {
  const view = await asking.viewAtEnd(`
from vendor import current_person
from sqlalchemy import Boolean, Column, Integer, String
from sqlalchemy.orm import Session, declarative_base

Base = declarative_base()


class Person(Base):
    __tablename__ = "people"

    id = Column(Integer, primary_key=True)
    name = Column(String(20))
    rules = Column(Boolean)


def may_see(name):
    if name == "root":
        return True
    return False


def rules(session, name):
    if current_person.name == name:
        return current_person.rules
    return session.query(Person.rules).filter_by(name=name).scalar()


${body}
`);
  return [view?.reason, ...(view?.statements ?? []).map(({ sql, when }) => [when, sql.replace(/^.*(?=FROM)/s, '')])];
}

test('are not named where the condition around them tells the variants apart', async () => {
  expect(
    await conditions(`
def find(session: Session, name):
    query = session.query(Person.id)
    if may_see(name):
        query = query.filter_by(rules=True)
    return query.all()`),
  ).toEqual([
    null,
    ['may_see(name)', 'FROM people \nWHERE people.rules = true'],
    ['not (may_see(name))', 'FROM people'],
  ]);
});

test('are named where they alone do', async () => {
  const body = 'session.query(Person.id).filter_by(rules=True if rules(session, name) else False).all()';
  const [own, asked] = ['current_person.name == name', 'rules(session, name)'];
  const [looksUp, reads] = ['WHERE people.name = %(name_1)s', 'WHERE people.rules ='];
  expect(await conditions(`def find(session: Session, name):\n    return ${body}`)).toEqual([
    null,
    [`${own} and ${asked}`, `FROM people \n${reads} true`],
    [`${own} and not (${asked})`, `FROM people \n${reads} false`],
    [`not (${own}) and ${asked}`, `FROM people \n${looksUp}`],
    [`not (${own}) and ${asked}`, `FROM people \n${reads} true`],
    [`not (${own}) and not (${asked})`, `FROM people \n${looksUp}`],
    [`not (${own}) and not (${asked})`, `FROM people \n${reads} false`],
  ]);
});
