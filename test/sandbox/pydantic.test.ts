/** Objects of pydantic that are made of rows and of unknown values. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Asking, openAsking } from './engine.ts';

const models = `
from pydantic import BaseModel, ConfigDict, field_validator
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

let asking: Asking;
beforeAll(async () => {
  asking = await openAsking();
});
afterAll(() => asking.dispose());

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
