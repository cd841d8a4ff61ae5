/** How often each rule was right on real applications: what the overview of the rules tells. */

export interface Precision {
  readonly rule: string;
  /** Findings that were read against the code. */
  readonly read: number;
  readonly right: number;
  readonly wrong: number;
  /** Only who knows the data could tell whether it matters. */
  readonly unsure: number;
}

const row = (rule: string, right: number, wrong = 0, unsure = 0): Precision => ({
  rule,
  read: right + wrong + unsure,
  right,
  wrong,
  unsure,
});

/** Read in November 2026, after what was wrong in a first reading had been mended. */
export const precision: readonly Precision[] = [
  row('back-populates-mismatch', 15),
  row('count-for-existence', 41),
  row('discarded-queryset', 3),
  row('fk-object-for-id', 4),
  row('lazy-load-in-loop', 153, 0, 2),
  row('lazy-load-in-property', 43, 0, 8),
  row('lazy-load-in-serializer', 60),
  row('lazy-load-in-template', 32, 0, 8),
  row('legacy-1x-api', 14),
  row('len-of-queryset', 4),
  row('missing-unique-on-joined-collection', 2),
  row('mutable-or-evaluated-default', 20),
  row('python-operator-in-filter', 4),
  row('query-in-loop', 148, 0, 20),
  row('queryset-evaluated-twice', 8),
  row('raw-sql-string', 24),
  row('relationship-overlaps', 12),
  row('session-not-closed', 2, 0, 7),
  row('unordered-pagination', 13),
];
