import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { RunView } from '../../../src/domain/api/views.ts';
import type { RunEvent } from '../../../src/domain/events.ts';
import { shown } from '../../../src/page/parts/shown.ts';
import { subjectOf, textOf } from '../../../src/page/run/event-text.ts';
import { type ServedApp, serve } from '../../helpers/http/served-app.ts';
import { NO_BROWSER, signIn, useBrowser } from '../../helpers/page/browser.ts';
import { cuttingProxy } from '../../helpers/page/cutting-proxy.ts';
import { PREBUILT_CONFIG } from '../../helpers/prebuilt-config.ts';
import { until } from '../../helpers/wait.ts';

/** Of a stream, in milliseconds. */
const LASTS = 1000;

/** Every row of the log, from its beginning to its end, as whoever scrolls through sees them. */
async function allRows(page: Page): Promise<readonly string[]> {
  return await page.evaluate<readonly string[]>(`(async () => {
    const box = document.querySelector('[role=log]');
    const found = new Map();
    const frame = () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    for (let top = 0; top <= box.scrollHeight; top += box.clientHeight / 2) {
      box.scrollTop = top;
      await frame();
      for (const row of box.querySelectorAll('.event')) {
        const at = Number(/translateY\\((\\d+)/.exec(row.style.transform)[1]);
        found.set(at, [...row.querySelectorAll('.subject, .text')].map((one) => one.textContent).join(' '));
      }
    }
    return [...found].sort(([one], [other]) => one - other).map(([, text]) => text);
  })()`);
}

async function eventsOf(app: ServedApp, runId: string): Promise<readonly string[]> {
  const { text } = await app.request('GET', `/api/deployments/${runId}/events`);
  const events = text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as RunEvent);
  return events.map((event) => `${subjectOf(event)} ${shown(textOf(event).slice(0, 400))}`);
}

describe.skipIf(NO_BROWSER)(`a run that is shown${NO_BROWSER ? `: ${NO_BROWSER}` : ''}`, () => {
  const open = useBrowser();

  it('is followed through streams that are cut off every second, and through kill and restart of the app', async () => {
    const app = await serve();
    const proxy = await cuttingProxy(app.url, LASTS);
    const { runId } = (await app.deploy('staging', { body: PREBUILT_CONFIG, query: '' })).body as RunView;
    const stream = `/api/deployments/${runId}/events`;
    const { page } = await open();
    await signIn(page, { url: proxy.url, key: app.key }, `#/runs/${runId}`);
    await page.evaluate('window.isTheSamePage = true');
    await page.getByRole('button', { name: 'Approve…' }).waitFor();
    await until(() => proxy.cuts >= 3);
    // One stream after the other, and none beside it.
    expect(proxy.asked.get(stream)).toBeLessThanOrEqual(proxy.cuts + 1);

    await app.kill();
    await page.getByText('Connection lost, trying again…').waitFor();
    const asked = proxy.asked.get(stream) ?? 0;
    await until(() => (proxy.asked.get(stream) ?? 0) > asked);
    const again = await serve({ directory: app.directory, args: ['--port', new URL(app.url).port] });
    await page.getByText('Live', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Approve…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Approve', exact: true }).click();
    await page.getByText('Approved by key on').waitFor();
    await page.getByRole('log').getByText('completed in').first().waitFor();

    await again.kill();
    const last = await serve({ directory: app.directory, args: ['--port', new URL(app.url).port] });
    await page.locator('.title').getByText('Succeeded').waitFor();
    await page.getByRole('log').getByText('succeeded in').waitFor();
    await page.getByLabel('Level').selectOption('all');
    expect(await allRows(page)).toEqual(await eventsOf(last, runId));
    expect(await page.evaluate('window.isTheSamePage')).toBe(true);
  });
});
