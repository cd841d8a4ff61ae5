/** An object that a function is given and adds to a session may be a new one. */
import { expect, test } from 'vitest';
import { useAsking } from './engine.ts';
import { users } from './models.ts';

const models = `${users}
def save(session: Session, user: User):
`;

const asking = useAsking();

async function sent(...body: readonly string[]): Promise<readonly unknown[]> {
  const view = await asking.viewAtEnd(models + body.map((line) => `    ${line}\n`).join(''));
  return [view?.reason, ...(view?.statements ?? []).map(({ sql, when }) => [when, sql.split(/\s/, 1)[0]])];
}

test('it is inserted when it is new; which columns are set is not known', async () => {
  expect(await sent('session.add(user)', 'session.commit()')).toEqual([
    'Which columns of `user` are set.',
    ['user is new', 'BEGIN'],
    ['user is new', 'INSERT'],
    ['user is new', 'COMMIT'],
  ]);
});

test('what is sent afterwards does not depend on it', async () => {
  expect(await sent('session.add(user)', 'session.commit()', 'session.refresh(user)')).toEqual([
    null,
    [null, 'SELECT'],
  ]);
});

test('who changes it first has one that is stored', async () => {
  expect(await sent('user.name = "Ada"', 'session.add(user)', 'session.flush()')).toEqual([
    null,
    [null, 'BEGIN'],
    [null, 'UPDATE'],
  ]);
});

test('but its own method may be called on a new one', async () => {
  const view = await asking.viewAtEnd(`${models}    pass

class Topic(Base):
    __tablename__ = "topics"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]

    def save(self, session: Session):
        if self.id:
            session.commit()
            return self
        self.title = "new"
        session.add(self)
        session.commit()
`);
  expect(view?.statements.map(({ sql }) => sql.split(/\s/, 1)[0])).toContain('INSERT');
  expect(view?.status).toBe('partial');
});

test('what a query for a subclass finds by its key may be an object that was given as one of the base', async () => {
  const view = await asking.viewAtEnd(`
from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

class Base(DeclarativeBase):
    pass

class Item(Base):
    __tablename__ = "items"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    __mapper_args__ = {"polymorphic_on": "kind"}

class Book(Item):
    __tablename__ = "books"
    id: Mapped[int] = mapped_column(ForeignKey("items.id"), primary_key=True)
    __mapper_args__ = {"polymorphic_identity": "book"}

def remove(session: Session, item: Item):
    session.delete(session.query(Book).filter_by(id=item.id).one())
    session.flush()
`);
  expect(view?.reason).toBe('Whether the object with the key `item.id` is a `Book`.');
});

test.each(['user.id is None', 'not user.id'])(
  'one of which the code finds that it has no key is new: %s',
  async (isNew) => {
    expect(
      await sent(
        `if ${isNew}:`,
        '    user.name = "a"',
        'else:',
        '    user.name = "b"',
        'session.add(user)',
        'session.flush()',
      ),
    ).toEqual([
      'Which columns of `user` are set.',
      [isNew, 'BEGIN'],
      [isNew, 'INSERT'],
      [`not (${isNew})`, 'BEGIN'],
      [`not (${isNew})`, 'UPDATE'],
    ]);
  },
);

test.each(['user.id is not None', 'user.id'])(
  'one of which the code finds that it has a key is not new: %s',
  async (isOld) => {
    expect(
      await sent(
        `if ${isOld}:`,
        '    user.name = "a"',
        'else:',
        '    user.name = "b"',
        'session.add(user)',
        'session.flush()',
      ),
    ).toEqual([
      'Which columns of `user` are set.',
      [isOld, 'BEGIN'],
      [isOld, 'UPDATE'],
      [`not (${isOld})`, 'BEGIN'],
      [`not (${isOld})`, 'INSERT'],
    ]);
  },
);
