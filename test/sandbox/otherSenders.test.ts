/** Who sends a statement may be known by what it is asked for alone, and need not be SQLAlchemy. */
import { expect, test } from 'vitest';
import { useAsking } from './engine.ts';
import { users } from './models.ts';

const asking = useAsking();

test('who is asked for a query of an expression is a session', async () => {
  const view = await asking.viewAtEnd(`${users}
class Backend:
    def __init__(self, url):
        self.factory = make_factory(url)

    def get_session(self) -> Session:
        return self.factory()

class Names:
    def __init__(self, backend: Backend):
        self.backend = backend

    def all(self):
        return self.backend.get_session().query(User.name.label("called")).filter(User.id > 3).all()
`);
  expect(view?.reason).toBeNull();
  expect(view?.statements.map(({ sql }) => sql)).toEqual([
    'SELECT users.name AS called \nFROM users \nWHERE users.id > %(id_1)s',
  ]);
});
