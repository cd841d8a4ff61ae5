import type { Disposable, ExtensionContext, LogOutputChannel } from 'vscode';
import type { LanguageServer } from './languageClient.ts';

/** What features work with. */
export interface Services {
  readonly context: ExtensionContext;
  readonly output: LogOutputChannel;
  readonly server: LanguageServer;
}

/** Registers one thing a user can see; what it gives back ends with the extension. */
export type Feature = (services: Services) => readonly Disposable[];
