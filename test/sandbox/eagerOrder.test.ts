import { expect, test } from 'vitest';
import { useAsking } from './engine.ts';

/** SQLAlchemy sends the eager loads of one object in any order: it keeps what it loads in a set. */

const asking = useAsking();

const models = `
from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, joinedload, mapped_column, relationship, selectinload, subqueryload


class Base(DeclarativeBase):
    pass


class Team(Base):
    __tablename__ = "teams"

    id: Mapped[int] = mapped_column(primary_key=True)
    players: Mapped[list["Player"]] = relationship()
    games: Mapped[list["Game"]] = relationship()


class Player(Base):
    __tablename__ = "players"

    id: Mapped[int] = mapped_column(primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"))
    goals: Mapped[list["Goal"]] = relationship()


class Goal(Base):
    __tablename__ = "goals"

    id: Mapped[int] = mapped_column(primary_key=True)
    player_id: Mapped[int] = mapped_column(ForeignKey("players.id"))


class Game(Base):
    __tablename__ = "games"

    id: Mapped[int] = mapped_column(primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"))
`;

/** The table that each statement reads first, and what is said of its order. */
async function orders(options: string): Promise<unknown> {
  const view = await asking.viewAtEnd(`${models}
def teams(session: Session):
    return session.scalars(select(Team).options(${options})).unique().all()`);
  expect(view?.status).toBe('exact');
  return view?.statements.map(({ sql, anyOrder }) => [/FROM (\w+)/.exec(sql)?.[1], anyOrder ?? null]);
}

const both = 'the eager loads of Team';

test.each([
  [
    'several of one object',
    'selectinload(Team.players), selectinload(Team.games)',
    [
      ['players', both],
      ['games', both],
    ],
  ],
  ['one, and one that comes with the rows', 'joinedload(Team.players), selectinload(Team.games)', [['games', null]]],
  [
    'one that brings another: these two come one after the other',
    'selectinload(Team.players).selectinload(Player.goals)',
    [
      ['players', null],
      ['goals', null],
    ],
  ],
  [
    'several by subqueries',
    'subqueryload(Team.players), subqueryload(Team.games)',
    [
      ['teams', both],
      ['teams', both],
    ],
  ],
  [
    'several by subqueries, of which one brings another',
    'subqueryload(Team.players).subqueryload(Player.goals), subqueryload(Team.games)',
    [
      ['teams', null],
      ['teams', null],
      ['teams', null],
    ],
  ],
])('%s', async (_, options, eager) => {
  expect(await orders(options)).toEqual([['teams', null], ...eager]);
});
