/** Examples of a library stand on it and know nothing of each other; what they map is not there when another program runs. */
import { expect, test } from 'vitest';
import { useAsking } from './engine.ts';
import { users } from './models.ts';

const asking = useAsking();

const library = `${users}
from sqlalchemy import ForeignKey
from sqlalchemy.orm import backref, relationship
`;

/** Two of these cannot be in one process: there is one table of that name. */
const example = (name: string): string => `
from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, Session, backref, mapped_column, relationship
from library.models import Base, User

class Note(Base):
    __tablename__ = "notes"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    user: Mapped[User] = relationship(backref=backref("${name}", cascade="all, delete-orphan"))
`;

const remove = `
def remove(session: Session, user: User):
    session.delete(user)
    session.commit()
`;

const files = {
  'library/__init__.py': '',
  'library/models.py': library,
  'examples/first/app/__init__.py': '',
  'examples/first/app/models.py': example('first'),
  'examples/second/app/__init__.py': '',
  'examples/second/app/models.py': example('second'),
};

async function sent(text: string, path: string, others: Record<string, string> = {}): Promise<readonly unknown[]> {
  const view = await asking.viewAtEnd(text, path, { ...files, ...others });
  return [view?.reason, ...new Set(view?.statements.map(({ sql }) => sql.replace(/ (SET|WHERE) .*/s, '')))];
}

const OWN = [null, 'BEGIN', 'DELETE FROM users', 'COMMIT'];

test('a library does not know the examples that stand on it', async () => {
  expect(await sent(library + remove, 'library/models.py')).toEqual(OWN);
});

test('an example knows its own models and those of the library, and no other example', async () => {
  const [reason, ...statements] = await sent(example('first') + remove, 'examples/first/app/models.py');
  expect(reason).toBe(null);
  expect(statements).toContain('DELETE FROM notes');
});

test('what a program imports from an example is a part of it', async () => {
  const started = { 'library/start.py': 'import examples.first.app.models\n' };
  expect(await sent(library + remove, 'library/models.py', started)).toContain('DELETE FROM notes');
});

test('a package has its examples in it', async () => {
  const inside = {
    'examples/first/app/models.py': '',
    'examples/second/app/models.py': '',
    'library/examples/__init__.py': '',
    'library/examples/notes.py': example('first'),
  };
  expect(await sent(library + remove, 'library/models.py', inside)).toContain('DELETE FROM notes');
});

test('tests have models of their own', async () => {
  const tests = {
    'examples/first/app/models.py': '',
    'examples/second/app/models.py': '',
    'tests/test_notes.py': example('first'),
  };
  expect(await sent(library + remove, 'library/models.py', tests)).toEqual(OWN);
});

test('what a class of the library may stand for is looked for in its own program', async () => {
  const repository = `
class Repository:
    def __init__(self, model):
        self.model = model

    def all(self, session: Session):
        return session.scalars(select(self.model)).all()
`;
  const using = { 'library/users.py': 'from library.models import Repository, User\nusers = Repository(User)\n' };
  const notes = {
    'examples/first/app/notes.py':
      'from library.models import Repository\nfrom .models import Note\nnotes = Repository(Note)\n',
  };
  const view = await asking.viewAtEnd(library + repository, 'library/models.py', { ...files, ...using, ...notes });
  expect(view?.statements.map(({ sql }) => sql.replaceAll(/\s+/g, ' '))).toEqual([
    'SELECT users.id, users.name FROM users',
  ]);
});
