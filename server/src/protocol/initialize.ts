/** What a client may tell when it starts the server (`initializationOptions`); every part may be absent. */
export interface InitializationOptions {
  /** The client has the commands of `commands.ts`: hovers link to them. */
  readonly commandLinks?: boolean;
  /** The user trusts the workspace. When that comes later, the client sends `trustGranted`. */
  readonly isTrusted?: boolean;
}
