/** `relationship(…)` as models declare it, and what it meets on the other side. */
import type { Call, Expr, Stmt } from '../../python/syntax/nodes.ts';
import { nodePathAt } from '../../python/syntax/visit.ts';
import type { SourceFile } from '../../python/types.ts';
import type { Unit } from '../../python/units.ts';
import { hasHiddenArguments, keyword } from '../classes.ts';
import type { Inference } from '../infer.ts';
import type { Field, MappedTable, Model, Relation } from '../model.ts';
import { isString, type StringConstant } from './strings.ts';

export interface Relationship {
  readonly file: SourceFile;
  readonly call: Call;
  readonly owner: Model;
  readonly target: Model;
  readonly relation: Relation;
}

/** `back_populates` that says something else than the other side. */
export interface BackReferenceMismatch {
  readonly relationship: Relationship;
  readonly named: StringConstant;
  /**
   * `missing`: the target has no such relationship; `elsewhere`: it leads to another model; `oneSided`: it does not name
   * this one.
   */
  readonly kind: 'missing' | 'elsewhere' | 'oneSided';
  /** `missing`: the only relationship of the target that leads back here; `oneSided`: the other side. */
  readonly counterpart: Relationship | null;
}

/** Two relationships that write the same foreign key and do not know of each other. */
export interface Overlap {
  readonly relationship: Relationship;
  readonly other: Relationship;
  /** The two are the sides of one relation: `back_populates` joins them. */
  readonly areSides: boolean;
}

/** More than one foreign key leads from one table to the other. */
export interface AmbiguousRelationship {
  readonly relationship: Relationship;
  readonly keys: readonly ForeignKeyOf[];
  /** The association table, when it is the one with several. */
  readonly through: MappedTable | null;
}

export interface ForeignKeyOf {
  readonly holder: Model;
  readonly field: Field;
}

/** The relationship that a statement of a class body declares. */
export function relationshipAt({ node }: Unit, file: SourceFile, inference: Inference): Relationship | null {
  const declared = nameAndCall(node);
  if (!declared || !isRelationshipCall(declared.call, file, inference)) return null;
  const scope = inference.program.scopeAt(file, node.start);
  if (scope.kind !== 'class' || scope.node.kind !== 'ClassDef') return null;
  const owner = inference.graph.model(`${file.moduleName}.${scope.node.name.text}`);
  if (!owner || owner.isAbstract) return null;
  return relationshipOf(owner, declared.name, declared.call, file, inference);
}

function relationshipOf(
  owner: Model,
  name: string,
  call: Call,
  file: SourceFile,
  { graph }: Inference,
): Relationship | null {
  const relation = graph.relation(owner, name);
  const target = relation?.target ? graph.model(relation.target) : undefined;
  if (!relation || !target || hasHiddenArguments(call)) return null;
  // What SQLModel hands through is not read.
  if (keyword(call, 'sa_relationship') || keyword(call, 'sa_relationship_kwargs')) return null;
  return { file, call, owner, target, relation };
}

/** The declaration of a relation that was found in the graph; null for one that a backref made. */
function declarationOf(owner: Model, relation: Relation, inference: Inference): Relationship | null {
  const { path, range } = relation.declared;
  const file = path === '' ? undefined : inference.program.file(path);
  if (!file) return null;
  inference.program.noteUnit(file, range.start);
  const statement = nodePathAt(file.module, range.start).findLast(
    (node) => node.kind === 'Assign' || node.kind === 'AnnAssign',
  );
  const declared = statement && nameAndCall(statement);
  if (!declared || declared.name !== relation.name || !isRelationshipCall(declared.call, file, inference)) return null;
  return relationshipOf(owner, relation.name, declared.call, file, inference);
}

function nameAndCall(node: Stmt): { readonly name: string; readonly call: Call } | null {
  const target = node.kind === 'Assign' ? node.targets[0] : node.kind === 'AnnAssign' ? node.target : null;
  const value: Expr | null = node.kind === 'Assign' || node.kind === 'AnnAssign' ? node.value : null;
  return target?.kind === 'Name' && value?.kind === 'Call' ? { name: target.id, call: value } : null;
}

function isRelationshipCall(call: Call, file: SourceFile, inference: Inference): boolean {
  const callee = inference.valueOf(file, call.func);
  return (
    callee.kind === 'external' &&
    /^(sqlalchemy|sqlmodel|flask_sqlalchemy)\.(.*\.)?(relationship|Relationship)$/.test(callee.name)
  );
}

// ---------------------------------------------------------------- back references

export function backReferenceMismatches(
  unit: Unit,
  file: SourceFile,
  inference: Inference,
): readonly BackReferenceMismatch[] {
  const relationship = relationshipAt(unit, file, inference);
  const named = relationship && keyword(relationship.call, 'back_populates');
  if (!relationship || !isString(named)) return [];
  const { owner, target, relation, call } = relationship;
  const { graph, program } = inference;
  if (target.unknown.length > 0 || owner.unknown.length > 0) return [];
  const counterpart = graph.relation(target, named.value);
  if (!counterpart) {
    // Set later: `Post.author = relationship(…)`.
    if (program.pathsMentioning([`${target.name}.${named.value}`]).length > 0) return [];
    const back = target.relations.filter((each) => each.target === owner.id && each.declared.path !== '');
    const only = back.length === 1 ? declarationOf(target, back[0]!, inference) : null;
    return [{ relationship, named, kind: 'missing', counterpart: only }];
  }
  const back = counterpart.target === null ? undefined : graph.model(counterpart.target);
  if (!back) return [];
  if (!areRelated(back, owner)) return [{ relationship, named, kind: 'elsewhere', counterpart: null }];
  // Over another table they are no two sides of one relation, and naming each other would not make them so.
  if (counterpart.through !== relation.through) return [];
  const other = declarationOf(target, counterpart, inference);
  const isView = (each: Call): boolean => keyword(each, 'viewonly') !== null || keyword(each, 'sync_backref') !== null;
  if (
    !other ||
    counterpart.backReference !== null ||
    keyword(other.call, 'backref') ||
    isView(call) ||
    isView(other.call)
  )
    return [];
  return counterpart.name === relation.name && owner.id === target.id
    ? []
    : [{ relationship, named, kind: 'oneSided', counterpart: other }];
}

