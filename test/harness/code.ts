#!/usr/bin/env node
/**
 * Takes the arguments of `code` that start extension-host tests, and runs them in a VS Code served into a browser that
 * nobody sees: what `runTests` of @vscode/test-electron starts where there is no desktop VS Code.
 *
 *   code.ts --extensionDevelopmentPath=FOLDER --extensionTestsPath=FILE [FOLDER]
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { folderUrl, startCodeServer } from '../../scripts/tools/codeServer.ts';
import { launchBrowser } from './browser.ts';

const { values, positionals } = parseArgs({ strict: false, allowPositionals: true });
const profile = await mkdtemp(join(tmpdir(), 'ormsight-code-'));
// The browser's part of VS Code obeys these addresses only when it believes that a test drives it.
const server = await startCodeServer({ profile, args: ['--vscode-option', 'enable-smoke-test-driver'] });
const browser = await launchBrowser();
try {
  const page = await browser.newPage();
  const exitCode = new Promise<number>((resolve) => void page.exposeFunction('codeAutomationExit', resolve));
  const log: string[] = [];
  await page.exposeFunction('codeAutomationLog', (_level: string, texts: readonly unknown[]) =>
    log.push(texts.join(' ')),
  );
  const url = new URL(folderUrl(server, positionals[0] ?? profile));
  const payload = ['extensionDevelopmentPath', 'extensionTestsPath'].map((name) => [name, remote(values[name])]);
  url.searchParams.set('payload', JSON.stringify(payload));
  await page.goto(url.href);
  process.exitCode = await exitCode;
  if (process.exitCode !== 0) console.error(log.join('\n'));
} finally {
  await browser.close();
  server.stop();
  await server.ended;
  await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}

/** `remote` is no host: it stands for the server that serves the page. */
function remote(path: unknown): string {
  if (typeof path !== 'string') throw new Error('--extensionDevelopmentPath and --extensionTestsPath are needed');
  return `vscode-remote://remote${path}`;
}
