/** Loops over what is written out in the code: each pass is another one. */
import { expect, test } from 'vitest';
import { parameterText } from '../../server/src/ide/labels.ts';
import { useAsking } from './engine.ts';

const asking = useAsking();

const models = `
from sqlalchemy import func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

class Base(DeclarativeBase):
    pass

class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    town: Mapped[str]

class Post(Base):
    __tablename__ = "posts"
    id: Mapped[int] = mapped_column(primary_key=True)

def go(session: Session, user: User, data: dict, q: str):
`;

/** The reason, then condition, parameters and the last word of each statement that is no transaction. */
async function ways(body: string): Promise<readonly unknown[]> {
  const view = await asking.viewAtEnd(`${models}    ${body.replaceAll('\n', '\n    ')}`);
  const statements = view?.statements.filter(({ role }) => role !== 'transaction') ?? [];
  return [view?.reason, ...statements.map(({ when, params }) => [when, ...params.map(parameterText)])];
}

test('a condition is another one in each pass, and so is what is read', async () => {
  const body =
    'for field in ["name", "town"]:\n    if field in data:\n        setattr(user, field, data[field])\nsession.flush()';
  expect(await ways(body)).toEqual([
    null,
    ["'name' in data and 'town' in data", "data['name']", "data['town']", 'user.id'],
    ["'name' in data and not ('town' in data)", "data['name']", 'user.id'],
    ["not ('name' in data) and 'town' in data", "data['town']", 'user.id'],
  ]);
});

test('also of values that are named first', async () => {
  const body =
    'stmt = select(User.id)\nfor field in ("name", "town"):\n    value = data.get(field)\n    if value:\n        stmt = stmt.where(getattr(User, field) == f"{value}%")\nsession.scalars(stmt)';
  expect((await ways(body)).slice(1)).toEqual([
    ["data.get('name') and data.get('town')", `f"{data.get('name')}%"`, `f"{data.get('town')}%"`],
    ["data.get('name') and not (data.get('town'))", `f"{data.get('name')}%"`],
    ["not (data.get('name')) and data.get('town')", `f"{data.get('town')}%"`],
    ["not (data.get('name')) and not (data.get('town'))"],
  ]);
});

test.each([
  [
    'for model in (User, Post):\n    session.scalar(select(func.count()).select_from(model))',
    ['model is User', 'model is Post'],
  ],
  [
    'for model, name in [(User, "u"), (Post, "p")]:\n    session.scalar(select(func.count(model.id)))',
    ["model is User and name is 'u'", "model is Post and name is 'p'"],
  ],
  [
    'for field in ("name", "town"):\n    session.scalars(select(User.id).where(getattr(User, field) == "a"))',
    ["field is 'name'", "field is 'town'"],
  ],
  [
    'for name, model in {"u": User, "p": Post}.items():\n    session.scalar(select(func.count(model.id)))',
    ["name is 'u' and model is User", "name is 'p' and model is Post"],
  ],
  [
    'queries = [select(User.id), select(Post.id)]\nfor query in queries:\n    session.scalars(query)',
    ['query is queries[0]', 'query is queries[1]'],
  ],
])('inside the loop, each element in turn: %s', async (body, conditions) => {
  const [reason, ...found] = (await ways(body)) as [string | null, ...(readonly unknown[])[]];
  expect([reason, ...found.map(([when]) => when)]).toEqual([null, ...conditions]);
});

test('what only is a parameter is called by its name', async () => {
  const body = 'for name in ("a", "b"):\n    session.scalars(select(User.id).where(User.name == name))';
  expect(await ways(body)).toEqual([null, [null, 'name']]);
});

test('new objects are as many as there are', async () => {
  const body =
    'users = [User(name=name, town="x") for name in ("a", "b")]\nsession.add_all(users)\nsession.flush()\nfor user in users:\n    user.town = q\nsession.flush()';
  expect(await ways(body)).toEqual([null, [null, 'q', 'user.id', 'q', 'user.id']]);
});

test('a way on which the program looks into an empty dict ends there', async () => {
  expect(
    await ways('found = data.get("user") or {}\nsession.scalars(select(User.id).where(User.name == found["name"]))'),
  ).toEqual([null, [null, 'data.get("user")["name"]']]);
});
