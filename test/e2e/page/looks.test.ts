import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { NO_BROWSER, signIn, useBrowser } from '../../helpers/page/browser.ts';
import { expectAsStored, OTHER_FONTS } from '../../helpers/page/screenshot.ts';
import { scriptedApp, sendEvents } from '../../helpers/page/scripted-app.ts';
import {
  RUN_ID,
  scriptedDrift,
  scriptedEnvironment,
  scriptedGlance,
  scriptedLog,
  scriptedOverview,
  scriptedPlan,
  scriptedRun,
  scriptedServices,
} from '../../helpers/page/scripted-run.ts';

const DIGEST = 'd'.repeat(64);
const NOW = new Date('2026-03-01T09:30:00Z');
const WAITING = RUN_ID.replace('staging', 'production');
const PLACES = {
  environments: '#/',
  environment: '#/environments/staging',
  run: `#/runs/${RUN_ID}`,
  plan: `#/runs/${WAITING}`,
};
const SIZES = { phone: [390, 844], tablet: [820, 1100], desk: [1280, 900] } as const;

async function app() {
  const events = Array.from({ length: 40 }, (_, index) => scriptedLog(index, `#${index} RUN npm ci`));
  const waiting = scriptedRun({
    ...{
      runId: WAITING,
      environment: 'production',
      status: 'waiting_for_approval',
      finishedAt: null,
      pendingApproval: DIGEST,
    },
    plan: scriptedPlan(DIGEST),
  });
  const runs = Array.from({ length: 12 }, (_, index) =>
    scriptedOverview(index, index % 5 === 3 ? { status: 'failed', failed: ['verify_deployment'] } : {}),
  );
  const staging = scriptedEnvironment();
  const production = scriptedEnvironment({ environment: 'production', leftBehind: [] });
  const last = scriptedRun({ plan: scriptedPlan(DIGEST) });
  return await scriptedApp({
    'GET environments': () => ({ environments: ['production', 'staging'] }),
    'GET overview': () => ({
      environments: [scriptedGlance(production, waiting), scriptedGlance(staging, last)],
      next: null,
    }),
    'GET environments/staging': () => staging,
    'GET environments/staging/services': () => scriptedServices(),
    'GET environments/production/services': () => scriptedServices(),
    'GET environments/production': () => production,
    'GET environments/staging/deployments': () => ({
      runs: [{ ...runs[0], runId: RUN_ID }, ...runs.slice(1)],
      next: null,
    }),
    'GET environments/production/deployments': () => ({ runs: [scriptedOverview(0, { runId: WAITING })], next: null }),
    [`GET deployments/${RUN_ID}`]: () => last,
    [`GET deployments/${RUN_ID}/events`]: (request, response) => sendEvents(request, response, events, { ends: true }),
    [`GET deployments/${WAITING}`]: () => waiting,
    [`GET deployments/${WAITING}/events`]: (request, response) => sendEvents(request, response, []),
    'GET environments/staging/drift': () => scriptedDrift(),
  });
}

async function go(page: Page, place: string): Promise<void> {
  await page.evaluate(`location.hash = ${JSON.stringify(place)}`);
  await page.locator('main h1').waitFor();
  await page.locator('main .status').first().waitFor();
  await page.getByText(/^Asking/).waitFor({ state: 'detached' });
  await page.evaluate('document.fonts.ready');
}

/** What axe-core calls serious or worse. */
async function seriousIn(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  const { violations } = (await page.evaluate('axe.run()')) as axe.AxeResults;
  return violations.flatMap(({ id, impact, nodes }) =>
    impact === 'serious' || impact === 'critical' ? nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`) : [],
  );
}

describe.skipIf(NO_BROWSER)(`the page, as it looks${NO_BROWSER ? `: ${NO_BROWSER}` : ''}`, () => {
  const open = useBrowser();

  it.each(['light', 'dark'] as const)(
    'has nothing that keeps people from using it, in %s colours',
    async (colorScheme) => {
      const served = await app();
      const { page } = await open({ colorScheme });
      await page.goto(`${served.url}/api/ui`);
      await page.getByLabel('Access key').waitFor();
      expect(await seriousIn(page)).toEqual([]);
      await signIn(page, served);
      for (const place of Object.values(PLACES)) {
        await go(page, place);
        expect(await seriousIn(page), place).toEqual([]);
      }
      await page.getByRole('button', { name: 'Approve…' }).click();
      await page.getByRole('dialog').waitFor();
      expect(await seriousIn(page), 'dialog').toEqual([]);
      await page.keyboard.press('Escape');
      await go(page, PLACES.environment);
      for (const button of ['Deploy…', 'Roll back…', 'Delete…']) {
        await page.getByRole('button', { name: button, exact: true }).click();
        await page.getByRole('dialog').waitFor();
        expect(await seriousIn(page), button).toEqual([]);
        await page.keyboard.press('Escape');
      }
      await page.getByRole('button', { name: 'Look for drift in staging' }).click();
      await page.getByRole('row', { name: /app:web/ }).waitFor();
      expect(await seriousIn(page), 'drift').toEqual([]);
    },
  );

  it('is used with the keyboard alone', async () => {
    const served = await app();
    const { page } = await open();
    await page.goto(`${served.url}/api/ui`);
    await page.getByLabel('Access key').focus();
    await page.keyboard.type(served.key);
    await page.keyboard.press('Enter');
    const card = page.getByRole('link', { name: 'staging', exact: true });
    await card.waitFor();
    await tabTo(page, 'staging');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'staging' }).waitFor();
    await tabTo(page, 'Deploy…');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Deploy…');
  });

  it.skipIf(OTHER_FONTS).each(Object.keys(SIZES) as (keyof typeof SIZES)[])(
    'is as its stored images, and no wider than the screen, on a %s',
    async (size) => {
      const served = await app();
      const [width, height] = SIZES[size];
      const { page } = await open({ width, height });
      await page.clock.setFixedTime(NOW);
      await signIn(page, served);
      for (const [name, place] of Object.entries(PLACES)) {
        await go(page, place);
        expect(await page.evaluate('document.documentElement.scrollWidth'), name).toBeLessThanOrEqual(width);
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
          await expectAsStored(page, `${name}-${size}-${colorScheme}`);
        }
      }
    },
  );
});

/** Goes from one thing to the next until it is there. */
async function tabTo(page: Page, text: string): Promise<void> {
  for (let count = 0; count < 40; count += 1) {
    await page.keyboard.press('Tab');
    if ((await page.evaluate('document.activeElement.textContent')) === text) return;
  }
  throw new Error(`no way to ${text}`);
}
