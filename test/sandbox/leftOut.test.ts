/** Parts of a model that the sandbox does not have are unknown, not missing. */
import { expect, test } from 'vitest';
import { useAsking } from './engine.ts';
import { users } from './models.ts';

const models = `${users}
    @translated
    def label(self):
        return self.name

def by_name(users):
    found = {}
    for user in users:
        found[user.name] = user
    return found

`;

const asking = useAsking();

test('a method that is made by something unknown', async () => {
  const view = await asking.viewAtEnd(`${models}
def same(session: Session, name: str):
    user = by_name(session.scalars(select(User)).all())[name]
    return session.scalars(select(User.id).where(User.name == user.label)).all()
`);
  expect(view?.statements.map(({ sql }) => sql)).toEqual([
    'SELECT users.id \nFROM users \nWHERE users.name = %(name_1)s',
  ]);
  expect(view?.statements[0]?.params).toEqual([{ name: 'name_1', hole: 'user.label' }]);
});

test('what the class has not at all still raises', async () => {
  const view = await asking.viewAtEnd(`${models}
def same(session: Session, name: str):
    user = by_name(session.scalars(select(User)).all())[name]
    return session.scalars(select(User.id).where(User.name == user.label_of)).all()
`);
  expect(view?.reason).toContain("AttributeError: 'User' object has no attribute 'label_of'");
});

const tasks = `${users}
class Task(Base):
    __tablename__ = "tasks"
    id: Mapped[int] = mapped_column(primary_key=True)
    done: Mapped[bool]
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    owner: Mapped["Owner"] = relationship()

    def hand(self, role, name):
        getattr(self, role).rename(name)
        self.done = True

class Named:
    def rename(self, name):
        self.name = name

class Owner(Named, User):
    def rename(self, name):
        self.name = name + "!"
`
  .replace('import select', 'import ForeignKey, select')
  .replace('mapped_column', 'mapped_column, relationship');

test('a method that nobody could follow may change its object', async () => {
  const view = await asking.viewAtEnd(`${tasks}
def hand(session: Session, key: int):
    task = session.get(Task, key)
    task.hand("owner", "a")
    session.commit()
`);
  expect(view?.reason).toBe('What `task.owner.rename` does.');
  expect(view?.statements.map(({ sql }) => sql)).toContain(
    'UPDATE tasks SET done=%(done)s WHERE tasks.id = %(tasks_id)s',
  );
});

test('a method of a model that the code names can be followed', async () => {
  const view = await asking.viewAtEnd(`${tasks}
def hand(session: Session, key: int):
    task = session.get(Task, key)
    task.owner = Owner(id=1, name="b")
    task.hand("owner", "a")
    session.commit()
`);
  expect(view?.status).toBe('exact');
  const written = view?.statements.find(({ sql }) => sql.startsWith('INSERT INTO users'));
  expect(written?.params.map((one) => 'value' in one && one.value)).toEqual([1, 'a!']);
});
