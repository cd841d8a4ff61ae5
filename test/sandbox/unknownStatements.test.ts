/** A session that is asked for a statement of which nothing is known. */
import { expect, test } from 'vitest';
import { useAsking } from './engine.ts';
import { users } from './models.ts';

const asking = useAsking();

test('at the cursor: it is said by its name', async () => {
  const view = await asking.viewAtEnd(`${users}
from elsewhere import statement_for

def run(session: Session, name: str):
    return session.execute(statement_for(name))
`);
  expect(view?.status).toBe('unsupported');
  expect(view?.reason).toBe('`statement_for(name)` is only known when the program runs.');
});

test('before the cursor: what follows is shown', async () => {
  const view = await asking.viewAtEnd(`${users}
from elsewhere import statement_for

def run(session: Session, name: str):
    session.add(User(name=name))
    session.execute(statement_for(name))
    session.commit()
`);
  expect(view?.status).toBe('partial');
  expect(view?.reason).toContain('hat `statement_for(name)` sends');
  expect(view?.statements.map(({ sql }) => sql)).toContain('COMMIT');
});

test.each([
  ['func.count(column)', 'What `column` is.'],
  ['func.max(names.column)', 'What `names.column` is.'],
  ['func.lower(User.name), func.count(User.id)', null],
])('%s: what rows are counted by is no value', async (columns, reason) => {
  const view = await asking.viewAtEnd(`${users}
from sqlalchemy import func

def counted(session: Session, column, names):
    return session.execute(select(${columns})).all()
`);
  expect(view?.reason).toBe(reason);
  expect(view?.statements).toHaveLength(1);
});
