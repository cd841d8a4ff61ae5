import { CHANGING } from '../../python/containers.ts';
import type { TellingMethods } from '../adapter.ts';

/** Beside those of Python's containers: of sessions and write-only collections, and of objects of SQLModel. */
const OWN = ['add_all', 'sqlmodel_update'];

/** Methods that change a collection, or a value of a mutable type, in place. */
export const CHANGING_COLLECTIONS: ReadonlySet<string> = new Set([...CHANGING, ...OWN]);

export const sqlalchemyMethods: TellingMethods = {
  takingFields: new Set(),
  changingInPlace: new Set(OWN),
  writingItself: new Set(),
};
