/** What sends a statement need not be SQLAlchemy. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Asking, openAsking } from './engine.ts';

const models = `
from sqlalchemy import select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

class Base(DeclarativeBase):
    pass

class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]

`;

let asking: Asking;
beforeAll(async () => {
  asking = await openAsking();
});
afterAll(() => asking.dispose());

test('`databases` has dialects of its own: the text is not known', async () => {
  const view = await asking.viewAtEnd(`${models}
from databases import Database

async def names(db: Database):
    return await db.fetch_all(select(User.name))
`);
  expect(view?.status).toBe('partial');
  expect(view?.reason).toBe('The text in which `databases` sends it.');
});
