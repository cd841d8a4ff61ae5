/** A collection that is set to a list of which nothing is known: one object stands for all, and their number is named. */
import { expect, test } from 'vitest';
import { useAsking, valueOf } from './engine.ts';

const asking = useAsking();

const models = (type: string): string => `
from sqlalchemy import Column, ForeignKey, Integer, Table
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship

class Base(DeclarativeBase):
    pass

links = Table("links", Base.metadata, Column("user_id", ForeignKey("users.id"), primary_key=True), Column("role_id", ForeignKey("roles.id"), primary_key=True))

class Role(Base):
    __tablename__ = "roles"
    id: Mapped[int] = mapped_column(primary_key=True)

class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    roles: Mapped[${type}[Role]] = relationship(secondary=links)
`;

test.each(['list', 'set'])('a %s', async (type) => {
  const view = await asking.viewAtEnd(`${models(type)}
def add(session: Session, roles):
    user = User()
    user.roles = roles
    session.add(user)
    session.commit()`);
  expect(view?.reason).toBe('How many values `roles` has.');
  expect(view?.statements.map(({ sql }) => sql.split(' (')[0])).toEqual([
    'BEGIN',
    'INSERT INTO users DEFAULT VALUES RETURNING users.id',
    'INSERT INTO links',
    'COMMIT',
  ]);
  expect(view?.statements[2]?.params.map(valueOf)).toEqual(['user.id', 'roles[0].id']);
});

test('given to the constructor', async () => {
  const view = await asking.viewAtEnd(`${models('list')}
def add(session: Session, roles):
    session.add(User(roles=roles))
    session.commit()`);
  expect(view?.statements.map(({ sql }) => sql.split(' (')[0])).toContain('INSERT INTO links');
});
