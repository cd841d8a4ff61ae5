/** Something known about a project, with the place that says so. */
export interface Fact<T> {
  readonly value: T;
  readonly source: Source;
}

export interface Source {
  readonly path: string;
  /** One-based, as editors show it. */
  readonly line: number;
}
