/** What a function uses as a session is one, wherever it comes from. */
import { expect, test } from 'vitest';
import { useAsking } from './engine.ts';
import { users } from './models.ts';

const asking = useAsking();

const models = `${users}
from framework import current
`;

async function sent(text: string): Promise<readonly unknown[]> {
  const view = await asking.viewAtEnd(models + text);
  return [view?.reason, ...(view?.statements ?? []).map(({ sql }) => sql.split(' (')[0])];
}

const INSERTS = [null, 'BEGIN', 'INSERT INTO users', 'COMMIT'];

test('a property that leads out of the workspace', async () => {
  const service = `
class Users:
    @property
    def session(self):
        return current.application.session

    def add(self, name):
        self.session.add(User(name=name))
        self.session.commit()
`;
  expect(await sent(service)).toEqual(INSERTS);
});

test('a method that says that it gives one', async () => {
  const service = `
class Users:
    def __init__(self, backend):
        self.backend = backend

    def session(self) -> Session:
        return self.backend.session()

    def add(self, name):
        self.session().add(User(name=name))
        self.session().commit()
`;
  expect(await sent(service)).toEqual(INSERTS);
});

test('what only executes may be a connection', async () => {
  const service = `
class Users:
    @property
    def connection(self):
        return current.application.connection

    def all(self):
        return self.connection.execute(select(User))
`;
  expect((await sent(service))[0]).toBe('What `current.application.connection` is.');
});
