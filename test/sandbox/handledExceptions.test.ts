/** An exception that is raised on the way to a query and handled there. */
import { expect, test } from 'vitest';
import { useAsking } from './engine.ts';

const models = `
from sqlalchemy import select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

class Base(DeclarativeBase):
    pass

class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]

`;

const asking = useAsking();

test('what handles it is what the query is built with', async () => {
  const view = await asking.viewAtEnd(`${models}
ORDERS = {"name": User.name}

def column_of(name):
    try:
        return ORDERS[name]
    except KeyError:
        return User.id

def ordered(session: Session):
    return session.scalars(select(User.name).order_by(column_of("id"))).all()
`);
  expect(view?.reason).toBeNull();
  expect(view?.status).toBe('exact');
  expect(view?.statements.map(({ sql }) => sql)).toEqual(['SELECT users.name \nFROM users ORDER BY users.id']);
});
