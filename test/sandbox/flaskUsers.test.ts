/** The user of a request in an application of Flask is what the project's own loader gives. */
import { expect, test } from 'vitest';
import { lineOf, useAsking } from './engine.ts';

const asking = useAsking();

const start = `
from flask_jwt_extended import JWTManager, current_user as bearer
from flask_login import LoginManager, current_user
from flask_sqlalchemy import SQLAlchemy
import sqlalchemy as sa
import sqlalchemy.orm as so

db = SQLAlchemy()
login = LoginManager()
jwt = JWTManager()

likes = sa.Table("likes", db.metadata, sa.Column("user_id", sa.ForeignKey("user.id")), sa.Column("post_id", sa.ForeignKey("post.id")))

class User(db.Model):
    id: so.Mapped[int] = so.mapped_column(primary_key=True)
    name: so.Mapped[str]
    liked: so.WriteOnlyMapped["Post"] = so.relationship(secondary=likes)

    def likes(self, post):
        return db.session.scalar(self.liked.select().where(Post.id == post.id)) is not None

    def like(self, post):
        if not self.likes(post):
            self.liked.add(post)

class Post(db.Model):
    id: so.Mapped[int] = so.mapped_column(primary_key=True)
    body: so.Mapped[str]
    author_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("user.id"))
    author: so.Mapped[User] = so.relationship()

@login.user_loader
def load_user(key):
    return db.session.get(User, int(key))

@jwt.user_lookup_loader
def load_bearer(header, data):
    return db.session.scalar(sa.select(User).where(User.name == data["sub"]))

`;

async function sent(...lines: readonly string[]): Promise<readonly unknown[]> {
  const view = await asking.viewAtEnd(
    `${start}def view(post, name):\n${lines.map((line) => `    ${line}\n`).join('')}`,
  );
  return [view?.reason, ...(view?.statements ?? []).map(lineOf)];
}

test('what is changed about the user is written', async () => {
  expect(await sent('current_user.name = name', 'db.session.commit()')).toEqual([
    null,
    ' | BEGIN',
    ' | UPDATE "user" SET name=%(name)s WHERE "user".id = %(user_id)s | name | current_user.id',
    ' | COMMIT',
  ]);
});

test('what stands behind the name', async () => {
  expect(
    await sent('db.session.add(Post(body=name, author=current_user._get_current_object()))', 'db.session.commit()'),
  ).toEqual([
    null,
    ' | BEGIN',
    ' | INSERT INTO post (body, author_id) VALUES (%(body)s, %(author_id)s) RETURNING post.id | name | current_user.id',
    ' | COMMIT',
  ]);
});

test('what belongs to the user', async () => {
  expect(await sent('return db.session.scalars(current_user.liked.select().order_by(Post.body)).all()')).toEqual([
    null,
    ' | SELECT post.id, post.body, post.author_id \nFROM post, likes \nWHERE %(param_1)s = likes.user_id AND post.id = likes.post_id ORDER BY post.body | current_user.id',
  ]);
  expect(await sent('return Post.query.filter_by(author=bearer).count()')).toEqual([
    null,
    expect.stringMatching(/ \| bearer\.id$/),
  ]);
});

test('what a method of the user adds, of a parameter without a type', async () => {
  const [reason, ...statements] = await sent('current_user.like(post)', 'db.session.commit()');
  expect(reason).toBeNull();
  expect(statements).toEqual([
    'not self.likes(post) | INSERT INTO likes (user_id, post_id) VALUES (%(user_id)s, %(post_id)s) | current_user.id | post.id',
    'not self.likes(post) | COMMIT',
  ]);
});

test('where two loaders give different models, the user is not known', async () => {
  const other = `
class Admin(db.Model):
    id: so.Mapped[int] = so.mapped_column(primary_key=True)

def load_admin(key):
    return db.session.get(Admin, key)

login.user_loader(load_admin)

def view(name):
    current_user.name = name
    db.session.commit()
`;
  expect((await asking.viewAtEnd(start + other))?.statements ?? []).toEqual([]);
});
