/** What a commit does to the objects of a session: https://docs.sqlalchemy.org/en/20/orm/session_api.html#sqlalchemy.orm.Session.params.expire_on_commit */
import { expect, test } from 'vitest';
import { useAsking } from './engine.ts';
import { users } from './models.ts';

const asking = useAsking();

const start = `${users}
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from sqlalchemy.orm import scoped_session, sessionmaker

`;

/** The first words that are sent when a changed object is read after its commit, by condition. */
async function reread(made: string, given: string, opened: string): Promise<readonly unknown[]> {
  const lines = ['user.name = "a"', 'session.commit()', 'user.name = user.name + "!"', 'session.commit()'];
  const indent = opened ? '        ' : '    ';
  const body = [...(opened ? [`    ${opened}`] : []), ...lines.map((line) => indent + line)].join('\n');
  const text = `${start}${made}\ndef rename(${given}, user: User):\n${body}\n`;
  const view = await asking.viewAtEnd(text);
  const read = await asking.viewAt({ 'models.py': text }, 'models.py', text.lastIndexOf('user.name +') + 7);
  return [view?.status, ...(read?.statements ?? []).map(({ when, sql }) => [when, sql.split(/\s/, 1)[0]])];
}

const EXPIRED = ['exact', [null, 'SELECT']];
const KEPT = ['exact'];

test.each([
  ['by itself', '', 'session: Session', '', EXPIRED],
  ['with a factory that says so', 'made = sessionmaker(expire_on_commit=False)', 'n', 'with made() as session:', KEPT],
  ['with another factory', 'made = sessionmaker(autoflush=False)', 'n', 'with made() as session:', EXPIRED],
  ['asynchronous', 'made = async_sessionmaker(expire_on_commit=False)', 'n', 'with made() as session:', KEPT],
  ['scoped', 'made = scoped_session(sessionmaker(expire_on_commit=False))', 'session: scoped_session', '', KEPT],
  ['made elsewhere, by the only factory', 'made = sessionmaker(expire_on_commit=False)', 'session: Session', '', KEPT],
  ['made elsewhere, where nobody says so', 'made = sessionmaker(autoflush=False)', 'session: Session', '', EXPIRED],
])('a session %s', async (_, made, given, opened, expected) => {
  expect(await reread(made, given, opened)).toEqual(expected);
});

test('of a session that one of two factories made, both ways are shown', async () => {
  const made = 'made = sessionmaker(expire_on_commit=False)\nother = sessionmaker(autoflush=False)';
  expect(await reread(made, 'session: Session', '')).toEqual([
    'exact',
    ['a commit expires what the session has loaded', 'SELECT'],
  ]);
});
