import { mkdir, mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { root } from '../../scripts/root.ts';
import { type CodeServer, folderUrl, startCodeServer } from '../../scripts/tools/codeServer.ts';
import { launchBrowser } from './browser.ts';

export interface WorkbenchOptions {
  /** The folder that is open, an absolute path. */
  readonly folder: string;
  /** From this repository's `dist/`, or a VSIX that is installed first. */
  readonly extension: 'development' | { readonly vsix: string };
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Dark unless told. */
  readonly theme?: 'dark' | 'light';
  /** Trusted unless told. */
  readonly trusted?: boolean;
}

/**
 * A real VS Code in a browser, with a profile of its own. `await using workbench = await openWorkbench(…)` closes it
 * when the test ends, also when it fails.
 */
export async function openWorkbench(options: WorkbenchOptions): Promise<Workbench> {
  const profile = await mkdtemp(join(tmpdir(), 'ormsight-workbench-'));
  let server: CodeServer | null = null;
  let browser: Browser | null = null;
  const close = async (): Promise<void> => {
    await browser?.close();
    server?.stop();
    await server?.ended;
    await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  };
  try {
    server = await startCodeServer({
      profile,
      workspaceTrust: options.trusted === false,
      extension: options.extension === 'development' ? root : options.extension.vsix,
      settings: { 'workbench.colorTheme': themes[options.theme ?? 'dark'], ...options.settings },
    });
    browser = await launchBrowser();
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    await page.goto(folderUrl(server, options.folder));
    await page.locator('.monaco-workbench .explorer-folders-view').waitFor({ timeout: 60_000 });
    return new Workbench(page, profile, close);
  } catch (error) {
    await close();
    throw error;
  }
}

/** What a person does and sees. Everything waits until it is there, and fails when it does not come. */
export class Workbench implements AsyncDisposable {
  readonly page: Page;
  readonly close: () => Promise<void>;
  readonly #profile: string;

  constructor(page: Page, profile: string, close: () => Promise<void>) {
    this.page = page;
    this.close = close;
    this.#profile = profile;
  }

  /** Opens a file of the folder by its path there, with the cursor on a line and column (both from 1). */
  async openFile(path: string, line = 1, column = 1): Promise<void> {
    const name = path.split('/').at(-1) ?? path;
    // The list of files is made in the background: ask again until the file is in it.
    await retry(async () => {
      await this.#quickInput(`${path}:${line}:${column}`);
      const row = this.page.locator('.quick-input-list .monaco-list-row', { hasText: name }).first();
      await row.click({ timeout: 3000 });
      await this.page.locator(`.tab.active[data-resource-name="${name}"]`).waitFor({ timeout: 3000 });
      await this.page
        .locator('.editor-group-container.active .monaco-editor .view-line')
        .first()
        .waitFor({ timeout: 3000 });
    });
  }

  async goToLine(line: number, column = 1): Promise<void> {
    await this.#quickInput(`:${line}:${column}`);
    await this.page.keyboard.press('Enter');
    await this.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
  }

  /** Types at the cursor, as a person does. */
  async type(text: string): Promise<void> {
    await this.page.keyboard.type(text, { delay: 20 });
  }

  /** Rests the mouse on a piece of text in the visible part of the editor and gives what the hover says. */
  async hover(text: string, expected: RegExp, timeoutSeconds = 30): Promise<string> {
    const deadline = Date.now() + timeoutSeconds * 1000;
    let last = '';
    while (Date.now() < deadline) {
      const hover = this.page.locator('.monaco-resizable-hover .monaco-hover:not(.hidden)').first();
      try {
        // A hover is asked for when the mouse comes, so it has to go and come again.
        await this.page.mouse.move(0, 0);
        const { x, y } = await this.#positionOf(text);
        await this.page.mouse.move(x - 3, y);
        await this.page.mouse.move(x, y, { steps: 3 });
        await hover.waitFor({ timeout: 2000 });
        // It may show "Loading" first, or grow when another provider answers.
        for (let looks = 0; looks < 10; looks++) {
          last = readable(await hover.innerText({ timeout: 1000 }));
          if (expected.test(last)) return last;
          await this.page.waitForTimeout(200);
        }
      } catch (error) {
        // Not shown yet, or gone, or the editor is painting the line anew.
        if (!last) last = String(error);
      }
    }
    throw new Error(`Hover on ${JSON.stringify(text)}: nothing like ${String(expected)}, the last was: ${last}`);
  }

  /** Waits for an underlined piece of code. */
  async squiggle(severity: 'error' | 'warning' | 'info' | 'hint', timeoutSeconds = 30): Promise<void> {
    await this.page
      .locator(`.squiggly-${severity}`)
      .first()
      .waitFor({ timeout: timeoutSeconds * 1000, state: 'attached' });
  }

  /** Waits until nothing is underlined any more. */
  async noSquiggle(severity: 'error' | 'warning' | 'info' | 'hint'): Promise<void> {
    await this.page.locator(`.squiggly-${severity}`).first().waitFor({ timeout: 30_000, state: 'detached' });
  }

  /** Opens the light bulb's menu at the cursor, and gives the titles in it. */
  async quickFixes(): Promise<string[]> {
    const rows = this.page.locator('.action-widget .monaco-list-row.action');
    await retry(async () => {
      await this.page.keyboard.press('Control+.');
      await rows.first().waitFor({ timeout: 3000 });
    });
    return (await rows.allInnerTexts()).map(readable);
  }

  /** Chooses in the menu that `quickFixes` opened. */
  async chooseQuickFix(title: string): Promise<void> {
    await this.page.locator('.action-widget .monaco-list-row.action', { hasText: title }).first().click();
  }

  /** Runs a command of the palette by its title, such as `Ormsight: Copy SQL`. */
  async runCommand(title: string): Promise<void> {
    await retry(async () => {
      await this.#quickInput(`>${title}`);
      await this.page.getByRole('option', { name: title }).first().click({ timeout: 3000 });
    });
  }

  /** Chooses a row of the list that a command shows. */
  async pick(label: string): Promise<void> {
    await this.page.locator('.quick-input-list .monaco-list-row', { hasText: label }).first().click();
  }

  /** The text of a notification, once one says this. */
  async notification(expected: RegExp): Promise<string> {
    const toast = this.page.locator('.notification-toast .notification-list-item', { hasText: expected }).first();
    return readable(await toast.innerText());
  }

  /** The text of an item of the status bar, once one says this. */
  async statusItem(expected: RegExp): Promise<string> {
    return readable(await this.page.locator('.statusbar-item', { hasText: expected }).first().innerText());
  }

  /** The text of the active editor, as far as it is visible. */
  async editorText(): Promise<string> {
    const lines = await this.page.locator('.editor-group-container.active .view-line').all();
    const placed = await Promise.all(
      lines.map(async (line) => ({ y: (await line.boundingBox())?.y ?? 0, text: (await line.textContent()) ?? '' })),
    );
    return placed
      .toSorted((a, b) => a.y - b.y)
      .map(({ text }) => text.replaceAll('\u00a0', ' '))
      .join('\n');
  }

  /** Saves a picture under `.cache/screenshots/` and gives its path. */
  async screenshot(name: string): Promise<string> {
    const folder = join(root, '.cache/screenshots');
    await mkdir(folder, { recursive: true });
    const path = join(folder, `${name}.png`);
    await this.page.screenshot({ path });
    return path;
  }

  /** What an output channel has logged, and `exthost` what the extension host has. For messages of failed tests. */
  async log(channel: RegExp): Promise<string> {
    const folder = join(this.#profile, 'data/logs');
    const files = await readdir(folder, { recursive: true }).catch(() => []);
    const wanted = files.filter((file) => file.endsWith('.log') && channel.test(file));
    return (await Promise.all(wanted.map((file) => readFile(join(folder, file), 'utf8')))).join('\n');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #quickInput(text: string): Promise<void> {
    await this.page.keyboard.press('F1');
    const input = this.page.locator('.quick-input-widget input.input');
    await input.fill(text, { timeout: 3000 });
  }

  /** The middle of a piece of text. All characters are equally wide. */
  async #positionOf(text: string): Promise<{ x: number; y: number }> {
    const line = this.page.locator('.editor-group-container.active .view-line > span', { hasText: text }).first();
    const content = ((await line.textContent({ timeout: 5000 })) ?? '').replaceAll('\u00a0', ' ');
    const box = await line.boundingBox();
    if (!box) throw new Error(`${JSON.stringify(text)} is not in the visible part of the editor`);
    const column = content.indexOf(text) + text.length / 2;
    return { x: box.x + (column * box.width) / content.length, y: box.y + box.height / 2 };
  }
}

const themes = { dark: 'Default Dark Modern', light: 'Default Light Modern' };

function readable(text: string): string {
  return text.replaceAll('\u00a0', ' ').trim();
}

/** Tries a few times what the workbench, still busy with something else, may have missed. */
async function retry(attempt: () => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      if (tries === 10) throw error;
    }
  }
}
