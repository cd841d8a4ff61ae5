/** Words that models are made of, and values of their types that the one row of each table has. */
import type { Random } from '../harness/random.ts';

export type ScalarType = 'str' | 'int' | 'bool' | 'float' | 'Decimal' | 'date' | 'datetime';

export interface Attribute {
  readonly name: string;
  readonly type: ScalarType;
  readonly nullable: boolean;
}

/** Singular, plural. */
export const things: readonly (readonly [string, string])[] = [
  ['Author', 'authors'], ['Book', 'books'], ['Customer', 'customers'], ['Invoice', 'invoices'], ['Project', 'projects'],
  ['Task', 'tasks'], ['Country', 'countries'], ['City', 'cities'], ['Team', 'teams'], ['Player', 'players'],
  ['Device', 'devices'], ['Sensor', 'sensors'], ['Course', 'courses'], ['Lesson', 'lessons'], ['Ticket', 'tickets'],
  ['Venue', 'venues'], ['Recipe', 'recipes'], ['Account', 'accounts'], ['Payment', 'payments'], ['Vehicle', 'vehicles'],
]; // prettier-ignore

const names: Readonly<Record<ScalarType, readonly string[]>> = {
  str: ['title', 'code', 'email', 'status', 'notes', 'color', 'street', 'slogan'],
  int: ['age', 'likes', 'quantity', 'position', 'year', 'size'],
  bool: ['is_active', 'is_public', 'is_done', 'is_paid'],
  float: ['score', 'rating', 'weight', 'height'],
  Decimal: ['price', 'balance', 'budget', 'discount'],
  date: ['born_on', 'due_on', 'opened_on', 'closed_on'],
  datetime: ['created_at', 'updated_at', 'sent_at', 'seen_at'],
};

/** What each table's row holds, as Python: conditions that hold are made with it. */
export const sample: Readonly<Record<ScalarType, string>> = {
  str: "'a'",
  int: '1',
  bool: 'True',
  float: '1.0',
  Decimal: 'Decimal(1)',
  date: 'date(2024, 1, 1)',
  datetime: 'datetime(2024, 1, 1)',
};

/** A value that no row has; another one for each number. */
export function changed(type: ScalarType, number: number): string {
  switch (type) {
    case 'str':
      return `'b${number}'`;
    case 'int':
      return `${100 + number}`;
    case 'bool':
      return 'False';
    case 'float':
      return `${number}.5`;
    case 'Decimal':
      return `Decimal("${number}.5")`;
    case 'date':
      return `date(2025, 2, ${number})`;
    case 'datetime':
      return `datetime(2025, 2, ${number})`;
  }
}

export const allTypes = Object.keys(names) as ScalarType[];

/** Attributes of one model: a name that is a text, and some others. */
export function attributes(random: Random, count: number): Attribute[] {
  const found: Attribute[] = [{ name: 'name', type: 'str', nullable: false }];
  const pool = allTypes.flatMap((type) => names[type].map((name) => ({ name, type })));
  for (const one of random.some(pool, count)) found.push({ ...one, nullable: random.chance(0.35) });
  // Sums and orders need a number.
  if (!found.some(({ type }) => type === 'int')) found.push({ name: 'rank', type: 'int', nullable: false });
  return found;
}

/** `is_active` of `Author` → `author`: a variable for one of them. */
export function variable(model: string): string {
  return model.replace(/(?<=[a-z])[A-Z]/g, (letter) => `_${letter}`).toLowerCase();
}
