/** A workspace on SQLAlchemy: typed and classic models, repositories, services, an API, Alembic revisions, tests. */
import { type Area, type Entity, type Field, type FieldType, fieldOf, plural, someStatus } from './domain.ts';
import { type GeneratedFile, indent, python } from './file.ts';
import type { Random } from '../../harness/random.ts';
import { remarks } from './words.ts';

/** Every third area was written for SQLAlchemy 1.x: `Column` and `session.query`. */
export function isClassic(area: Area): boolean {
  return area.number % 3 === 2;
}

export const projectFiles: readonly GeneratedFile[] = [
  {
    path: 'requirements.txt',
    kind: 'project',
    text: 'alembic==1.20.1\nfastapi==0.165.0\npsycopg[binary]==3.3.2\nSQLAlchemy==2.0.58\n',
  },
  {
    path: 'alembic.ini',
    kind: 'project',
    text: '[alembic]\nscript_location = %(here)s/alembic\nsqlalchemy.url = postgresql+psycopg://localhost/business\n',
  },
  { path: 'core/__init__.py', kind: 'plain', text: '"""What all packages share."""\n' },
  {
    path: 'core/database.py',
    kind: 'models',
    text: `"""The base class, its mixins and the sessions."""

import os
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import DateTime, Integer, create_engine, func
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, declared_attr, mapped_column, sessionmaker

DATABASE_URL = os.environ.get("DATABASE_URL", "postgresql+psycopg://localhost/business")

engine = create_engine(DATABASE_URL, pool_pre_ping=True)
SessionLocal = sessionmaker(bind=engine, expire_on_commit=False)


class Base(DeclarativeBase):
    pass


class TimestampMixin:
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    updated_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True), onupdate=func.now())


class VersionMixin:
    version: Mapped[int] = mapped_column(Integer, default=1)

    @declared_attr.directive
    def __mapper_args__(cls):
        return {"version_id_col": cls.version}


def get_session() -> Iterator[Session]:
    with SessionLocal() as session:
        yield session
`,
  },
];

// ---------------------------------------------------------------- models

export function modelsModule(area: Area, random: Random): string {
  const elsewhere = imported(
    area.entities.flatMap(({ parents }) => parents.map(({ entity }) => entity)),
    area,
  );
  const head = `"""The models of ${area.module}. ${random.pick(remarks)}."""`;
  const write = isClassic(area) ? classicModel : typedModel;
  const imports = isClassic(area)
    ? `import datetime

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, Numeric, String, Table, Text
from sqlalchemy.orm import relationship

from core.database import Base, TimestampMixin
${elsewhere}`
    : `import datetime
from decimal import Decimal
from typing import Optional

from sqlalchemy import Column, ForeignKey, Index, Numeric, String, Table, Text, UniqueConstraint
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.database import Base, TimestampMixin, VersionMixin
${elsewhere}`;
  return python(head, imports, ...area.entities.flatMap((entity) => [write(entity, random), association(entity)]));
}

