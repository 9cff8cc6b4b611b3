import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { simulateDays } from './days.ts';
import { type Measured, scalePage } from './page.ts';

const FILE = new URL('./measured.json', import.meta.url);
const PAGE = new URL('../../docs/scale.md', import.meta.url);

/** @returns undefined before anybody has counted */
export async function readMeasured(): Promise<Measured | undefined> {
  return existsSync(FILE) ? (JSON.parse(await readFile(FILE, 'utf8')) as Measured) : undefined;
}

/** Simulates, keeps both, and writes docs/scale.md. */
export async function keepMeasured({ speed, demands }: Omit<Measured, 'days'>): Promise<Measured> {
  const measured: Measured = { speed, demands, days: simulateDays(demands) };
  await writeFile(FILE, `${JSON.stringify(measured, undefined, 2)}\n`);
  await writeScalePage(measured);
  return measured;
}

export async function writeScalePage(measured: Measured | undefined): Promise<void> {
  await writeFile(PAGE, scalePage(measured));
}
