/** Who listens to sessions is called where it is plain that every session calls it, and named where it is not. */
import { expect, test } from 'vitest';
import { useAsking } from './engine.ts';
import { users } from './models.ts';

const asking = useAsking();

const start = `${users}
from sqlalchemy import create_engine, event
from sqlalchemy.orm import scoped_session, sessionmaker, with_loader_criteria

class Removal(Base):
    __tablename__ = "removals"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]

factory = sessionmaker(create_engine("postgresql://"))
`;

const only = `
def only_some(state):
    state.statement = state.statement.where(User.name != "x")
`;

const query = '\ndef all_users(session: Session):\n    return session.scalars(select(User)).all()\n';

async function whereOf(text: string): Promise<readonly (string | null | undefined)[]> {
  const view = await asking.viewAtEnd(start + text + query);
  return [view?.reason, ...(view?.statements ?? []).map(({ sql }) => sql.split('WHERE ')[1] ?? null)];
}

test.each([
  ['Session', ''],
  ['factory', ''],
  ['scoped', 'scoped = scoped_session(factory)\n'],
])('who listens to %s is called', async (target, made) => {
  const listener = `${made}${only}\nevent.listen(${target}, "do_orm_execute", only_some)\n`;
  expect(await whereOf(listener)).toEqual([null, 'users.name != %(name_1)s']);
});

const NAMED = 'The event `do_orm_execute` in project/models.py may change statements.';

test.each([
  ['another factory', `other = sessionmaker()\n${only}\nevent.listen(factory, "do_orm_execute", only_some)\n`],
  ['a condition', `${only}\nif factory:\n    event.listen(Session, "do_orm_execute", only_some)\n`],
  ['a function', `${only}\ndef start():\n    event.listen(Session, "do_orm_execute", only_some)\n`],
])('where %s decides, it is named', async (_, listener) => {
  expect(await whereOf(listener)).toEqual([NAMED, null]);
});

test('a listener that cannot be made is named', async () => {
  const [reason] = await whereOf(
    '\n@event.listens_for(Session, "do_orm_execute")\ndef look(state, kind=User.missing):\n    pass\n',
  );
  expect(reason).toContain('The event `do_orm_execute` in project/models.py');
});

test('what it does that is not known is named', async () => {
  const listener = `
from acme import restricted

@event.listens_for(Session, "do_orm_execute")
def restrict(state):
    state.statement = restricted(state.statement)
`;
  const [reason] = await whereOf(listener);
  expect(reason).toContain('restricted(state.statement)');
});

test('a flush goes by models that the query does not name', async () => {
  const view = await asking.viewAtEnd(`${start}
@event.listens_for(Session, "before_flush")
def keep(session, context, instances):
    for row in session.new:
        if isinstance(row, User):
            session.add(Removal(name=row.name))

def add(session: Session, name: str):
    session.add(User(name=name))
    session.commit()
`);
  expect(view?.status).toBe('exact');
  expect(view?.statements.map(({ sql }) => sql.split(' (')[0]).toSorted()).toEqual([
    'BEGIN',
    'COMMIT',
    'INSERT INTO removals',
    'INSERT INTO users',
  ]);
});

test('a loop that nothing known ends is cut off, and what was to be written is shown', async () => {
  const view = await asking.viewAtEnd(`${start}
from acme import buffer

@event.listens_for(Session, "after_flush")
def note_all(session, context):
    while True:
        key = buffer.pop()
        if not key:
            break
        session.execute(select(User).where(User.id == key))

def add(session: Session, name: str):
    session.add(User(name=name))
    session.commit()
`);
  expect(view?.reason).toContain('hat `note_all` does at the event `after_flush`');
  expect(view?.statements.map(({ sql }) => sql.split(' (')[0])).toContain('INSERT INTO users');
});

test.each([
  ['', '', null],
  ['import watcher.listeners\n', '', 'The event `do_orm_execute` in watcher/listeners.py may change statements.'],
  ['', 'import shop.models\n', 'The event `do_orm_execute` in watcher/listeners.py may change statements.'],
])('a listener of another program in the workspace is no matter: %j, %j', async (imported, importing, reason) => {
  const listeners = `${importing}
from sqlalchemy import event
from sqlalchemy.orm import Session

def start(function):
    event.listen(Session, "do_orm_execute", function)
`;
  const view = await asking.viewAtEnd(`${imported}${start}${query}`, 'site/shop/models.py', {
    'site/shop/__init__.py': '',
    'tools/watcher/__init__.py': '',
    'tools/watcher/listeners.py': listeners,
  });
  expect(view?.reason).toBe(reason);
});

const rename = `
def rename(session: Session, user: User):
    user.name = "new"
    session.commit()
`;

const counting = `
from tracer import start_span

_config = {"enabled": True}

def span_of(**values):
    return start_span(values)

def begin(session, context, instances):
    if not _config["enabled"]:
        return
    session._span = span_of(new=len(session.new), of=id(session))

def end(session, context):
    span = getattr(session, "_span", None)
    if span:
        span.finish()
        session._span = None
`;

test.each([
  ['counts and takes the time', counting, null],
  [
    'changes what is new',
    counting.replace('    session._span = span_of', '    session.new.clear()\n    session._span = span_of'),
    'named',
  ],
  ['hands the session on', counting.replace('of=id(session)', 'of=session'), 'named'],
  ['sends something', counting.replace('return start_span(values)', 'return current.execute(values)'), 'named'],
  [
    'calls what is not known',
    counting.replace('id(session)', 'audit()').replace('_config =', 'from app.audit import audit\n_config ='),
    'named',
  ],
])('who is registered by a function and %s', async (_, listeners, reason) => {
  const register =
    '\ndef instrument():\n    event.listen(Session, "before_flush", begin)\n    event.listen(Session, "after_flush", end)\n';
  const others = { 'app/__init__.py': '', 'app/audit.py': 'def audit():\n    return 3\n' };
  const view = await asking.viewAtEnd(start + listeners + register + rename, 'models.py', others);
  expect(view?.reason).toEqual(reason && 'The event `before_flush` in project/models.py may change what is written.');
});
