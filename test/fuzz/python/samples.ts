/** Code with everything in it, to be damaged. */
export const samples: readonly string[] = [
  `"""Models."""
from __future__ import annotations
from .base import (Base, Mixin as M,)
import os.path as p, sys

@dataclass(frozen=True)
class User(Base, M, metaclass=Meta):
    """A user.

    With a docstring of several lines.
    """
    __tablename__ = "user"
    id: Mapped[int] = mapped_column(primary_key=True)
    posts: Mapped[list["Post"]] = relationship(
        back_populates="user",
        primaryjoin=lambda: User.id == foreign(Post.user_id),  # comment
    )

    @property
    def name(self, *args: int, sep: str = ' ', **kwargs) -> str:
        return f"{self.first!r:>{width}}{sep}{self.last}" if self.first else ''

    async def load(self, session, /, limit=10):
        async with session.begin() as tx, (other):
            rows = await session.scalars(
                select(User)
                .where(User.id.in_([1, 2, -3]), ~(User.name == 'x') | True)
                .options(selectinload(User.posts))
            )
            return {row.id: [post async for post in row.posts if post] for row in rows}
`,
  `def generic[T: int = str, *Ts, **P](x: T, *args: *Ts) -> Alias[T]:
    match x, *args:
        case [1 | -2.5, "a" "b", *_] if x > 1:
            pass
        case {"k": Point(x=0, y=b) as p, **rest}:
            del p[1:2, ::3], rest
        case a.b() | None:
            global z
        case _:
            raise ValueError(x) from None
    try:
        x += yield from f(*args, **{"a": 1, **b})
        assert x, (y := 2)
    except* (A, B) as error:
        print(error, file=sys.stderr)
    else:
        while not x: continue
    finally:
        for i, (j, *k) in enumerate(z): break
        else: nonlocal w
    return x[0]

type Alias[T] = dict[str, T]
with (open(a) as b, c): x = y = b'\\x00' if lambda *a, b=1: a else ...
if a < b is not c: pass
elif d: e; f = 0xFF + 1_0j
t = t'{a=}' rf'''{
    b
}\\n''' '''
"quoted" text'''
`,
  `class A:\r\n\tdef f(self):\r\n\t\treturn (\r\n\t\t\t1,\r\n\t\t)\r\n\r\n\tdef g(self): # é 🐍\r\n\t\tx = "é🐍" \\\r\n\t\t\t+ 'b'\r\n\ndef h():\n  return h\n`,
];

/** Pieces of Python, of which random text is made. */
export const PIECES: readonly string[] = [
  '(',
  ')',
  '[',
  ']',
  '{',
  '}',
  '"',
  "'",
  '"""',
  "'''",
  'f"',
  "f'''",
  't"',
  'rb"',
  '\\',
  '\n',
  '\r\n',
  '\n    ',
  '\n\t',
  ' ',
  ':',
  ';',
  ',',
  '.',
  '=',
  ':=',
  '->',
  '@',
  '*',
  '**',
  '/',
  '-',
  '==',
  '<',
  '!',
  '!r',
  '#',
  '$',
  '\f',
  'a',
  'b',
  '_',
  '1',
  '1.5',
  '0x',
  'é',
  '🐍',
  '\u00a0',
  'def ',
  'class ',
  'if ',
  'elif ',
  'else',
  'for ',
  ' in ',
  'while ',
  'with ',
  ' as ',
  'try:',
  'except ',
  'finally:',
  'match ',
  'case ',
  'type ',
  'import ',
  'from ',
  'lambda ',
  'async ',
  'await ',
  'yield ',
  'return ',
  'not ',
  ' and ',
  ' or ',
  ' is ',
  'None',
  'del ',
  'global ',
  'raise ',
  'assert ',
  'pass',
  '...',
  '+=',
  '{{',
  '}}',
  '{a',
  '{a}',
  '{a:',
  'N{',
];
