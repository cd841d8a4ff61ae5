/** Objects in sets and dicts, by a `__hash__` of something unknown. */
import { expect, test } from 'vitest';
import { useAsking } from './engine.ts';

const asking = useAsking();

const program = `
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

class Base(DeclarativeBase):
    pass

class Tag(Base):
    __tablename__ = "tags"
    id: Mapped[int] = mapped_column(primary_key=True)
    word: Mapped[str]

class Word:
    def __init__(self, text):
        self.text = text

    def __hash__(self):
        return hash(("word", self.text))

    def __eq__(self, other):
        return self.text == other.text
`;

test.each([
  ['word in {word: 1}', null],
  ['word not in {Word("b"): 1}', 'Which of several `Word` are the same.'],
  ['{word, Word("b")}', 'Which of several `Word` are the same.'],
])('%s', async (expression, reason) => {
  const view = await asking.viewAtEnd(`${program}
def tag(session: Session, text: str):
    word = Word(text)
    if ${expression}:
        session.add(Tag(word=word.text))
    session.commit()
`);
  expect(view?.reason).toBe(reason);
  expect(view?.statements[1]?.params).toEqual([{ name: 'word', hole: 'text' }]);
});
