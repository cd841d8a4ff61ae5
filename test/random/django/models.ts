/** A random graph of Django models, and the file that declares it. */
import type { Random } from '../../harness/random.ts';
import type { World } from '../program.ts';
import { type Attribute, attributes, things, variable } from '../vocabulary.ts';

export interface Model {
  readonly name: string;
  readonly attributes: readonly Attribute[];
  /** All that lookups can follow, also those of its base. */
  readonly relations: Relation[];
  /** Foreign keys that a new row needs. */
  readonly keys: {
    readonly name: string;
    readonly target: Model;
    readonly nullable: boolean;
    readonly isOne: boolean;
  }[];
  readonly hasParent: boolean;
  readonly base: Model | null;
  /** Methods of its own query set. */
  readonly scopes: readonly string[];
  readonly ordering: string | null;
  readonly id: number;
}

export interface Relation {
  /** In lookups. */
  readonly name: string;
  /** On an object. */
  readonly accessor: string;
  readonly target: Model;
  readonly many: boolean;
  readonly kind: 'key' | 'one' | 'reverse' | 'many-to-many';
  /** The lookup of the other side. */
  readonly back: string;
}

export interface Graph {
  readonly models: readonly Model[];
  readonly world: World;
}

export function modelGraph(random: Random, name: string): Graph {
  const models: Model[] = random.some(things, random.between(3, 5)).map(([thing], index) => ({
    name: thing,
    attributes: attributes(random, random.between(2, 4)),
    relations: [],
    keys: [],
    hasParent: random.chance(0.2),
    base: null,
    scopes: random.chance(0.4) ? ['named'] : [],
    ordering: random.chance(0.25) ? random.pick(['name', '-name', '-id']) : null,
    id: 10 * (index + 1) + 1,
  }));
  const lines = new Map<Model, string[]>(
    models.map((model) => [model, model.attributes.map((one) => `${one.name} = ${field(one)}`)]),
  );
  for (const [index, model] of models.entries()) if (index > 0) relate(random, model, models.slice(0, index), lines);
  const tables: { name: string; left: Model; right: Model }[] = [];
  if (random.chance(0.7)) {
    const [left, right] = random.some(models, 2) as [Model, Model];
    tables.push({ name: `${name}_${left.name.toLowerCase()}_linked`, left, right });
    linkMany(left, right, lines);
  }
  const root = random.pick(models);
  if (random.chance(0.4)) {
    const own: Attribute = random.pick([
      { name: 'motto', type: 'str', nullable: false },
      { name: 'level', type: 'int', nullable: false },
    ]);
    const child: Model = {
      ...root,
      name: `Special${root.name}`,
      attributes: [...root.attributes, own],
      base: root,
      scopes: [],
      keys: root.keys,
    };
    lines.set(child, [`${own.name} = ${field(own)}`]);
    models.push(child);
  }
  const text = [HEADER, ...models.map((model) => declare(model, lines.get(model)!))].join('\n\n');
  return {
    models,
    world: {
      orm: 'django',
      package: name,
      files: { [`${name}/__init__.py`]: '', [`${name}/models.py`]: text },
      rows: rowsOf(name, models, tables),
    },
  };
}

const HEADER = 'from django.db import models\n';

function field({ type, nullable }: Attribute): string {
  const options = nullable ? 'null=True' : '';
  const with_ = (first: string): string => [first, options].filter(Boolean).join(', ');
  switch (type) {
    case 'str':
      return `models.CharField(${with_('max_length=100')})`;
    case 'int':
      return `models.IntegerField(${options})`;
    case 'bool':
      return `models.BooleanField(${options})`;
    case 'float':
      return `models.FloatField(${options})`;
    case 'Decimal':
      return `models.DecimalField(${with_('max_digits=10, decimal_places=2')})`;
    case 'date':
      return `models.DateField(${options})`;
    case 'datetime':
      return `models.DateTimeField(${options})`;
  }
}

function relate(random: Random, model: Model, others: readonly Model[], lines: Map<Model, string[]>): void {
  for (const target of random.some(others, random.between(1, 2))) {
    const name = variable(target.name);
    const nullable = random.chance(0.4);
    const isOne = random.chance(0.12);
    const relatedName = random.chance(0.6) ? `${variable(model.name)}${isOne ? '' : 's'}` : null;
    const lower = model.name.toLowerCase();
    const onDelete = nullable ? random.pick(['SET_NULL', 'CASCADE']) : 'CASCADE';
    const options = [
      `on_delete=models.${onDelete}`,
      ...(nullable ? ['null=True'] : []),
      ...(relatedName ? [`related_name="${relatedName}"`] : []),
    ];
    lines
      .get(model)!
      .push(`${name} = models.${isOne ? 'OneToOneField' : 'ForeignKey'}(${target.name}, ${options.join(', ')})`);
    model.keys.push({ name, target, nullable, isOne });
    const back = relatedName ?? lower;
    model.relations.push({ name, accessor: name, target, many: false, kind: 'key', back });
    const accessor = relatedName ?? (isOne ? lower : `${lower}_set`);
    target.relations.push({
      name: back,
      accessor,
      target: model,
      many: !isOne,
      kind: isOne ? 'one' : 'reverse',
      back: name,
    });
  }
}

function linkMany(left: Model, right: Model, lines: Map<Model, string[]>): void {
  lines.get(left)!.push(`linked = models.ManyToManyField(${JSON.stringify(right.name)}, related_name="linked_from")`);
  left.relations.push({
    name: 'linked',
    accessor: 'linked',
    target: right,
    many: true,
    kind: 'many-to-many',
    back: 'linked_from',
  });
  right.relations.push({
    name: 'linked_from',
    accessor: 'linked_from',
    target: left,
    many: true,
    kind: 'many-to-many',
    back: 'linked',
  });
}

function declare(model: Model, fields: readonly string[]): string {
  const lines = [...fields];
  if (model.hasParent && !model.base)
    lines.push(`parent = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="children")`);
  if (model.scopes.length > 0) lines.push('', `objects = ${model.name}QuerySet.as_manager()`);
  if (model.ordering && !model.base) lines.push('', 'class Meta:', `    ordering = ["${model.ordering}"]`);
  const base = model.base?.name ?? 'models.Model';
  const querySet =
    model.scopes.length > 0
      ? `class ${model.name}QuerySet(models.QuerySet):\n    def named(self):\n        return self.exclude(name="")\n\n\n`
      : '';
  return `${querySet}class ${model.name}(${base}):\n${lines.map((line) => (line ? `    ${line}\n` : '\n')).join('')}`;
}

function rowsOf(
  app: string,
  models: readonly Model[],
  tables: readonly { name: string; left: Model; right: Model }[],
): World['rows'] {
  const rows: Record<string, Record<string, unknown>> = {};
  for (const model of models) {
    const keys = Object.fromEntries(model.keys.map(({ name, target }) => [`${name}_id`, target.id]));
    const own = { id: model.id, ...keys, ...(model.hasParent ? { parent_id: null } : {}) };
    rows[`${app}_${model.name.toLowerCase()}`] = model.base
      ? { ...own, [`${model.base.name.toLowerCase()}_ptr_id`]: model.id }
      : own;
  }
  for (const { name, left, right } of tables)
    rows[name] = { id: 1, [`${left.name.toLowerCase()}_id`]: left.id, [`${right.name.toLowerCase()}_id`]: right.id };
  return rows;
}
