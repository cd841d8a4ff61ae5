/** The relations of all models, as one end after the other is found. */
import type { Relation } from '../../model.ts';
import type { DjangoModel } from '../models.ts';

export class Relations {
  readonly #own = new Map<string, Map<string, Relation>>();
  readonly #all = new Map<string, readonly Relation[]>();
  /** What a child with a table of its own adds to its parent: siblings do not have it. */
  readonly #childLinks = new Set<Relation>();

  /** The first of a name stays. */
  add(id: string, made: Relation): void {
    let all = this.#own.get(id);
    if (!all) this.#own.set(id, (all = new Map()));
    if (!all.has(made.name)) all.set(made.name, made);
  }

  /** The way from a parent with a table to a child of it. */
  addChildLink(id: string, made: Relation): void {
    this.#childLinks.add(made);
    this.add(id, made);
  }

  own(id: string): readonly Relation[] {
    return [...(this.#own.get(id)?.values() ?? [])];
  }

  /** Own and inherited ones. To be asked when all are added. */
  all(model: DjangoModel): readonly Relation[] {
    const known = this.#all.get(model.ref.id);
    if (known) return known;
    const found = new Map<string, Relation>();
    for (const parent of model.parents) {
      const inherited = typeof parent === 'string' ? this.own(parent) : this.all(parent);
      for (const each of inherited) if (!this.#childLinks.has(each) || model.isProxy) found.set(each.name, each);
    }
    for (const each of this.own(model.ref.id)) found.set(each.name, each);
    const all = [...found.values()];
    this.#all.set(model.ref.id, all);
    return all;
  }
}

/** A relation to one, with what is usual for the rest. */
export function relation(given: Partial<Relation> & Pick<Relation, 'name' | 'target' | 'declared'>): Relation {
  return {
    cardinality: 'one',
    direction: 'forward',
    loading: 'select',
    backReference: null,
    through: null,
    columns: [],
    nullable: false,
    queryName: given.name,
    ...given,
  };
}
