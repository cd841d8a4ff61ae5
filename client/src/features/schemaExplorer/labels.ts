import type { ShownForeignKey } from '../../../../server/src/protocol/schema.ts';
import type { Translate } from '../../platform/translate.ts';
import { foreignKeyOf, type Key, type Node } from './nodes.ts';

/** What a line of the tree says, to the eye and to a screen reader. */
export interface Label {
  readonly text: string;
  /** In grey behind it. */
  readonly description: string;
  /** Name of a codicon. */
  readonly icon: string;
  /** Name of a theme colour of the icon. */
  readonly color?: string;
  readonly tooltip: string;
  /** Read aloud. */
  readonly spoken: string;
}

export function labelOf(node: Node, t: Translate): Label {
  switch (node.kind) {
    case 'connection': {
      const { name, folder, database } = node.connection;
      const spoken = folder ? t('Database {0} in {1}', name, folder) : t('Database {0}', name);
      return { text: name, description: folder, icon: 'database', tooltip: database, spoken };
    }
    case 'problem': {
      const { message } = node;
      const spoken = t('Problem: {0}', message);
      return {
        text: message,
        description: '',
        icon: 'warning',
        color: 'list.warningForeground',
        tooltip: message,
        spoken,
      };
    }
    case 'empty': {
      const text = t('No tables yet');
      const tooltip = t('Upgrading the database makes its tables.');
      return { text, description: '', icon: 'info', tooltip, spoken: `${text}. ${tooltip}` };
    }
    case 'table': {
      const { kind, name } = node.table;
      const model = node.model ? t('model {0}', node.model.name) : '';
      const spoken = [kind === 'view' ? t('View {0}', name) : t('Table {0}', name), model].filter(Boolean).join(', ');
      const icon = kind === 'view' ? 'eye' : 'table';
      return { text: name, description: node.model?.name ?? '', icon, tooltip: spoken, spoken };
    }
    case 'column':
      return columnLabel(node, t);
    case 'keys':
      return groupLabel(t('Keys'), node.count, 'key');
    case 'indexes':
      return groupLabel(t('Indexes'), node.count, 'list-ordered');
    case 'key':
      return keyLabel(node.key, t);
    case 'index': {
      const { name, columns, unique } = node.index;
      const description = `(${columns.join(', ')})${unique ? ` ${t('unique')}` : ''}`;
      const kind = unique ? t('Unique index') : t('Index');
      const spoken = t('{0} {1} on {2}', kind, name ?? '', columns.join(', '));
      return { text: name ?? kind, description, icon: 'list-ordered', tooltip: spoken, spoken };
    }
  }
}

function columnLabel({ table, column }: Extract<Node, { kind: 'column' }>, t: Translate): Label {
  const { name, type, nullable } = column;
  const isPrimary = table.primaryKey.includes(name);
  const foreign = foreignKeyOf(table, name);
  const isUnique = table.uniques.some((columns) => columns.length === 1 && columns[0] === name);
  const target = foreign && targetOf(foreign);
  const facts = [
    type,
    nullable === true ? t('null') : nullable === false ? t('not null') : '',
    isPrimary ? t('primary key') : '',
    isUnique ? t('unique') : '',
    target ? t('references {0}', target) : '',
    column.default === null ? '' : t('default {0}', column.default),
  ].filter(Boolean);
  return {
    text: name,
    // NOT NULL is the usual case; only what differs from it is shown.
    description: [type, nullable === true ? 'null' : '', target ? `→ ${target}` : ''].filter(Boolean).join(' '),
    ...(isPrimary ? { icon: 'key', color: 'charts.yellow' } : foreign ? { icon: 'link' } : { icon: 'symbol-field' }),
    tooltip: facts.length > 0 ? `${name}: ${facts.join(', ')}` : name,
    spoken: [t('Column {0}', name), ...facts].join(', '),
  };
}

function keyLabel(key: Key, t: Translate): Label {
  const columns = `(${key.columns.join(', ')})`;
  const of = key.columns.join(', ');
  switch (key.kind) {
    case 'primary':
      return {
        text: columns,
        description: t('primary key'),
        icon: 'key',
        color: 'charts.yellow',
        ...same(t('Primary key {0}', of)),
      };
    case 'unique':
      return { text: columns, description: t('unique'), icon: 'key', ...same(t('Unique {0}', of)) };
    case 'foreign': {
      const onDelete = key.onDelete ? t('on delete {0}', key.onDelete.toLowerCase()) : '';
      const target = `${nameOf(key)} (${key.targetColumns.join(', ')})`;
      const spoken = [t('Foreign key {0} references {1}', of, target), onDelete].filter(Boolean).join(', ');
      return {
        text: columns,
        description: [`→ ${target}`, onDelete].filter(Boolean).join(' '),
        icon: 'link',
        ...same(spoken),
      };
    }
  }
}

function groupLabel(text: string, count: number, icon: string): Label {
  return { text, description: String(count), icon, ...same(`${text}: ${count}`) };
}

function same(text: string): { readonly tooltip: string; readonly spoken: string } {
  return { tooltip: text, spoken: text };
}

/** `users.id`, or `users` when the key has several columns. */
function targetOf(key: ShownForeignKey): string {
  return key.targetColumns.length === 1 ? `${nameOf(key)}.${key.targetColumns[0]}` : nameOf(key);
}

function nameOf({ targetSchema, targetTable }: ShownForeignKey): string {
  return targetSchema ? `${targetSchema}.${targetTable}` : targetTable;
}