function typedModel(entity: Entity, random: Random): string {
  const mixins = random.chance(0.6) ? 'TimestampMixin, ' : random.chance(0.2) ? 'VersionMixin, ' : '';
  const name = fieldOf(entity, 'string').name;
  const columns = [
    'id: Mapped[int] = mapped_column(primary_key=True)',
    ...entity.fields.map((field) => typedColumn(field, random)),
    ...entity.parents.flatMap(({ name, entity: parent, optional }) => [
      `${name}_id: Mapped[${optional ? 'Optional[int]' : 'int'}] = mapped_column(ForeignKey("${parent.table}.id"${random.chance(0.4) ? ', ondelete="CASCADE"' : ''}), index=True)`,
    ]),
  ];
  const relations = [
    ...entity.parents.map(({ name, entity: parent, children, optional }) => {
      const type = optional ? `Optional["${parent.name}"]` : `"${parent.name}"`;
      const back = children ? `back_populates="${children}", ` : '';
      return `${name}: Mapped[${type}] = relationship(${back}foreign_keys=[${name}_id])`;
    }),
    ...entity.children.map(
      ({ name, entity: child, parent }) =>
        `${name}: Mapped[list["${child.name}"]] = relationship(back_populates="${parent}", foreign_keys="${child.name}.${parent}_id")`,
    ),
    ...linkRelations(entity).map(
      ({ name, other, table, back }) =>
        `${name}: Mapped[list["${other}"]] = relationship(secondary="${table}", back_populates="${back}")`,
    ),
  ];
  const flag = fieldOf(entity, 'flag').name;
  const hybrid = random.chance(0.3)
    ? `

    @hybrid_property
    def is_ready(self):
        return self.${flag} & (self.status == "${someStatus(random)}")`
    : '';
  const display = random.chance(0.5)
    ? `

    def __repr__(self) -> str:
        return f"<${entity.name} {self.id}: {self.${name}}>"`
    : '';
  return `class ${entity.name}(${mixins}Base):
    """One ${entity.variable.replaceAll('_', ' ')}. ${random.pick(remarks)}."""

    __tablename__ = "${entity.table}"
${tableArguments(entity, random)}
${indent(columns.join('\n'))}
${relations.length > 0 ? `\n${indent(relations.join('\n'))}` : ''}${hybrid}${display}
`;
}

function classicModel(entity: Entity, random: Random): string {
  const columns = [
    'id = Column(Integer, primary_key=True)',
    ...entity.fields.map(
      ({ name, type, optional }) => `${name} = Column(${columnTypes[type]}${optional ? '' : ', nullable=False'})`,
    ),
    ...entity.parents.map(
      ({ name, entity: parent, optional }) =>
        `${name}_id = Column(Integer, ForeignKey("${parent.table}.id"), nullable=${optional ? 'True' : 'False'}, index=True)`,
    ),
  ];
  const relations = [
    ...entity.parents.map(
      ({ name, entity: parent, children }) =>
        `${name} = relationship("${parent.name}", ${children ? `back_populates="${children}", ` : ''}foreign_keys=[${name}_id])`,
    ),
    ...entity.children.map(
      ({ name, entity: child, parent }) =>
        `${name} = relationship("${child.name}", back_populates="${parent}", foreign_keys="${child.name}.${parent}_id")`,
    ),
    ...linkRelations(entity).map(
      ({ name, other, table, back }) =>
        `${name} = relationship("${other}", secondary="${table}", back_populates="${back}")`,
    ),
  ];
  return `class ${entity.name}(${random.chance(0.5) ? 'TimestampMixin, ' : ''}Base):
    __tablename__ = "${entity.table}"
${tableArguments(entity, random)}
${indent(columns.join('\n'))}
${relations.length > 0 ? `\n${indent(relations.join('\n'))}` : ''}

    def is_late(self, today=None):
        today = today or datetime.date.today()
        return self.status == "${someStatus(random)}" and self.id is not None and today.year > ${random.between(2010, 2026)}
`;
}

/** The many-to-many relations of an entity, from either side. */
function linkRelations(entity: Entity): { name: string; other: string; table: string; back: string }[] {
  const own = entity.linked;
  return [
    ...(own ? [{ name: own.name, other: own.entity.name, table: own.table, back: own.back }] : []),
    ...entity.area.entities.flatMap(({ name, linked }) =>
      linked?.entity === entity ? [{ name: linked.back, other: name, table: linked.table, back: linked.name }] : [],
    ),
  ];
}

function association(entity: Entity): string {
  if (!entity.linked) return '';
  const { table, entity: other } = entity.linked;
  return `${table} = Table(
    "${table}",
    Base.metadata,
    Column("left_id", ForeignKey("${entity.table}.id", ondelete="CASCADE"), primary_key=True),
    Column("right_id", ForeignKey("${other.table}.id", ondelete="CASCADE"), primary_key=True),
)
`;
}

