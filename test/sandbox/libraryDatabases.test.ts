/** What the library `databases` sends: it writes the type of UUIDs behind their parameters. */
import { expect, test } from 'vitest';
import { useAsking } from './engine.ts';

const asking = useAsking();

const program = `
from databases import Database

async def rename(database: Database, key, name):
    await database.execute("UPDATE users SET name = :name WHERE id = :key", {"name": name, "key": key})
`;

test('values of no known type may be UUIDs where the project has any', async () => {
  const view = await asking.viewAtEnd(program, 'main.py', { 'keys.py': 'from uuid import uuid4\n' });
  expect(view?.reason).toBe('Whether `name` is a UUID; whether `key` is a UUID.');
});

test('a project that never speaks of UUIDs has none', async () => {
  const view = await asking.viewAtEnd(program);
  expect(view).toMatchObject({ status: 'exact', reason: null });
  expect(view?.statements.map(({ sql }) => sql)).toEqual(['UPDATE users SET name = $2 WHERE id = $1']);
});
