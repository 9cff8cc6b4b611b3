import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import { findChromium } from '../../../bench/page/chromium.ts';

const EXECUTABLE = findChromium();

/** Why the tests of the page are skipped; undefined: they are not. */
export const NO_BROWSER =
  EXECUTABLE === undefined ? 'there is no Chromium here (apt-get install chromium, or CHROMIUM=path)' : undefined;

const PATIENCE_IN_MS = 180_000;

interface Opened {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What the page wrote to its console as an error, and what it threw; violations of its policy among them. */
  readonly complaints: string[];
}

export interface PageOptions {
  readonly width?: number;
  readonly height?: number;
  readonly colorScheme?: 'light' | 'dark';
}

/** One browser for a file of tests. */
export function useBrowser(): (options?: PageOptions) => Promise<Opened> {
  let browser: Browser | undefined;
  beforeAll(async () => {
    if (EXECUTABLE === undefined) return;
    // As root there is no sandbox; it shows nothing but what the test itself serves.
    browser = await chromium.launch({ executablePath: EXECUTABLE, args: ['--no-sandbox', '--disable-gpu'] });
  });
  afterAll(async () => await browser?.close());
  return async ({ width = 1280, height = 900, colorScheme = 'light' } = {}) => {
    if (!browser) throw new Error('there is no browser');
    const context = await browser.newContext({
      viewport: { width, height },
      colorScheme,
      locale: 'en-GB',
      timezoneId: 'UTC',
      reducedMotion: 'reduce',
    });
    onTestFinished(async () => await context.close());
    // As long as a test of its own may take: a machine that is busy with others is slow.
    context.setDefaultTimeout(PATIENCE_IN_MS);
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    return { page, context, complaints };
  };
}

/** Opens the page at a place, as somebody with this key does. */
export async function signIn(
  page: Page,
  app: { readonly url: string; readonly key: string },
  place = '',
): Promise<void> {
  await page.goto(`${app.url}/api/ui${place}`);
  await page.getByLabel('Access key').fill(app.key);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('navigation').waitFor();
}
