import { type Browser, chromium as playwright } from 'playwright-core';
import { chromium } from '../../scripts/tools/system.ts';

/** A browser of this machine that nobody sees. */
export async function launchBrowser(): Promise<Browser> {
  const executablePath = chromium();
  if (!executablePath) throw new Error('No Chromium on this machine: run npm test -- tools');
  return playwright.launch({ executablePath, args: flags });
}

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
