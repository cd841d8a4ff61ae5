/**
 * How far the analysis goes in code that nobody wrote by hand. What lies behind a limit is unknown, so that time and
 * memory stay bounded, and the log says so.
 */
export const LIMITS = {
  /** How many expressions and names are followed one after another: each line of a query built in steps takes four. */
  chain: { most: 150, told: 'values that lead to one another over more than 150 steps are not followed to their end' },
  /** In how many places a name may be given a value that are joined where it is read. */
  ways: { most: 100, told: 'a name that is given a value in more than 100 places is taken as unknown' },
  /** What is kept of all that a function, and those it calls, do with what they are given. */
  uses: {
    most: 400,
    told: 'of a function that does more than 400 things with what it is given, the others are left out',
  },
  /** Templates of one page, with those that are included many times. */
  templates: { most: 100, told: 'of a page made of more than 100 templates, the others are left out' },
  /** Letters of a template. */
  template: { most: 200_000, told: 'a template of more than 200,000 letters is left out' },
} as const satisfies Readonly<Record<string, { readonly most: number; readonly told: string }>>;

export type Limit = keyof typeof LIMITS;

/** Told whenever a limit was reached: which, and the file that is too much. The same again and again. */
export type OnLimit = (limit: Limit, path: string) => void;

/** Passes each limit of each file on once. */
export function tellingOnce(tell: (path: string, told: string) => void): OnLimit {
  const known = new Set<string>();
  return (limit, path) => {
    const key = `${limit} ${path}`;
    if (known.has(key) || known.size >= MAX_TOLD) return;
    known.add(key);
    tell(path, LIMITS[limit].told);
  };
}

const MAX_TOLD = 1000;
