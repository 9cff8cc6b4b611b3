import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import pixelmatch from 'pixelmatch';
import type { Page } from 'playwright-core';
import { PNG } from 'pngjs';
import { expect } from 'vitest';

const STORED = fileURLToPath(new URL('../../../docs/page/', import.meta.url));
/** The part of an image that may be otherwise: versions of a browser draw edges of letters otherwise. */
const TOLERATED = 0.02;

/** Why images are not compared; undefined: they are. Letters are most of them, so it takes the fonts that they were made with. */
export const OTHER_FONTS = fontOf('system-ui') === 'DejaVu Sans' ? undefined : 'the fonts here are others';

function fontOf(family: string): string | undefined {
  try {
    return execFileSync('fc-match', ['--format', '%{family}', family], { encoding: 'utf8' });
  } catch {
    return undefined;
  }
}

/** Fails the test where the page is not as its stored image. `UPDATE_SCREENSHOTS=1` stores it anew. */
export async function expectAsStored(page: Page, name: string): Promise<void> {
  const file = `${STORED}${name}.png`;
  const bytes = await page.screenshot({ animations: 'disabled' });
  if (process.env.UPDATE_SCREENSHOTS === '1') {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, bytes);
    return;
  }
  const [now, before] = [PNG.sync.read(bytes), PNG.sync.read(readFileSync(file))];
  expect([now.width, now.height], name).toEqual([before.width, before.height]);
  const different = pixelmatch(now.data, before.data, undefined, now.width, now.height, { threshold: 0.2 });
  expect(different / (now.width * now.height), `${name} looks otherwise: UPDATE_SCREENSHOTS=1 stores it`).toBeLessThan(
    TOLERATED,
  );
}
