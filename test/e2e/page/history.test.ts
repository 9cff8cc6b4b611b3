import { describe, expect, it } from 'vitest';
import { NO_BROWSER, signIn, useBrowser } from '../../helpers/page/browser.ts';
import { scriptedApp, sendEvents, sendJson } from '../../helpers/page/scripted-app.ts';
import { scriptedEnvironment, scriptedLog, scriptedOverview, scriptedRun } from '../../helpers/page/scripted-run.ts';

/** Nine runs, newest first; the last one began a week before now. */
const RUNS = Array.from({ length: 9 }, (_, index) => scriptedOverview(index + 1, { startedAt: daysAgo(index) }));
const OLDEST = RUNS.at(-1)?.runId ?? '';
const NEWEST = scriptedOverview(0, { status: 'running', finishedAt: null, startedAt: daysAgo(0) });

function daysAgo(days: number): string {
  return new Date(Date.now() - days * 86_400_000).toISOString();
}

describe.skipIf(NO_BROWSER)(`the history of an environment${NO_BROWSER ? `: ${NO_BROWSER}` : ''}`, () => {
  const open = useBrowser();

  it('goes back page by page, loses none as new ones come, and opens a run of last week as it was', async () => {
    let newest = RUNS.slice(0, 3);
    const app = await scriptedApp({
      'GET environments': () => ({ environments: ['staging'] }),
      'GET environments/staging': () => scriptedEnvironment(),
      'GET environments/staging/services': () => ({
        at: '',
        health: null,
        services: [],
        backing: [],
        comparedWith: null,
      }),
      'GET environments/staging/deployments': ({ url }) => {
        const before = new URL(url ?? '', 'http://app').searchParams.get('before');
        const from = before === null ? 0 : RUNS.findIndex(({ runId }) => runId === before) + 1;
        const runs = before === null ? newest : RUNS.slice(from, from + 3);
        return { runs, next: runs.at(-1)?.runId === OLDEST ? null : runs.at(-1)?.runId };
      },
      [`GET deployments/${OLDEST}`]: () => scriptedRun({ runId: OLDEST, startedAt: daysAgo(8) }),
      [`GET deployments/${OLDEST}/events`]: (request, response) =>
        sendEvents(request, response, [scriptedLog(0, 'as it was told then')], { ends: true }),
    });
    const { page, complaints } = await open();
    await signIn(page, app, '#/environments/staging');
    const rows = page.getByRole('region', { name: 'Table of runs' }).locator('tbody tr');
    await rows.nth(2).waitFor();
    await page.getByRole('button', { name: 'Older runs' }).click();
    await rows.nth(5).waitFor();

    // One that cannot be asked for now is asked for again by whoever wants it.
    const answer = app.routes['GET environments/staging/deployments'];
    app.routes['GET environments/staging/deployments'] = (_request, response) =>
      sendJson(response, 503, { type: '', title: '', status: 503, code: 'storage_unreachable', detail: 'Not now.' });
    await page.getByRole('button', { name: 'Older runs' }).click();
    await page.getByRole('alert').getByText('Not now.').waitFor();
    expect(await rows.count()).toBe(6);
    if (answer) app.routes['GET environments/staging/deployments'] = answer;
    complaints.length = 0;
    await page.getByRole('button', { name: 'Older runs' }).click();
    await rows.nth(8).waitFor();
    await page.getByRole('button', { name: 'Older runs' }).waitFor({ state: 'detached' });

    // A new one pushes the last one off the newest page.
    newest = [NEWEST, ...RUNS.slice(0, 2)];
    await page.getByRole('row', { name: NEWEST.runId.slice(-8) }).waitFor();
    const shown = await rows.getByRole('link').allTextContents();
    expect(shown).toEqual([NEWEST, ...RUNS].map(({ runId }) => runId.slice(-8)));

    await page
      .getByRole('row', { name: /8 days ago/ })
      .getByRole('link')
      .click();
    await page.getByRole('img', { name: '13 of 14 steps done' }).waitFor();
    const timeline = page.getByRole('region', { name: 'Timeline' }).getByRole('listitem');
    await timeline.filter({ hasText: '2. ' }).getByText('Done').first().waitFor();
    expect(await timeline.count()).toBe(14);
    await page.getByRole('log').getByText('as it was told then').waitFor();
    expect(await page.getByText('Live', { exact: true }).count()).toBe(0);
    expect(complaints).toEqual([]);
  });
});
