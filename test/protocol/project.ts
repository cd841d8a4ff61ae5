import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type LanguageServer, type LanguageServerOptions, startLanguageServer } from '../harness/languageServer.ts';

/** A small shop on PostgreSQL. */
export const models = `from sqlalchemy import ForeignKey, create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

engine = create_engine("postgresql+psycopg2://localhost/shop")


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    posts: Mapped[list["Post"]] = relationship(back_populates="author")


class Post(Base):
    __tablename__ = "posts"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    author: Mapped[User] = relationship(back_populates="posts")
`;

export const queries = `from sqlalchemy import select
from sqlalchemy.orm import Session

from models import User


def find(session: Session, name: str):
    return session.scalars(select(User).where(User.name == name)).all()


def titles(session: Session):
    found = []
    for user in session.scalars(select(User)):
        found.append([post.title for post in user.posts])
    return found
`;

/** A folder of its own, with a server that works on it. Use with `await using`. */
export interface Project extends AsyncDisposable {
  readonly folder: string;
  readonly server: LanguageServer;
  path(name: string): string;
  write(name: string, text: string): Promise<void>;
}

/** Files by their path below the folder; without any, the shop. */
export async function openProject(
  files: Readonly<Record<string, string>> = { 'models.py': models, 'queries.py': queries },
  options: Omit<LanguageServerOptions, 'folder'> = {},
): Promise<Project> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'ormsight-protocol-')));
  const write = async (name: string, text: string): Promise<void> => {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  };
  for (const [name, text] of Object.entries(files)) await write(name, text);
  const server = await startLanguageServer({ folder, ...options });
  return {
    folder,
    server,
    path: (name) => join(folder, name),
    write,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Zero-based line and character of the middle of a piece of text, at its first place. */
export function place(text: string, piece: string): [line: number, character: number] {
  const offset = text.indexOf(piece);
  if (offset === -1) throw new Error(`${JSON.stringify(piece)} is not in the text`);
  const before = text.slice(0, offset).split('\n');
  return [before.length - 1, before.at(-1)!.length + Math.floor(piece.length / 2)];
}
