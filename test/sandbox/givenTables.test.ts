/** A function that is given a table: those of its callers, each a variant of its own. */
import { expect, test } from 'vitest';
import { useAsking } from './engine.ts';
import { users } from './models.ts';

const asking = useAsking();

const models = `${users}
from sqlalchemy import Column, ForeignKey, Integer, Table, delete, insert

links = Table("links", Base.metadata, Column("user_id", Integer, ForeignKey("users.id")))

`;

test('a table of a model, and one that has its own name', async () => {
  const view = await asking.viewAtEnd(
    `${models}
def clear(session: Session, table):
    session.execute(delete(table))`,
    'models.py',
    {
      'users.py':
        'from models import User, clear, links\n\ndef start(session):\n    clear(session, User.__table__)\n    clear(session, table=links)\n',
    },
  );
  expect(view?.reason).toBe(null);
  expect(view?.statements.map(({ when, sql }) => `${when}: ${sql}`)).toEqual([
    'table is User.__table__: DELETE FROM users',
    'table is links: DELETE FROM links',
  ]);
});

test('the same table of all callers is the one', async () => {
  const view = await asking.viewAtEnd(
    `${models}
class Keeper:
    @staticmethod
    def keep(session: Session, table, rows: list[dict]):
        session.execute(insert(table).values(name="x"))`,
    'models.py',
    {
      'users.py':
        'from models import Keeper, User\n\ndef start(session):\n    Keeper.keep(session, User.__table__, [])\n',
    },
  );
  expect(view?.reason).toBe(null);
  expect(view?.statements.map(({ sql }) => sql)).toEqual([
    'INSERT INTO users (name) VALUES (%(name)s) RETURNING users.id',
  ]);
});
