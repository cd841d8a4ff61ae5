/** Makes programs by number: each number with the same seed gives the same program, whatever else is made. */
import { Random } from '../harness/random.ts';
import { django } from './django/generator.ts';
import type { Orm, Program, World } from './program.ts';
import { sqlalchemy } from './sqlalchemy/generator.ts';

const generators = { sqlalchemy, django } as const;

/** So many programs share their models. */
export const PROGRAMS_PER_WORLD = 25;

export interface Batch {
  readonly world: World;
  readonly programs: readonly Program[];
}

/** Worlds take turns: the even ones are SQLAlchemy's, the odd ones Django's. */
export function ormOf(worldNumber: number): Orm {
  return worldNumber % 2 === 0 ? 'sqlalchemy' : 'django';
}

/** One world and those of its programs that are wanted. */
export function makeBatch(seed: number, worldNumber: number, wanted: (programNumber: number) => boolean): Batch {
  const random = new Random(seed).fork(`world ${worldNumber}`);
  const { world, families } = generators[ormOf(worldNumber)].world(random.fork('models'), `shop${worldNumber}`);
  const total = families.reduce((sum, { weight }) => sum + weight, 0);
  const programs: Program[] = [];
  for (let index = 0; index < PROGRAMS_PER_WORLD; index++) {
    const number = worldNumber * PROGRAMS_PER_WORLD + index;
    if (!wanted(number)) continue;
    const own = random.fork(`program ${number}`);
    let left = own.next() * total;
    const family = families.find(({ weight }) => (left -= weight) < 0) ?? families[0]!;
    programs.push({ number, family: family.name, path: `${world.package}/queries_${number}.py`, ...family.write(own) });
  }
  return { world, programs };
}
