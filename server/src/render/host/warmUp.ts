import type { DialectName, LibraryName, ModelSet, Slice, Step } from '../../query/program.ts';
import type { RenderRequest } from '../protocol.ts';

/**
 * Requests that a snapshot has behind it, so that the first real one finds everything imported and set up: a library
 * does much of its work at first use. What they give does not matter, nor does it when one fails.
 */
export function warmUpRequests(library: LibraryName, version: string): RenderRequest[] {
  const { models, imports, expressions } = library === 'django' ? django : sqlAlchemy;
  return dialects.flatMap((dialect) =>
    expressions.map((expression) => ({
      target: { library, version, dialect, driver: null },
      models,
      slice: sliceOf(imports, expression),
      maxVariants: 8,
    })),
  );
}

/**
 * One of them for each dialect, annotated models, and those of each package on top of the ORM, as JSON: a library that
 * cannot answer these is of no use.
 */
export function firstRequests(library: LibraryName, version: string, packages: readonly string[]): string[] {
  const all = warmUpRequests(library, version);
  const first = all.filter((_, i) => i % (all.length / dialects.length) === 0);
  if (library === 'sqlalchemy' && Number.parseInt(version, 10) >= 2) first.push({ ...first[0]!, models: annotated });
  for (const name of packages) first.push(...(onTop[name] ? [{ ...first[0]!, ...onTop[name] }] : []));
  return first.map((each) => JSON.stringify(each));
}

interface WarmUp {
  readonly models: ModelSet;
  readonly imports: readonly Step[];
  readonly expressions: readonly string[];
}

const dialects: readonly DialectName[] = ['sqlite', 'mysql', 'postgresql'];
/** No module of a workspace has this name. */
const module = 'ormsight_warm_up';

const sqlAlchemy: WarmUp = {
  models: modelSet(
    [
      ...importSteps('sqlalchemy', ['Column', 'ForeignKey', 'Integer', 'String', 'DateTime']),
      ...importSteps('sqlalchemy.orm', ['declarative_base', 'relationship']),
      define('Base', 'Base = declarative_base()'),
      define(
        'Author',
        `class Author(Base):
    __tablename__ = "authors"
    id = Column(Integer, primary_key=True)
    name = Column(String(50), nullable=False)
    books = relationship("Book", back_populates="author")
`,
      ),
      define(
        'Book',
        `class Book(Base):
    __tablename__ = "books"
    id = Column(Integer, primary_key=True)
    title = Column(String(50))
    published = Column(DateTime)
    author_id = Column(ForeignKey("authors.id"))
    author = relationship("Author", back_populates="books")
`,
      ),
    ],
    ['Author', 'Book'],
    null,
  ),
  imports: [
    ...importSteps('sqlalchemy', ['and_', 'delete', 'func', 'insert', 'or_', 'select', 'update']),
    ...importSteps('sqlalchemy.orm', ['joinedload', 'selectinload']),
  ],
  expressions: [
    'select(Author).where(Author.name == name)',
    'select(Author).options(joinedload(Author.books)).where(Author.name.like(name)).limit(10)',
    'session.scalars(select(Author).options(selectinload(Author.books)).order_by(Author.name)).all()',
    'select(Author.name, func.count(Book.id)).join(Author.books).group_by(Author.name).having(func.count() > 3)',
    'session.query(Book).join(Book.author).filter(or_(Author.name == name, Book.title.in_([name, "b"]))).first()',
    'select(Book).where(and_(Book.author.has(Author.name == name), Book.published.is_(None)))',
    'session.execute(insert(Author).values(name=name))',
    'session.execute(update(Author).where(Author.id == 1).values(name=name))',
    'session.execute(delete(Author).where(Author.name == name))',
    'session.get(Author, name)',
  ],
};

/** What SQLAlchemy 2 reads of annotations depends on the version of Python. */
const annotated: ModelSet = {
  ...modelSet(
    [
      ...importSteps('typing', ['List', 'Optional']),
      ...importSteps('sqlalchemy', ['ForeignKey']),
      ...importSteps('sqlalchemy.orm', ['DeclarativeBase', 'Mapped', 'mapped_column', 'relationship']),
      define('Base', 'class Base(DeclarativeBase):\n    pass\n'),
      define(
        'Author',
        `class Author(Base):
    __tablename__ = "authors"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[Optional[str]]
    age: Mapped[int | None]
    books: Mapped[List["Book"]] = relationship(back_populates="author")
`,
      ),
      define(
        'Book',
        `class Book(Base):
    __tablename__ = "books"
    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("authors.id"))
    author: Mapped["Author"] = relationship(back_populates="books")
`,
      ),
    ],
    ['Author', 'Book'],
    null,
  ),
  key: `${module} annotated`,
};

