/** Projects that pin a release which is too old for the sandbox. */
import { expect, test } from 'vitest';
import { useAsking } from './engine.ts';

const asking = useAsking();

test('it is said which releases there are', async () => {
  const view = await asking.viewAtEnd(
    `
from sqlalchemy import Column, Integer
from sqlalchemy.ext.declarative import declarative_base

Base = declarative_base()

class User(Base):
    __tablename__ = "users"
    id = Column(Integer, primary_key=True)

def all_of(session):
    return session.query(User).all()
`,
    'app.py',
    { 'requirements.txt': 'sqlalchemy==1.3.24\n' },
  );
  expect(view?.status).toBe('partial');
  expect(view?.reason).toMatch(
    /^Compiled by SQLAlchemy 1\.4\.\d+, the project uses 1\.3\.24, and Ormsight runs 1\.4 and newer\.$/,
  );
});
