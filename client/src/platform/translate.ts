/** `vscode.l10n.t`; handed in to what also runs in tests, without VS Code. */
export type Translate = (message: string, ...values: string[]) => string;
