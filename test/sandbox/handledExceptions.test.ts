/** An exception that is raised on the way to a query and handled there. */
import { expect, test } from 'vitest';
import { useAsking } from './engine.ts';
import { users } from './models.ts';

const asking = useAsking();

test('what handles it is what the query is built with', async () => {
  const view = await asking.viewAtEnd(`${users}
ORDERS = {"name": User.name}

def column_of(name):
    try:
        return ORDERS[name]
    except KeyError:
        return User.id

def ordered(session: Session):
    return session.scalars(select(User.name).order_by(column_of("id"))).all()
`);
  expect(view?.reason).toBeNull();
  expect(view?.status).toBe('exact');
  expect(view?.statements.map(({ sql }) => sql)).toEqual(['SELECT users.name \nFROM users ORDER BY users.id']);
});
