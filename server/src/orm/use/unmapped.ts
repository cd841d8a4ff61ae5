import type { ClassDef, Expr } from '../../python/syntax/nodes.ts';
import type { SourceFile } from '../../python/types.ts';
import type { Unit } from '../../python/units.ts';
import type { Inference } from '../infer.ts';
import { isString } from './strings.ts';

/** A class that names a table and is a declarative base itself, which SQLAlchemy refuses. */
export interface UnmappedClass {
  readonly cls: ClassDef;
  /** `DeclarativeBase` among its bases, as it is written. */
  readonly base: Expr;
  /** A declarative base that the file already has. */
  readonly existing: string | null;
}

/** `class User(DeclarativeBase): __tablename__ = "users"` */
export function unmappedClasses({ node: cls }: Unit, file: SourceFile, inference: Inference): readonly UnmappedClass[] {
  if (cls.kind !== 'ClassDef' || cls.bases.length === 0) return [];
  const base = cls.bases.find((each) => isDeclarativeBase(each, file, inference));
  if (!base || !hasTableName(cls, file, inference)) return [];
  const existing = BASE_NAMES.find((name) => {
    const last = inference.program.lookup(file.scope, name).at(-1);
    if (last?.kind !== 'class' || last.node.end >= cls.start || hasTableName(last.node, file, inference)) return false;
    const [, ...above] = inference.program.bases(file, last.node);
    return above.some((each) => each.kind === 'external' && isDeclarativeBaseName(each.name));
  });
  return [{ cls, base, existing: existing ?? null }];
}

function isDeclarativeBase(expr: Expr, file: SourceFile, { program }: Inference): boolean {
  const symbol = program.resolve(file, expr);
  return symbol.kind === 'external' && isDeclarativeBaseName(symbol.name);
}

function isDeclarativeBaseName(name: string): boolean {
  return /^sqlalchemy\.orm\.(.*\.)?DeclarativeBase(NoMeta)?$/.test(name);
}

/** What declarative bases are called. */
const BASE_NAMES = ['Base', 'Model', 'BaseModel', 'SQLBase', 'DBBase'];

/** Not one that a function computes: that is how a base names the tables of its children. */
function hasTableName(cls: ClassDef, file: SourceFile, { program }: Inference): boolean {
  const { symbol } = program.member(file, cls, '__tablename__');
  return symbol.kind === 'binding' && symbol.binding.kind === 'assign' && isString(symbol.binding.statement.value);
}
