/** What schemas of marshmallow-sqlalchemy load is an object of their model: what is written is shown, what is set is not known. */
import { expect, test } from 'vitest';
import { useAsking, valueOf } from './engine.ts';

const asking = useAsking();

const models = `
from flask_marshmallow import Marshmallow
from marshmallow import fields
from marshmallow_sqlalchemy import ModelSchema, SQLAlchemyAutoSchema, SQLAlchemySchema, auto_field
from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

ma = Marshmallow()

class Base(DeclarativeBase):
    pass

class Team(Base):
    __tablename__ = "teams"
    id: Mapped[int] = mapped_column(primary_key=True)

class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    email: Mapped[str | None]
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"))
`;

const create = `
def create(session: Session, data):
    user = UserSchema().load(data, session=session)
    session.add(user)
    session.commit()
`;

const schema = (base: string, meta: string, before = ''): string => `
class UserSchema(${base}):
    class Meta:
        model = User
        ${meta}
${before}`;

async function sent(text: string): Promise<readonly unknown[]> {
  const view = await asking.viewAtEnd(models + text);
  const statements = (view?.statements ?? []).map(
    ({ when, sql }) => `${when ? `[${when}] ` : ''}${sql.split(' VALUES')[0]!.replaceAll(/\s+/g, ' ')}`,
  );
  return [view?.reason, ...statements];
}

const REASON = 'Which columns and relations `UserSchema` sets.';

test('a new object, where the key is none of the data', async () => {
  const statements = await sent(
    schema('SQLAlchemyAutoSchema', 'load_instance = True', '        dump_only = ("id",)\n') + create,
  );
  expect(statements).toEqual([REASON, 'BEGIN', 'INSERT INTO users (name, email, team_id)', 'COMMIT']);
  const withKeys = schema(
    'ma.SQLAlchemyAutoSchema',
    'load_instance = True; include_fk = True; exclude = ("id", "email")',
  );
  const view = await asking.viewAtEnd(models + withKeys + create);
  expect(view?.statements[1]?.params.map(valueOf)).toEqual(['data["name"]', null, 'data["team_id"]']);
});

test('the data may have the key of a stored row, which is asked for in the same transaction', async () => {
  const statements = await sent(schema('SQLAlchemyAutoSchema', 'load_instance = True') + create);
  expect(statements).toEqual([
    REASON,
    '[data has the key of a stored row] UPDATE users SET name=%(name)s, email=%(email)s WHERE users.id = %(users_id)s',
    '[data has the key of a stored row] COMMIT',
    '[not (data has the key of a stored row)] INSERT INTO users (name, email, team_id)',
    '[not (data has the key of a stored row)] COMMIT',
  ]);
});

test('an object that is given is changed', async () => {
  const change = `
def change(session: Session, user: User, data):
    UserSchema().load(data, instance=user, session=session, partial=True)
    session.commit()
`;
  expect(await sent(schema('SQLAlchemyAutoSchema', 'load_instance = True') + change)).toEqual([
    REASON,
    'BEGIN',
    'UPDATE users SET name=%(name)s, email=%(email)s WHERE users.id = %(users_id)s',
    'COMMIT',
  ]);
});

test('what marshmallow 2 gives has the object in `data`', async () => {
  const older = `
def create(session: Session, data):
    schema = UserSchema()
    result = schema.load({"name": data["name"]}, session=session)
    if result.errors:
        return result.errors
    session.add(result.data)
    session.commit()
`;
  const view = await asking.viewAtEnd(models + schema('ma.ModelSchema', 'include_fk = True') + older);
  expect(view?.reason).toBe(REASON);
  expect(view?.statements[1]?.params.map(valueOf)).toEqual(['data["name"]', null, null]);
});

test('only the declared fields of a schema that is not automatic', async () => {
  const declared = schema('SQLAlchemySchema', 'load_instance = True', '    name = auto_field()\n');
  const view = await asking.viewAtEnd(models + declared + create);
  expect(view?.statements[1]?.params.map(valueOf)).toEqual(['data["name"]', null, null]);
});

test('a schema that gives no objects gives a dict', async () => {
  const [reason, ...statements] = await sent(schema('SQLAlchemyAutoSchema', 'include_fk = True') + create);
  expect(reason).toContain('UserSchema.load(data)');
  expect(statements).toEqual([]);
});
