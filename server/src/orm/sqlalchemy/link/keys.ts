/** The fields of a class, to be found by what foreign keys are asked for. */
import { append, groupBy } from '../../../base/groups.ts';
import type { Field } from '../../model.ts';

export class Keys {
  readonly #fields: readonly Field[];
  #byTable: ReadonlyMap<string, readonly Field[]> | undefined;
  #named: ReadonlyMap<string, readonly Field[]> | undefined;
  #places: ReadonlyMap<Field, number> | undefined;

  constructor(fields: readonly Field[]) {
    this.#fields = fields;
  }

  /** Those that point to a table. */
  to(table: string): readonly Field[] {
    this.#byTable ??= groupBy(
      this.#fields.filter(({ foreignKey }) => foreignKey?.table != null),
      ({ foreignKey }) => foreignKey!.table!,
    );
    return this.#byTable.get(table) ?? [];
  }

  /** Those with a field or a column of that name. */
  named(name: string): readonly Field[] {
    if (!this.#named) {
      const named = new Map<string, Field[]>();
      for (const field of this.#fields) {
        append(named, field.name, field);
        if (field.column !== null && field.column !== field.name) append(named, field.column, field);
      }
      this.#named = named;
    }
    return this.#named.get(name) ?? [];
  }

  /** Each once, in the order of the class. */
  inOrder(fields: readonly Field[]): readonly Field[] {
    if (fields.length < 2) return fields;
    const places = (this.#places ??= new Map(this.#fields.map((field, place) => [field, place])));
    return [...new Set(fields)].sort((a, b) => places.get(a)! - places.get(b)!);
  }
}