/** A model and a query of each package that stands on SQLAlchemy. */
const onTop: Readonly<Record<string, Pick<RenderRequest, 'models' | 'slice'>>> = {
  'flask-sqlalchemy': {
    models: {
      ...modelSet(
        [
          ...importSteps('flask_sqlalchemy', ['SQLAlchemy']),
          define('db', 'db = SQLAlchemy()'),
          define('Author', 'class Author(db.Model):\n    id = db.Column(db.Integer, primary_key=True)\n'),
        ],
        ['Author'],
        null,
      ),
      key: `${module} flask`,
    },
    slice: sliceOf([], 'Author.query.filter_by(id=1).first()'),
  },
  sqlmodel: {
    models: {
      ...modelSet(
        [
          ...importSteps('typing', ['Optional']),
          ...importSteps('sqlmodel', ['Field', 'SQLModel']),
          define(
            'Author',
            `class Author(SQLModel, table=True):
    id: Optional[int] = Field(default=None, primary_key=True)
    name: str
    age: int | None = None
`,
          ),
        ],
        ['Author'],
        null,
      ),
      key: `${module} sqlmodel`,
    },
    slice: sliceOf(importSteps('sqlmodel', ['select']), 'select(Author).where(Author.name == "A")'),
  },
};

const django: WarmUp = {
  models: modelSet(
    [
      ...importSteps('django.db', ['models']),
      define('Author', 'class Author(models.Model):\n    name = models.CharField(max_length=50)\n'),
      define(
        'Book',
        `class Book(models.Model):
    title = models.CharField(max_length=50)
    published = models.DateTimeField(null=True)
    author = models.ForeignKey(Author, on_delete=models.CASCADE, related_name="books")
    readers = models.ManyToManyField(Author, related_name="read")
`,
      ),
    ],
    ['Author', 'Book'],
    {
      apps: [{ label: module, package: module }],
      settings: {},
      receivers: [],
      databases: {},
      routers: [],
      overrides: { save: [], delete: [], clean: [] },
    },
  ),
  imports: importSteps('django.db.models', ['Count', 'F', 'Q', 'Exists', 'OuterRef', 'Sum']),
  expressions: [
    'Author.objects.filter(name=name)',
    'Book.objects.filter(Q(author__name__icontains=name) | ~Q(title=name)).select_related("author")[:10]',
    'list(Author.objects.prefetch_related("books").order_by("-name"))',
    'Author.objects.annotate(number=Count("books")).filter(number__gt=3).values("name", "number")',
    'Author.objects.filter(Exists(Book.objects.filter(author=OuterRef("pk"))), pk__in=[1, 2]).distinct()',
    'Book.objects.exclude(readers__name=name).aggregate(Sum("pk"))',
    'Author.objects.get(pk=name)',
    'Author.objects.filter(name=name).first()',
    'Author.objects.filter(name=name).count()',
    'Author.objects.filter(name=name).exists()',
    'Author.objects.create(name=name)',
    'Book.objects.filter(title=name).update(title=F("title"))',
    'Author.objects.filter(name=name).delete()',
  ],
};

function sliceOf(steps: readonly Step[], expression: string): Slice {
  const unknown = { text: 'name', type: { kind: 'scalar', python: 'str' }, optional: false } as const;
  const session = { text: 'session', type: { kind: 'session', expires: true }, optional: false } as const;
  const holes = [
    { name: 'name', hole: unknown },
    { name: 'session', hole: session },
  ];
  return { module, steps, holes, body: '', expression, unknown: [] };
}

function modelSet(steps: readonly Step[], names: readonly string[], project: ModelSet['django']): ModelSet {
  return { key: module, steps, models: names.map((name) => ({ module, name })), django: project, unknown: [] };
}

function importSteps(from: string, names: readonly string[]): Step[] {
  return names.map((name) => ({ op: 'import', module, as: name, from, name }));
}

function define(name: string, source: string): Step {
  return { op: 'define', module, name, source };
}
