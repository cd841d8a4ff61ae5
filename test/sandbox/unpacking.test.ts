/** Targets that take a list apart of which nobody knows how long it is. */
import { expect, test } from 'vitest';
import { useAsking } from './engine.ts';

const asking = useAsking();

test('a list has as many values as there are names, and what is found elsewhere is still one row', async () => {
  const view = await asking.viewAtEnd(`
from sqlalchemy import select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

class Base(DeclarativeBase):
    pass

class Track(Base):
    __tablename__ = "tracks"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    seconds: Mapped[int]

def put(session: Session, title: str, length: str):
    track = session.execute(select(Track).where(Track.title == title)).scalar_one()
    hours, minutes, seconds = [int(part) for part in length.split(":")]
    track.seconds = 60 * minutes + seconds
    session.commit()
`);
  expect(view?.reason).toBe('How often the loop over `length.split(":")` runs.');
  expect(view?.statements.map(({ sql }) => sql)).toContain(
    'UPDATE tracks SET seconds=%(seconds)s WHERE tracks.id = %(tracks_id)s',
  );
  expect(view?.statements.flatMap(({ params }) => params)).toContainEqual({
    name: 'seconds',
    hole: '60 * minutes + seconds',
  });
});
