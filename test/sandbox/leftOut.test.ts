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
