import type { LibraryName, ModelSet, Slice, Step } from '../../server/src/query/program.ts';
import type { RenderRequest } from '../../server/src/render/protocol.ts';

/** A few everyday queries for each library, on models of an everyday shape; the first one brings the models along. */
export const requests: Record<LibraryName, readonly RenderRequest[]> = {
  sqlalchemy: sqlAlchemyQueries().map((expression) => ({
    target: { library: 'sqlalchemy', version: '2.0', dialect: 'postgresql', driver: null },
    models: sqlAlchemyModels(),
    slice: slice('shop.queries', sqlAlchemyImports('shop.queries'), expression),
    maxVariants: 8,
  })),
  django: djangoQueries().map((expression) => ({
    target: { library: 'django', version: '5.2', dialect: 'postgresql', driver: null },
    models: djangoModels(),
    slice: slice('shop.views', djangoImports(), expression),
    maxVariants: 8,
  })),
};

function sqlAlchemyQueries(): string[] {
  return [
    'select(User).where(User.name == name)',
    'select(User).options(joinedload(User.orders)).where(User.name == name).limit(10)',
    'select(User.name, func.count(Order.id)).join(User.orders).group_by(User.name).order_by(User.name)',
    'select(Order).where(Order.user.has(User.name.like(name)), Order.total > 10)',
  ];
}

function sqlAlchemyModels(): ModelSet {
  return {
    key: 'shop',
    steps: [
      ...imports('shop.models', 'sqlalchemy', ['ForeignKey', 'String']),
      ...imports('shop.models', 'sqlalchemy.orm', ['DeclarativeBase', 'Mapped', 'mapped_column', 'relationship']),
      define('shop.models', 'Base', 'class Base(DeclarativeBase):\n    pass\n'),
      define(
        'shop.models',
        'User',
        `class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(50))
    orders: Mapped[list["Order"]] = relationship(back_populates="user")
`,
      ),
      define(
        'shop.models',
        'Order',
        `class Order(Base):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    total: Mapped[int]
    user: Mapped["User"] = relationship(back_populates="orders")
`,
      ),
    ],
    models: ['User', 'Order'].map((name) => ({ module: 'shop.models', name })),
    django: null,
    unknown: [],
  };
}

function sqlAlchemyImports(module: string): Step[] {
  return [
    ...imports(module, 'sqlalchemy', ['func', 'select']),
    ...imports(module, 'sqlalchemy.orm', ['joinedload']),
    ...links(module, 'shop.models', ['Order', 'User']),
  ];
}

function djangoQueries(): string[] {
  return [
    'User.objects.filter(name=name)',
    'Order.objects.filter(user__name__startswith=name).select_related("user")[:10]',
    'User.objects.annotate(number=Count("orders")).filter(number__gt=3).order_by("-number")',
    'User.objects.exclude(orders__total__lt=10).values("name")',
  ];
}

function djangoModels(): ModelSet {
  const models: Step = { op: 'import', module: 'shop.models', as: 'models', from: 'django.db', name: 'models' };
  return {
    key: 'shop',
    steps: [
      models,
      define('shop.models', 'User', 'class User(models.Model):\n    name = models.CharField(max_length=50)\n'),
      define(
        'shop.models',
        'Order',
        `class Order(models.Model):
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="orders")
    total = models.IntegerField()
`,
      ),
    ],
    models: ['User', 'Order'].map((name) => ({ module: 'shop.models', name })),
    django: {
      apps: [{ label: 'shop', package: 'shop' }],
      settings: {},
      receivers: [],
      databases: {},
      routers: [],
      overrides: { save: [], delete: [], clean: [] },
    },
    unknown: [],
  };
}

function djangoImports(): Step[] {
  const count = imports('shop.views', 'django.db.models', ['Count']);
  return [...count, ...links('shop.views', 'shop.models', ['Order', 'User'])];
}

function slice(module: string, steps: readonly Step[], expression: string): Slice {
  const hole = { text: 'name', type: { kind: 'scalar', python: 'str' }, optional: false } as const;
  return { module, steps, holes: [{ name: 'name', hole }], body: '', expression, unknown: [] };
}

function imports(module: string, from: string, names: readonly string[]): Step[] {
  return names.map((name) => ({ op: 'import', module, as: name, from, name }));
}

function links(module: string, from: string, names: readonly string[]): Step[] {
  return names.map((name) => ({ op: 'link', module, as: name, from, name }));
}

function define(module: string, name: string, source: string): Step {
  return { op: 'define', module, name, source };
}