function tableArguments(entity: Entity, random: Random): string {
  if (!random.chance(0.3)) return '';
  const [string, status] = [fieldOf(entity, 'string').name, fieldOf(entity, 'status').name];
  return `    __table_args__ = (Index("ix_${entity.table}_${string}", "${string}", "${status}"),)\n`;
}

const columnTypes: Readonly<Record<FieldType, string>> = {
  string: 'String(80)',
  text: 'Text',
  number: 'Integer',
  money: 'Numeric(12, 2)',
  flag: 'Boolean, default=True',
  day: 'Date',
  status: 'String(20)',
};

const annotations: Readonly<Record<FieldType, string>> = {
  string: 'str',
  text: 'str',
  number: 'int',
  money: 'Decimal',
  flag: 'bool',
  day: 'datetime.date',
  status: 'str',
};

function typedColumn({ name, type, optional }: Field, random: Random): string {
  const annotation = optional ? `Optional[${annotations[type]}]` : annotations[type];
  const options: Readonly<Record<FieldType, string>> = {
    string: `String(${random.between(20, 200)})${random.chance(0.2) ? ', unique=True' : ''}`,
    text: 'Text',
    number: `default=${random.between(0, 9)}`,
    money: 'Numeric(12, 2)',
    flag: `default=${random.chance(0.5) ? 'True' : 'False'}`,
    day: 'index=True',
    status: `String(20), default="${someStatus(random)}"`,
  };
  return `${name}: Mapped[${annotation}] = mapped_column(${options[type]})`;
}

function imported(entities: readonly Entity[], area: Area): string {
  const others = [...new Set(entities)].filter((entity) => entity.area !== area);
  const lines = others.map((entity) => `from ${entity.area.module}.models import ${entity.name}  # noqa: F401`);
  return [...new Set(lines)].sort().join('\n');
}

// ---------------------------------------------------------------- queries

export const queryImports = `from __future__ import annotations

import datetime
import logging
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, case, delete, exists, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload, selectinload

logger = logging.getLogger(__name__)`;

export function modelImport(entities: readonly Entity[]): string {
  const byArea = new Map<string, Set<string>>();
  for (const { area, name, parents, children } of entities) {
    const names = byArea.get(area.module) ?? new Set<string>();
    byArea.set(area.module, names.add(name));
    for (const { entity } of [...parents, ...children]) {
      const others = byArea.get(entity.area.module) ?? new Set<string>();
      byArea.set(entity.area.module, others.add(entity.name));
    }
  }
  return [...byArea]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([module, names]) => `from ${module}.models import ${[...names].sort().join(', ')}`)
    .join('\n');
}

/** A class with the queries of one entity. */
export function repository(entity: Entity, count: number, random: Random): string {
  const methods = random.some(isClassic(entity.area) ? classicQueries : typedQueries, count);
  return `class ${entity.name}Repository:
    """Reads and changes ${plural(entity.variable.replaceAll('_', ' '))}. ${random.pick(remarks)}."""

    def __init__(self, session: Session) -> None:
        self.session = session

${indent(methods.map((method) => method(entity, random, true).trim()).join('\n\n'))}
`;
}

