/** What is said of the statements that loops send: for each pass, if there is one, or that it is not known. */
import { expect, test } from 'vitest';
import { sequenceLabel } from '../../server/src/ide/labels.ts';
import { useAsking } from './engine.ts';

const asking = useAsking();

const models = `
from sqlalchemy import ForeignKey, func, select, update
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship

class Base(DeclarativeBase):
    pass

class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    posts: Mapped[list["Post"]] = relationship(back_populates="author")

class Post(Base):
    __tablename__ = "posts"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    author: Mapped[User] = relationship(back_populates="posts")

def write(session: Session, names: list[str]):
`;

/** The reason, then each statement's first word, behind what is said of its loops. */
async function sent(body: string): Promise<readonly (string | null | undefined)[]> {
  const view = await asking.viewAtEnd(`${models}    ${body.replaceAll('\n', '\n    ')}`);
  const statements = view?.statements ?? [];
  const words = statements.map((one, i) =>
    [one.when, sequenceLabel(one, statements[i - 1] ?? null), one.sql.split(/\s/, 1)[0]].filter(Boolean).join(': '),
  );
  return [view?.reason, ...words];
}

test('an INSERT of several rows is another one', async () => {
  const body = 'for name in names:\n    session.add(User(name=name))\nsession.commit()';
  expect(await sent(body)).toEqual(['How often the loop over `names` runs.', 'BEGIN', 'INSERT', 'COMMIT']);
});

test('also where the loop goes over rows', async () => {
  const body =
    'for user in session.scalars(select(User)):\n    session.add(Post(title="a", author=user))\nsession.commit()';
  expect(await sent(body)).toEqual([
    'How often the loop over `session.scalars(select(User))` runs.',
    'INSERT',
    'COMMIT',
  ]);
});

test('one that a loop writes and another that it does not', async () => {
  const body =
    'first = session.get_one(User, 1)\nfor post in first.posts:\n    post.title = ""\nfirst.name = ""\nsession.flush()';
  expect(await sent(body)).toEqual([null, 'UPDATE', 'For each post in first.posts: UPDATE']);
});

test('numbers of the passes', async () => {
  const body = 'for i, user in enumerate(session.scalars(select(User))):\n    user.name = f"{i}"\nsession.flush()';
  const view = await asking.viewAtEnd(`${models}    ${body.replaceAll('\n', '\n    ')}`);
  expect(view?.statements[0]?.params[0]).toEqual({ name: 'name', hole: 'f"{i}"' });
  expect(view?.reason).toBeNull();
});

test('rows that meet others', async () => {
  const body =
    'for user, name in zip(session.scalars(select(User)).all(), names):\n    user.name = name\nsession.flush()';
  const [reason] = await sent(body);
  expect(reason).toContain('ow often the loop over `zip(session.scalars(select(User)).all(), names)` runs');
});

test('what is sent once if there is any', async () => {
  const body = 'user = session.get_one(User, 1)\nfor name in names:\n    user.name = name\nsession.flush()';
  expect(await sent(body)).toEqual([null, 'If there is any name in names: UPDATE']);
});

test('there may be no row', async () => {
  const body =
    'users = session.scalars(select(User)).all()\nstmt = select(Post)\nif users:\n    stmt = stmt.where(Post.id == 3)\nsession.scalars(stmt)';
  expect(await sent(body)).toEqual([null, 'users: SELECT', 'not (users): SELECT']);
});

test('as many values as rows', async () => {
  const body =
    'user = session.get_one(User, 1)\nsession.scalars(select(Post).where(Post.id.in_([post.id for post in user.posts])))';
  const given = '[post.id for post in user.posts]';
  expect(await sent(body)).toEqual([
    null,
    `${given}: SELECT`,
    `${given}: SELECT`,
    `not (${given}): SELECT`,
    `not (${given}): SELECT`,
  ]);
});

test('rows that are loaded for each', async () => {
  const body =
    'total = 0\nfor user in session.scalars(select(User)):\n    total += len(user.posts)\nsession.scalars(select(Post).where(Post.id == total))';
  const [reason, ...statements] = await sent(body);
  expect([reason, statements]).toEqual([expect.stringContaining('How often the loop'), ['SELECT']]);
});
