/** Statements that are only built where the cursor stands: who sends them may add to them. */
import { expect, test } from 'vitest';
import { useAsking } from './engine.ts';

const asking = useAsking();

const models = `
from sqlalchemy import insert, update
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

class Base(DeclarativeBase):
    pass

class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    age: Mapped[int]

`;

const LATER = 'Which values the statement gets before it is sent.';

test.each([
  ['insert(User)', LATER, 'INSERT INTO users (name, age) VALUES (%(name)s, %(age)s) RETURNING users.id'],
  ['User.__table__.update()', LATER, 'UPDATE users SET name=%(name)s, age=%(age)s'],
  ['update(User).where(User.id == 3)', LATER, 'UPDATE users SET name=%(name)s, age=%(age)s WHERE users.id = %(id_1)s'],
  ['update(User).values(age=3)', null, 'UPDATE users SET age=%(age)s'],
  [
    'insert(User).from_select(["name"], select(User.name))',
    null,
    'INSERT INTO users (name) SELECT users.name \nFROM users',
  ],
])('%s', async (built, reason, sql) => {
  const view = await asking.viewAtEnd(`${models.replace('insert,', 'insert, select,')}statement = ${built}`);
  expect([view?.reason, ...(view?.statements ?? []).map((one) => one.sql)]).toEqual([reason, sql]);
});

test('what is sent as it is has no values', async () => {
  const view = await asking.viewAtEnd(`${models}def add(session):\n    session.execute(insert(User))`);
  expect(view?.statements[0]?.sql).toBe('INSERT INTO users DEFAULT VALUES RETURNING users.id');
});
