/** What stands in the body of a class for a field of its objects is not what an object has there. */
import { expect, test } from 'vitest';
import { useAsking, valueOf } from './engine.ts';

const asking = useAsking();

const models = `
from dataclasses import dataclass, field

from framework import Data
from pydantic import Field
from sqlalchemy import JSON, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

class Base(DeclarativeBase):
    pass

class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    settings: Mapped[dict] = mapped_column(JSON)

@dataclass
class Page:
    names: list = field(default_factory=list)

class Words(Data):
    text: str = Field("", description="")
`;

async function shown(text: string): Promise<readonly unknown[]> {
  const view = await asking.viewAtEnd(models + text);
  return [view?.reason, ...(view?.statements ?? []).flatMap(({ params }) => params.map(valueOf))];
}

test('of a dataclass', async () => {
  const find = `
def find(session: Session, page: Page):
    return session.scalars(select(User).where(User.name == page.names[0]))`;
  expect(await shown(find)).toEqual([null, 'page.names[0]']);
});

test('of data of a library that is not at hand', async () => {
  const find = `
def find(session: Session):
    words = Words()
    return session.scalars(select(User).where(User.name == words.text.lower()))`;
  expect(await shown(find)).toEqual([null, 'words.text.lower()']);
});

test('an object that holds something unknown deep inside is a value like others', async () => {
  const change = `
class Options(dict):
    pass

def change(session: Session, user: User, theme):
    options = Options(theme=theme)
    user.settings = [options]
    session.commit()`;
  const [, ...values] = await shown(change);
  expect(values).toHaveLength(2);
});