/** A free function with a query; `number` makes its name one of its own. */
export function queryFunction(entity: Entity, number: number, random: Random): string {
  const write = random.pick(isClassic(entity.area) ? classicQueries : typedQueries);
  return write(entity, random, false).replace(/def (\w+)\(/, `def $1_${entity.variable}_${number}(`);
}

type WriteQuery = (entity: Entity, random: Random, inClass: boolean) => string;

function signature(name: string, parameters: string, result: string, inClass: boolean): string {
  const all = [inClass ? 'self' : 'session: Session', parameters].filter(Boolean).join(', ');
  return `def ${name}(${all}) -> ${result}:`;
}

function sessionIn(inClass: boolean): string {
  return inClass ? 'self.session' : 'session';
}

function loaders(entity: Entity, random: Random): string {
  const paths = [
    ...entity.parents.map(({ name }) => `joinedload(${entity.name}.${name})`),
    ...entity.children.map(({ name }) => `selectinload(${entity.name}.${name})`),
  ];
  const chosen = random.some(paths, random.between(1, 2));
  return chosen.length > 0 ? `.options(${chosen.join(', ')})` : '';
}

function relationRead(entity: Entity, random: Random): string {
  const reads = [
    ...entity.parents.map(({ name, entity: parent }) => `row.${name}.${fieldOf(parent, 'string').name}`),
    ...entity.children.map(({ name }) => `len(row.${name})`),
  ];
  return reads.length > 0 ? random.pick(reads) : `row.${fieldOf(entity, 'string').name}`;
}

const typedQueries: readonly WriteQuery[] = [
  (e, random, inClass) => `${signature('get', 'key: int', `${e.name} | None`, inClass)}
    return ${sessionIn(inClass)}.get(${e.name}, key${random.chance(0.3) ? ', with_for_update=True' : ''})`,
  (e, random, inClass) => {
    const name = fieldOf(e, 'string').name;
    return `${signature(`find_by_${name}`, `${name}: str`, `${e.name} | None`, inClass)}
    stmt = select(${e.name})${loaders(e, random)}.where(${e.name}.${name} == ${name})
    return ${sessionIn(inClass)}.scalars(stmt).${random.pick(['first', 'one_or_none', 'unique().one_or_none'])}()`;
  },
  (e, random, inClass) => {
    const [name, number, flag] = [fieldOf(e, 'string').name, fieldOf(e, 'number').name, fieldOf(e, 'flag').name];
    return `${signature('search', `*, text: str | None = None, status: str | None = None, least: int = 0, page: int = 1`, `Sequence[${e.name}]`, inClass)}
    """${random.pick(remarks)}."""
    stmt = select(${e.name})${loaders(e, random)}
    if text:
        stmt = stmt.where(${e.name}.${name}.${random.pick(['icontains', 'startswith', 'contains'])}(text))
    if status is not None:
        stmt = stmt.where(${e.name}.status == status)
    else:
        stmt = stmt.where(${e.name}.${flag}.is_(True))
    if least > ${random.between(0, 9)}:
        stmt = stmt.where(${e.name}.${number} >= least)
    stmt = stmt.order_by(${e.name}.${name}${random.chance(0.5) ? '.desc()' : ''}).limit(${random.between(10, 100)}).offset((page - 1) * ${random.between(10, 100)})
    return ${sessionIn(inClass)}.scalars(stmt).unique().all()`;
  },
  (e, random, inClass) => {
    const number = fieldOf(e, 'number').name;
    return `${signature('count_by_status', `least: int = ${random.between(1, 50)}`, 'dict[str, int]', inClass)}
    stmt = (
        select(${e.name}.status, func.count(${e.name}.id), func.${random.pick(['sum', 'avg', 'max', 'min'])}(${e.name}.${number}))
        .where(${e.name}.${number} > least)
        .group_by(${e.name}.status)
        .having(func.count(${e.name}.id) > ${random.between(0, 20)})
        .order_by(func.count(${e.name}.id).desc())
    )
    return {status: count for status, count, _ in ${sessionIn(inClass)}.execute(stmt)}`;
  },
  (e, _random, inClass) => {
    const parent = e.parents[0];
    const name = fieldOf(e, 'string').name;
    if (!parent) {
      return `${signature('names', '', 'list[str]', inClass)}
    return list(${sessionIn(inClass)}.scalars(select(${e.name}.${name}).distinct().order_by(${e.name}.${name})))`;
    }
    const other = parent.entity;
    return `${signature(`of_${parent.name}`, `key: int, ${fieldOf(other, 'string').name}: str`, `Sequence[${e.name}]`, inClass)}
    stmt = (
        select(${e.name})
        .join(${e.name}.${parent.name})
        .where(or_(${other.name}.id == key, ${other.name}.${fieldOf(other, 'string').name} == ${fieldOf(other, 'string').name}))
        .options(contains_eager(${e.name}.${parent.name}))
        .order_by(${e.name}.id)
    )
    return ${sessionIn(inClass)}.scalars(stmt).all()`;
  },
  (
    e,
    random,
    inClass,
  ) => `${signature('describe_all', `status: str = "${someStatus(random)}"`, 'list[dict[str, Any]]', inClass)}
    rows = ${sessionIn(inClass)}.scalars(select(${e.name}).where(${e.name}.status == status)${random.chance(0.4) ? loaders(e, random) : ''})
    result: list[dict[str, Any]] = []
    for row in rows:
        # ${random.pick(remarks)}.
        if row.${fieldOf(e, 'number').name} < ${random.between(1, 30)}:
            continue
        result.append({"id": row.id, "about": ${relationRead(e, random)}, "status": row.status})
    return result`,
  (e, random, inClass) => `${signature('close', 'keys: Iterable[int]', 'int', inClass)}
    stmt = (
        update(${e.name})
        .where(${e.name}.id.in_(list(keys)), ${e.name}.status != "${someStatus(random)}")
        .values(status="${someStatus(random)}", ${fieldOf(e, 'number').name}=${e.name}.${fieldOf(e, 'number').name} + 1)
    )
    result = ${sessionIn(inClass)}.execute(stmt)
    ${sessionIn(inClass)}.commit()
    logger.info("%d ${e.table} were closed", result.rowcount)
    return result.rowcount`,
  (e, random, inClass) => `${signature('purge', 'limit: int', 'int', inClass)}
    old = select(${e.name}.id).where(${e.name}.status == "${someStatus(random)}").order_by(${e.name}.id).limit(limit)
    deleted = ${sessionIn(inClass)}.execute(delete(${e.name}).where(${e.name}.id.in_(old)))
    return deleted.rowcount`,
  (e, _random, inClass) => `${signature('add', 'values: dict[str, Any]', e.name, inClass)}
    row = ${e.name}(**values)
    ${sessionIn(inClass)}.add(row)
    try:
        ${sessionIn(inClass)}.flush()
    except IntegrityError:
        ${sessionIn(inClass)}.rollback()
        logger.exception("${e.name} %s is there already", values.get("${fieldOf(e, 'string').name}"))
        raise
    return row`,
  (e, random, inClass) => `${signature('is_used', 'name: str', 'bool', inClass)}
    stmt = select(exists().where(and_(${e.name}.${fieldOf(e, 'string').name} == name, ${e.name}.status != "${someStatus(random)}")))
    return bool(${sessionIn(inClass)}.scalar(stmt))`,
  (e, random, inClass) => {
    const number = fieldOf(e, 'number').name;
    return `${signature('ranked', `top: int = ${random.between(3, 50)}`, 'list[tuple[int, int]]', inClass)}
    other = aliased(${e.name})
    better = select(func.count()).where(other.${number} > ${e.name}.${number}).scalar_subquery()
    stmt = select(${e.name}.id, better.label("place")).where(${e.name}.${fieldOf(e, 'flag').name}).order_by("place").limit(top)
    return [(key, place) for key, place in ${sessionIn(inClass)}.execute(stmt)]`;
  },
  (e, random, inClass) => `${signature('levels', '', 'Sequence[Any]', inClass)}
    level = case(
        (${e.name}.${fieldOf(e, 'number').name} > ${random.between(50, 900)}, "high"),
        (${e.name}.status == "${someStatus(random)}", "special"),
        else_="low",
    )
    return ${sessionIn(inClass)}.execute(select(level.label("level"), func.count()).group_by(level)).all()`,
  (
    e,
    random,
    inClass,
  ) => `${signature('sorted_by', 'columns: list[str], filters: dict[str, Any]', `Sequence[${e.name}]`, inClass)}
    """What the caller wants, by the names of columns. ${random.pick(remarks)}."""
    stmt = select(${e.name}).filter_by(**filters)
    for column in columns:
        stmt = stmt.order_by(getattr(${e.name}, column.lstrip("-")))
    return ${sessionIn(inClass)}.scalars(stmt).all()`,
];

const classicQueries: readonly WriteQuery[] = [
  (e, _random, inClass) => `${signature('get', 'key', e.name, inClass)}
    return ${sessionIn(inClass)}.query(${e.name}).get(key)`,
  (e, random, inClass) => {
    const name = fieldOf(e, 'string').name;
    return `${signature(`find_by_${name}`, name, `${e.name} | None`, inClass)}
    return ${sessionIn(inClass)}.query(${e.name})${loaders(e, random)}.filter(${e.name}.${name} == ${name}).${random.pick(['first', 'one_or_none'])}()`;
  },
  (e, random, inClass) => {
    const name = fieldOf(e, 'string').name;
    return `${signature('search', `text=None, status=None, limit=${random.between(10, 99)}`, `list[${e.name}]`, inClass)}
    query = ${sessionIn(inClass)}.query(${e.name})${loaders(e, random)}
    if text:
        query = query.filter(${e.name}.${name}.ilike("%" + text + "%"))
    if status:
        query = query.filter(${e.name}.status.in_(status))
    return query.order_by(${e.name}.${name}.${random.pick(['asc', 'desc'])}()).limit(limit).all()`;
  },
  (e, random, inClass) => `${signature('totals', '', 'dict', inClass)}
    rows = (
        ${sessionIn(inClass)}.query(${e.name}.status, func.${random.pick(['sum', 'max', 'avg'])}(${e.name}.${fieldOf(e, 'number').name}))
        .filter(${e.name}.${fieldOf(e, 'flag').name} == ${random.chance(0.5) ? 'True' : 'False'})  # noqa: E712
        .group_by(${e.name}.status)
        .all()
    )
    return dict(rows)`,
  (e, random, inClass) => {
    const parent = e.parents[0];
    const filter = parent
      ? `.join(${e.name}.${parent.name}).filter(${parent.entity.name}.status == "${someStatus(random)}")`
      : `.filter_by(status="${someStatus(random)}")`;
    return `${signature('report', '', 'list[str]', inClass)}
    lines = []
    for row in ${sessionIn(inClass)}.query(${e.name})${filter}.all():
        if row.is_late():
            lines.append(f"{row.id}: {${relationRead(e, random)}}")
        else:
            lines.append(str(row.${fieldOf(e, 'string').name}))
    return lines`;
  },
  (e, random, inClass) => `${signature('mark', 'keys', 'int', inClass)}
    changed = (
        ${sessionIn(inClass)}.query(${e.name})
        .filter(${e.name}.id.in_(keys))
        .update({"status": "${someStatus(random)}"}, synchronize_session=False)
    )
    ${sessionIn(inClass)}.commit()
    return changed`,
  (e, random, inClass) => `${signature('clean_up', '', 'int', inClass)}
    return ${sessionIn(inClass)}.query(${e.name}).filter(or_(${e.name}.status == "${someStatus(random)}", ${e.name}.${fieldOf(e, 'number').name} < ${random.between(0, 9)})).delete()`,
  (e, _random, inClass) => `${signature('how_many', 'status', 'int', inClass)}
    return ${sessionIn(inClass)}.query(func.count(${e.name}.id)).filter(${e.name}.status == status).scalar()`,
  (e, random, inClass) => `${signature('create', '**values', e.name, inClass)}
    row = ${e.name}(status="${someStatus(random)}", **values)
    ${sessionIn(inClass)}.add(row)
    ${sessionIn(inClass)}.commit()
    return row`,
  (e, random, inClass) => `${signature('pages', `size=${random.between(20, 500)}`, 'Iterable[int]', inClass)}
    last = 0
    while True:
        rows = ${sessionIn(inClass)}.query(${e.name}).filter(${e.name}.id > last).order_by(${e.name}.id).limit(size).all()
        if not rows:
            break
        for row in rows:
            yield row.id
        last = rows[-1].id`,
];

// ---------------------------------------------------------------- services and the API

/** Functions that use the repositories and their own sessions. */
export function service(entity: Entity, random: Random): string {
  const [name, number] = [fieldOf(entity, 'string').name, fieldOf(entity, 'number').name];
  const child = entity.children[0];
  const body = child
    ? `for ${child.parent} in session.scalars(select(${entity.name}).where(${entity.name}.status == "${someStatus(random)}")):
    for one in ${child.parent}.${child.name}:
        if one.status == "${someStatus(random)}":
            continue
        one.status = "${someStatus(random)}"
        changed += 1`
    : `for row in session.scalars(select(${entity.name}).order_by(${entity.name}.${number}.desc()).limit(${random.between(5, 500)})):
    row.${number} = max(row.${number} - ${random.between(1, 9)}, 0)
    changed += 1`;
  return `def refresh_${plural(entity.variable)}(session: Session, *, dry_run: bool = False) -> int:
    """Bring ${entity.table} up to date. ${random.pick(remarks)}."""
    changed = 0
${indent(body)}
    if dry_run:
        session.rollback()
    else:
        session.commit()
    return changed


def import_${plural(entity.variable)}(session: Session, rows: Iterable[dict[str, Any]]) -> tuple[int, int]:
    """Take in what another system sent. ${random.pick(remarks)}."""
    created = updated = 0
    for number, values in enumerate(rows, start=1):
        existing = session.scalars(select(${entity.name}).where(${entity.name}.${name} == values["${name}"])).one_or_none()
        if existing is None:
            session.add(${entity.name}(**values))
            created += 1
        else:
            existing.${number} = int(values.get("${number}", existing.${number}))
            updated += 1
        if number % ${random.between(50, 500)} == 0:
            session.flush()
    session.commit()
    return created, updated
`;
}

/** Endpoints of FastAPI. */
export function apiModule(area: Area, entities: readonly Entity[], random: Random): string {
  const endpoints = entities.map((entity) => {
    const path = entity.table.replaceAll('_', '-');
    const name = fieldOf(entity, 'string').name;
    return `@router.get("/${path}")
def list_${plural(entity.variable)}(q: str | None = None, page: int = 1, session: Session = Depends(get_session)):
    stmt = select(${entity.name})${loaders(entity, random)}
    if q:
        stmt = stmt.where(${entity.name}.${name}.ilike(f"%{q}%"))
    rows = session.scalars(stmt.order_by(${entity.name}.id).limit(${random.between(10, 90)}).offset((page - 1) * 20)).unique().all()
    return [{"id": row.id, "${name}": row.${name}, "about": ${relationRead(entity, random)}} for row in rows]


@router.get("/${path}/{key}")
def read_${entity.variable}(key: int, session: Session = Depends(get_session)):
    row = session.get(${entity.name}, key)
    if row is None:
        raise HTTPException(status_code=404, detail="${entity.name} {key} does not exist".format(key=key))
    return {"id": row.id, "status": row.status, "${name}": row.${name}}


@router.delete("/${path}/{key}")
def remove_${entity.variable}(key: int, session: Session = Depends(get_session)):
    row = session.execute(select(${entity.name}).where(${entity.name}.id == key)).scalar_one_or_none()
    if row is None or row.status == "${someStatus(random)}":
        raise HTTPException(status_code=409)
    session.delete(row)
    session.commit()
    return {"deleted": key}
`;
  });
  return python(
    `"""The HTTP API of ${area.module}."""`,
    `from fastapi import APIRouter, Depends, HTTPException
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from core.database import get_session
${modelImport(entities)}

router = APIRouter(prefix="/${area.name}", tags=["${area.division}"])`,
    ...endpoints,
  );
}

// ---------------------------------------------------------------- tests and revisions

export function ormTests(area: Area, entities: readonly Entity[], random: Random): string {
  const tests = entities.map((entity, i) => {
    const name = fieldOf(entity, 'string').name;
    const rows = Array.from(
      { length: random.between(2, 12) },
      (_, n) =>
        `        ${entity.name}(${name}="${name}-${n}", status="${someStatus(random)}", ${fieldOf(entity, 'number').name}=${random.between(0, 99)}),`,
    );
    return `def test_${entity.variable}_${i}(session):
    session.add_all([
${rows.join('\n')}
    ])
    session.flush()
    found = session.scalars(select(${entity.name}).where(${entity.name}.status == "${someStatus(random)}").order_by(${entity.name}.id)).all()
    assert len(found) <= ${rows.length}
    assert {row.${name} for row in found} <= {f"${name}-{n}" for n in range(${rows.length})}
    assert session.scalar(select(func.count()).select_from(${entity.name})) == ${rows.length}
`;
  });
  return python(
    `"""Tests of the queries of ${area.module}."""`,
    `from sqlalchemy import func, select\n\nfrom ${area.module}.models import ${entities
      .map(({ name }) => name)
      .sort()
      .join(', ')}`,
    ...tests,
  );
}

/** A revision that makes the tables of these entities, and one that changes them, each after the revision before. */
export function revision(
  entities: readonly Entity[],
  before: string | null,
  number: number,
  random: Random,
): GeneratedFile & { readonly id: string } {
  const id = random.hex(12);
  const first = entities[0]!;
  const create = entities.map(
    (entity) => `    op.create_table('${entity.table}',
    sa.Column('id', sa.Integer(), nullable=False),
${entity.fields.map(({ name, type, optional }) => `    sa.Column('${name}', sa.${columnTypes[type].replace(', default=True', '()').replace(/^(Text|Integer|Date)$/, '$1()')}, nullable=${optional ? 'True' : 'False'}),`).join('\n')}
${entity.parents.map(({ name, optional }) => `    sa.Column('${name}_id', sa.Integer(), nullable=${optional ? 'True' : 'False'}),`).join('\n')}
${entity.parents.map(({ name, entity: parent }) => `    sa.ForeignKeyConstraint(['${name}_id'], ['${parent.table}.id'], ),`).join('\n')}
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index(op.f('ix_${entity.table}_status'), '${entity.table}', ['status'], unique=False)`,
  );
  const text = `"""${first.area.name}: ${entities
    .map(({ table }) => table)
    .join(', ')
    .slice(0, 60)} (${number})

Revision ID: ${id}
Revises: ${before ?? ''}
Create Date: 2025-${String((number % 12) + 1).padStart(2, '0')}-${String((number % 28) + 1).padStart(2, '0')} 10:${String(number % 60).padStart(2, '0')}:21.407311

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = '${id}'
down_revision: Union[str, Sequence[str], None] = ${before === null ? 'None' : `'${before}'`}
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    """Upgrade schema."""
${create.join('\n').replace(/\n\n+/g, '\n')}


def downgrade() -> None:
    """Downgrade schema."""
${[...entities]
  .reverse()
  .map(
    ({ table }) =>
      `    op.drop_index(op.f('ix_${table}_status'), table_name='${table}')\n    op.drop_table('${table}')`,
  )
  .join('\n')}
`;
  return { id, path: `alembic/versions/${id}_${first.table}_${number}.py`, kind: 'migration', text };
}
