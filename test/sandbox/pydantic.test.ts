/** Objects of pydantic that are made of rows and of unknown values. */
import { expect, test } from 'vitest';
import { useAsking } from './engine.ts';

const models = `
from pydantic import BaseModel, ConfigDict, Field, field_serializer, field_validator
from sqlalchemy import ForeignKey, select
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

class PostRead(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    title: str

class UserRead(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    name: str
    posts: list[PostRead]

class Name(BaseModel):
    name: str

    @field_validator("name")
    @classmethod
    def lower(cls, value):
        return value.lower()

`;

const asking = useAsking();

test('what is made of a row reads its relations', async () => {
  const view = await asking.viewAtEnd(`${models}
def show(session: Session, user_id: int):
    user = session.get(User, user_id)
    read = UserRead.model_validate(user)
    return session.scalars(select(Post).where(Post.title == read.posts[0].title)).all()
`);
  expect(view?.reason).toBeNull();
  expect(view?.statements.map(({ params }) => params)).toEqual([[{ name: 'title_1', hole: 'Post.title' }]]);
});

test('what validators make of an unknown value is not known', async () => {
  const view = await asking.viewAtEnd(`${models}
def add(session: Session, name: str):
    session.add(User(**Name(name=name).model_dump()))
    session.commit()
`);
  expect(view?.status).toBe('partial');
  expect(view?.reason).toBe('What the validators of `Name` do.');
});

test('which fields of a partial update are set', async () => {
  const view = await asking.viewAtEnd(`${models}
def rename(session: Session, user_id: int, data: Name):
    user = session.get(User, user_id)
    for key, value in data.model_dump(exclude_unset=True).items():
        setattr(user, key, value)
    session.commit()
`);
  expect(view?.status).toBe('partial');
  expect(view?.reason).toBe('Which fields of `data` are set.');
  expect(view?.statements.map(({ sql }) => sql)).toContain(
    'UPDATE users SET name=%(name)s WHERE users.id = %(users_id)s',
  );
});

const schemas = `${models}
class Loose(BaseModel):
    model_config = ConfigDict(extra="allow")
    name: str

class Change(BaseModel):
    name: str | None = None

class Shout(BaseModel):
    name: str

    @field_serializer("name")
    def loud(self, value):
        return f"{value}!"

`;

test.each([
  ['data: Loose', 'data.model_dump()', 'Which other fields `data` has.'],
  ['data: Change', 'data.model_dump(exclude_none=True)', 'Which fields of `data` are None.'],
  ['name: str', 'Change(name=name).model_dump(exclude_defaults=True)', 'Which fields of `Change` have their defaults.'],
  ['data: Shout', 'data.model_dump()', null],
])('of `%s`, `%s` may hold other fields: %s', async (given, dumped, reason) => {
  const view = await asking.viewAtEnd(`${schemas}
def add(session: Session, ${given}):
    session.add(User(**${dumped}))
    session.commit()
`);
  expect(view?.reason).toBe(reason);
  expect(view?.statements[1]?.sql).toContain('INSERT INTO users (name)');
});

test('a serializer changes what is written', async () => {
  const view = await asking.viewAtEnd(`${schemas}
def add(session: Session, data: Shout):
    session.add(User(**data.model_dump()))
    session.commit()
`);
  expect(view?.statements[1]?.params).toEqual([{ name: 'name', hole: "f'{data.name}!'" }]);
});

test('a class may name one in quotes that comes after it', async () => {
  const view = await asking.viewAtEnd(`${models}
class Account(BaseModel):
    name: str
    settings: "Settings | None" = None
    friends: list["Account"] = []

class Settings(BaseModel):
    language: str = "en"
    account: Account | None = None

def add(session: Session):
    account = Account(name="Ada", settings={})
    session.add(User(name=account.settings.language))
    session.commit()
`);
  expect(view?.reason).toBeNull();
  expect(view?.statements[1]?.params).toEqual([{ name: 'name', value: 'en' }]);
});
