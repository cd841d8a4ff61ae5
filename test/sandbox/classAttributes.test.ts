/** What an attribute of a service's class is made of: others of the class, which stand before it. */
import { expect, test } from 'vitest';
import { useAsking, valueOf } from './engine.ts';
import { users } from './models.ts';

const asking = useAsking();

const start = `${users}
FIRST = "a"
`;

async function asked(body: string, condition: string): Promise<readonly unknown[]> {
  const view = await asking.viewAtEnd(`${start}
class Users:
${body}
    def find(self, session: Session):
        return session.scalars(select(User).where(${condition}))`);
  return [view?.reason, ...(view?.statements ?? []).flatMap(({ params }) => params.map(valueOf))];
}

test('one that is made of others', async () => {
  const body = `    second: str = "b"
    both = [FIRST, second]
    names = (*both, "c")
`;
  expect(await asked(body, 'User.name.in_(self.names)')).toEqual([null, 'a', 'b', 'c']);
});

test('one that is made of more than values is not known', async () => {
  const body = `    def first():
        return FIRST
    name = first()
`;
  expect(await asked(body, 'User.name == self.name')).toEqual([null, 'self.name']);
});
