import { existsSync } from 'node:fs';

/** Where Debian, and others, install it. */
const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The browser that pages are looked at with, by the variable CHROMIUM or where it lies as a rule; undefined: there is none. */
export function findChromium(): string | undefined {
  return [process.env.CHROMIUM ?? '', ...PLACES].find((path) => path !== '' && existsSync(path));
}
