/** Who listens to models and is not known: https://docs.sqlalchemy.org/en/20/core/event.html */
import { expect, test } from 'vitest';
import { useAsking } from './engine.ts';

const asking = useAsking();

const models = `
import audit
from sqlalchemy import event
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

class Base(DeclarativeBase):
    pass

class Note(Base):
    __tablename__ = "notes"
    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]

async def later(mapper, connection, target):
    await audit.write(target)

def call_later(mapper, connection, target):
    later(mapper, connection, target)
`;

test.each([
  ['event.listen(Note.text, "set", audit.changed)', 'What `audit.changed` does at the event `set`.'],
  ['event.listen(Note, "after_update", audit.changed)', 'What `audit.changed` does at the event `after_update`.'],
  [
    'event.listen(Note, "after_update", call_later)',
    'What `later` does, which is called when objects are changed or written.',
  ],
])('%s', async (listens, reason) => {
  const view = await asking.viewAtEnd(`${models}
${listens}

def change(session: Session, note: Note):
    note.text = "x"
    session.flush()
`);
  expect(view?.reason).toBe(reason);
  expect(view?.statements.map(({ sql }) => sql)).toContain(
    'UPDATE notes SET text=%(text)s WHERE notes.id = %(notes_id)s',
  );
});
