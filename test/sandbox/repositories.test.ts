/** Classes that are written for all models: what their type variables stand for, and what is set by name. */
import { expect, test } from 'vitest';
import { useAsking } from './engine.ts';
import { users } from './models.ts';

const asking = useAsking();

const models = `${users}
from typing import Generic, TypeVar

class Team(Base):
    __tablename__ = "teams"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]

T = TypeVar("T", bound=Base)
D = TypeVar("D")

class Repository(Generic[T, D]):
    def __init__(self, model: type[T]):
        self.model = model

    def others(self, session: Session, row: T):
        return session.scalars(select(self.model).where(self.model.id != row.id)).all()

    def change(self, session: Session, row: T, data: D):
        for name, value in data.items():
            setattr(row, name, value)
        session.commit()

class Room(Base):
    __tablename__ = "rooms"
    id: Mapped[int] = mapped_column(primary_key=True)
    floor: Mapped[int]

class Users(Repository[User, dict]):
    pass

users = Users(User)
rooms = Repository(Room)
teams = Repository[Team, dict](Team)

def change(session: Session, user: User, name, value):
    setattr(user, name, value)
    session.commit()
`;

async function sent(line: string): Promise<readonly unknown[]> {
  const view = await asking.viewAt({ 'models.py': models }, 'models.py', models.indexOf(line) + line.length - 1);
  const statements = (view?.statements ?? []).map(({ when, sql }) => `${when} | ${sql.replace(/\s+/g, ' ')}`);
  return [view?.reason, ...statements.filter((one) => !/BEGIN|COMMIT/.test(one))];
}

test('an object is of the model that the attribute holds', async () => {
  expect(await sent('session.scalars(select(self.model).where(self.model.id != row.id)).all()')).toEqual([
    null,
    'row is a Room | SELECT rooms.id, rooms.floor FROM rooms WHERE rooms.id != %(id_1)s',
    'row is a Team | SELECT teams.id, teams.title FROM teams WHERE teams.id != %(id_1)s',
    'row is a User | SELECT users.id, users.name FROM users WHERE users.id != %(id_1)s',
  ]);
});

test('every column may be the one that is set', async () => {
  expect(await sent('setattr(row, name, value)\n        session.commit()')).toEqual([
    'Which attribute `setattr` sets on `Room`; which attribute `setattr` sets on `Team`; which attribute `setattr` sets on `User`.',
    'row is a Room | UPDATE rooms SET floor=%(floor)s WHERE rooms.id = %(rooms_id)s',
    'row is a Team | UPDATE teams SET title=%(title)s WHERE teams.id = %(teams_id)s',
    'row is a User | UPDATE users SET name=%(name)s WHERE users.id = %(users_id)s',
  ]);
  expect(await sent('setattr(user, name, value)\n    session.commit()')).toEqual([
    'Which attribute `setattr` sets on `User`.',
    'null | UPDATE users SET name=%(name)s WHERE users.id = %(users_id)s',
  ]);
});