/** The same model, or one that inherits from the other. */
function areRelated(left: Model, right: Model): boolean {
  return left.id === right.id || left.bases.includes(right.id) || right.bases.includes(left.id);
}

/** The edit that makes a relationship name its other side by `back_populates`. */
export function namingOtherSide({ file, call }: Relationship, name: string) {
  const last = [...call.args, ...call.keywords].at(-1);
  const at = last?.end ?? call.end - 1;
  const newText = `${last ? `,${separatorBefore(last, file)}` : ''}back_populates="${name}"`;
  return { path: file.path, range: { start: at, end: at }, newText };
}

/** One argument a line stays that. */
function separatorBefore(argument: { readonly start: number }, { text }: SourceFile): string {
  return /\n[ \t]*$/.exec(text.slice(0, argument.start).slice(-200))?.[0] ?? ' ';
}

// ---------------------------------------------------------------- overlaps

export function overlaps(unit: Unit, file: SourceFile, inference: Inference): readonly Overlap[] {
  const relationship = relationshipAt(unit, file, inference);
  if (!relationship || !isPlain(relationship.call)) return [];
  const { owner, target, relation } = relationship;
  if (!standsAlone(owner, inference) || !standsAlone(target, inference)) return [];
  const isOneKey = relation.through === null && foreignKeysBetween(owner, target).length === 1;
  if (relation.through === null ? !isOneKey || owner.id === target.id : owner.id === target.id) return [];
  const candidates = [
    ...target.relations.filter((each) => each.target === owner.id).map((each) => ({ each, holder: target })),
    ...owner.relations
      .filter((each) => each.target === target.id && each.name !== relation.name)
      .map((each) => ({ each, holder: owner })),
  ];
  for (const { each, holder } of candidates) {
    if (each.through !== relation.through) continue;
    if (each.backReference === relation.name || relation.backReference === each.name) continue;
    const areSides = holder !== owner;
    // Of the two, one is told.
    if (!isTold(relationship, each, holder, areSides)) continue;
    const other = declarationOf(holder, each, inference);
    if (!other || !isPlain(other.call)) continue;
    const isFree = each.backReference === null && relation.backReference === null;
    return [{ relationship, other, areSides: areSides && isFree }];
  }
  return [];
}

function isTold({ owner, relation }: Relationship, other: Relation, holder: Model, areSides: boolean): boolean {
  if (!areSides) return relation.name > other.name;
  if (relation.direction !== other.direction) return relation.direction === 'forward';
  return owner.id > holder.id;
}

/** Which columns it joins by is left to the foreign keys, and it writes them. */
function isPlain(call: Call): boolean {
  return !/^(viewonly|overlaps|primaryjoin|secondaryjoin|foreign_keys|remote_side|sync_backref)$/m.test(
    call.keywords.map(({ name }) => name?.text ?? '').join('\n'),
  );
}

/** Shares no columns with mapped parents. */
function standsAlone(model: Model, { graph }: Inference): boolean {
  return (
    !model.sharesTable && model.unknown.length === 0 && !model.bases.some((id) => graph.model(id)?.isAbstract === false)
  );
}

// ---------------------------------------------------------------- foreign keys

export function ambiguousRelationships(
  unit: Unit,
  file: SourceFile,
  inference: Inference,
): readonly AmbiguousRelationship[] {
  const relationship = relationshipAt(unit, file, inference);
  if (!relationship) return [];
  const { call, owner, target, relation } = relationship;
  if (!standsAlone(owner, inference) || !standsAlone(target, inference)) return [];
  if (relation.through !== null) {
    const through = inference.graph.table(relation.through) ?? null;
    if (!through || keyword(call, 'primaryjoin') || keyword(call, 'secondaryjoin')) return [];
    const several = [owner, target].some((model) => keysTo(through.fields, model.id).length > 1);
    return several ? [{ relationship, keys: [], through }] : [];
  }
  if (keyword(call, 'secondary') || keyword(call, 'foreign_keys') || keyword(call, 'primaryjoin')) return [];
  const keys = foreignKeysBetween(owner, target);
  return keys.length > 1 ? [{ relationship, keys, through: null }] : [];
}

/** Of both tables, those that lead to the other. A key of several columns counts as unknown: then there is none. */
export function foreignKeysBetween(left: Model, right: Model): readonly ForeignKeyOf[] {
  if ([left, right].some(({ constraints }) => constraints.some(({ kind }) => kind === 'foreignKey'))) return [];
  const of = (holder: Model, to: Model): ForeignKeyOf[] =>
    keysTo(holder.fields, to.id)
      .filter((field) => field.owner === holder.id)
      .map((field) => ({ holder, field }));
  return left.id === right.id ? of(left, left) : [...of(left, right), ...of(right, left)];
}

function keysTo(fields: readonly Field[], model: string): readonly Field[] {
  return fields.filter((field) => field.foreignKey?.model === model);
}
