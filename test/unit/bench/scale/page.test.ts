import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { AT_ONCE, simulateDay } from '../../../../bench/scale/days.ts';
import { PUBLISHED } from '../../../../bench/scale/limits.ts';
import { readMeasured } from '../../../../bench/scale/measured.ts';
import { STORAGE } from '../../../../bench/scale/model.ts';
import { scalePage } from '../../../../bench/scale/page.ts';
import { ROUND_DEMANDS } from './demands.ts';

it('docs/scale.md is what was counted and what Azure publishes (npm run scale writes it)', async () => {
  const page = await readFile(new URL('../../../../docs/scale.md', import.meta.url), 'utf8');
  expect(page).toBe(scalePage(await readMeasured()));
  for (const { source } of Object.values(PUBLISHED)) expect(page).toContain(source);
});

it('what is kept of the simulated days is what the simulation says', async () => {
  const measured = await readMeasured();
  const kept = measured?.days.find(({ what, engine }) => what === AT_ONCE.what && engine === STORAGE.name);
  expect(kept).toEqual(measured && simulateDay(AT_ONCE, STORAGE, measured.demands));
});

it('what the page says of an installed app is what is installed', async () => {
  const template = await readFile(new URL('../../../../infra/azuredeploy.json', import.meta.url), 'utf8');
  const [, most] = /"maximumInstanceCount": (\d+)/.exec(template) ?? [];
  const page = scalePage({
    speed: 20,
    demands: ROUND_DEMANDS,
    days: [simulateDay(AT_ONCE, STORAGE, ROUND_DEMANDS, 10)],
  });
  expect(page).toContain(`has ${most} instances at most`);
  // The bucket of writes is 10 a second, and a daily deployment of round numbers asks it four times; of reads 25, twenty times.
  expect(page).toContain('4,500 (Resource Manager, reads)');
  expect(page).toContain(`| ${AT_ONCE.what} | ${STORAGE.name} |`);
});
