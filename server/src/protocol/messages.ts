/**
 * How our own requests and notifications are written down: a name with the types of what travels. The client and the
 * language server each turn it into their library's form, so this folder imports neither.
 */

/** The client asks, the server answers. */
export interface RequestName<Params, Result> {
  readonly method: string;
  /** Only for the type checker. */
  readonly types?: { readonly params: Params; readonly result: Result };
}

/** Nobody answers. Either side may send it. */
export interface NotificationName<Params> {
  readonly method: string;
  /** Only for the type checker. */
  readonly types?: { readonly params: Params };
}

/** Zero-based line and UTF-16 character, as everywhere in the Language Server Protocol. */
export interface Position {
  readonly line: number;
  readonly character: number;
}

export interface Range {
  readonly start: Position;
  readonly end: Position;
}

export interface DocumentPosition {
  readonly textDocument: { readonly uri: string };
  readonly position: Position;
}

export interface DocumentName {
  readonly textDocument: { readonly uri: string };
}
