import { expect, test } from 'vitest';
import { createEngine } from '../../../server/src/ide/createEngine.ts';
import { loopText } from '../../../server/src/ide/loopText.ts';
import { Project, root } from '../../harness/project.ts';

const models = `from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship

class Base(DeclarativeBase):
    pass

class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    posts: Mapped[list["Post"]] = relationship()

class Post(Base):
    __tablename__ = "posts"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    comments: Mapped[list["Comment"]] = relationship()

class Comment(Base):
    __tablename__ = "comments"
    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"))
`;

/** What a hover says of the loop, at `place` in a function over `models`. */
function textAt(code: string, place: string): string | null {
  const text = `${models}\n${code}`;
  const project = new Project({ 'app.py': text });
  const settings = () => ({ dialect: null, driver: null });
  const engine = createEngine({ workspace: project.workspace, renderer: null, settings });
  return loopText(engine.diagnosticsOf(`${root}/app.py`), text.lastIndexOf(place) + 1);
}

test('one query for each row', () => {
  const code = `def f(session: Session):
    for user in session.scalars(select(User)):
        print(user.posts)
`;
  expect(textAt(code, 'user.posts')).toBe('The loop sends 1 + N statements: 1 for its query, N for `User.posts`.');
  expect(textAt(code, 'print')).toBeNull();
});

test('loops in loops multiply', () => {
  const code = `def f(session: Session):
    for user in session.scalars(select(User)):
        for post in user.posts:
            print(post.comments)
`;
  expect(textAt(code, 'post.comments')).toBe(
    'The loop sends 1 + N + N × M statements: 1 for its query, N for `User.posts`, N × M for `Post.comments`.',
  );
});
