import { describe, expect, it } from 'vitest';
import { NO_BROWSER, signIn, useBrowser } from '../../helpers/page/browser.ts';
import { scriptedApp, sendEvents, sendJson } from '../../helpers/page/scripted-app.ts';
import { RUN_ID, scriptedEnvironment, scriptedLog, scriptedRun } from '../../helpers/page/scripted-run.ts';

const RUN = `#/runs/${RUN_ID}`;
const UNDER_WAY = scriptedRun({ status: 'running', finishedAt: null });

function runRoutes(run: object, events: readonly object[]) {
  return {
    'GET environments': () => ({ environments: ['staging'] }),
    'GET overview': () => ({ environments: [], next: null }),
    [`GET deployments/${RUN_ID}`]: () => run,
    [`GET deployments/${RUN_ID}/events`]: (
      request: Parameters<typeof sendEvents>[0],
      response: Parameters<typeof sendEvents>[1],
    ) => sendEvents(request, response, events),
  };
}

describe.skipIf(NO_BROWSER)(`the page on a bad day${NO_BROWSER ? `: ${NO_BROWSER}` : ''}`, () => {
  const open = useBrowser();

  it('shows markup, control characters and a megabyte of text as text', async () => {
    const events = [
      scriptedLog(0, '<img src=x onerror="document.title=1"><script>document.title=2</script>'),
      scriptedLog(1, 'red \u001b[31m and \u202e turned'),
      scriptedLog(2, 'long '.repeat(200_000)),
      scriptedLog(3, 'two\nlines'),
    ];
    const app = await scriptedApp(runRoutes(scriptedRun({ requestedBy: '<b>ada</b>' }), events));
    const { page, complaints } = await open();
    await signIn(page, app, RUN);
    await page.getByText('<img src=x').waitFor();
    await page.getByText('red ␛[31m and \\u202e turned').waitFor();
    await page.getByText('<b>ada</b>').waitFor();
    expect(await page.title()).toBe('draftgenie-deploy');
    await page.getByRole('button', { name: /long long/ }).click();
    await page.getByRole('dialog').getByText('(1,000,000 characters)').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(complaints).toEqual([]);
  });

  it('goes on with a stream that is cut off after every few events, and shows each of them once', async () => {
    const events = Array.from({ length: 12 }, (_, index) => scriptedLog(index, `line ${index}.`));
    const app = await scriptedApp({
      ...runRoutes(UNDER_WAY, events),
      [`GET deployments/${RUN_ID}/events`]: (request, response) => {
        sendEvents(request, response, events, { most: 5, ends: true });
        // The connection breaks, as a proxy that has had enough lets it.
        if (!response.writableEnded) setImmediate(() => response.destroy());
      },
    });
    const { page } = await open();
    await signIn(page, app, RUN);
    await page.getByText('line 11.').waitFor();
    expect(await page.getByText(/^line \d+\.$/).allTextContents()).toEqual(events.map((_, index) => `line ${index}.`));
  });

  it('asks for a key again when the one it has expires, and is where it was', async () => {
    const app = await scriptedApp(runRoutes(UNDER_WAY, [scriptedLog(0, 'begun')]));
    const { page } = await open();
    await signIn(page, app, RUN);
    await page.getByText('begun').waitFor();
    app.expireKeys();
    await page.getByText('The key is not taken any more.').waitFor();
    expect(new URL(page.url()).hash).toBe(RUN);
    expect(await page.evaluate('sessionStorage.length')).toBe(0);
    app.acceptKey('another-key');
    await page.getByLabel('Access key').fill('another-key');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('begun').waitFor();
    expect(new URL(page.url()).hash).toBe(RUN);
  });

  it('keeps what it showed of a run that is deleted meanwhile', async () => {
    const app = await scriptedApp(runRoutes(UNDER_WAY, [scriptedLog(0, 'begun')]));
    const { page } = await open();
    await signIn(page, app, RUN);
    await page.getByText('begun').waitFor();
    delete app.routes[`GET deployments/${RUN_ID}`];
    delete app.routes[`GET deployments/${RUN_ID}/events`];
    app.cutOff();
    await page.getByText('This run is not kept any more.').waitFor();
    expect(await page.getByText('begun').count()).toBe(1);
    await page.reload();
    await page.getByRole('alert').getByText('There is no such run.').waitFor();
  });

  it('tells whoever decides second what was decided first', async () => {
    const digest = 'd'.repeat(64);
    const run = scriptedRun({ status: 'waiting_for_approval', finishedAt: null, pendingApproval: digest });
    const app = await scriptedApp(runRoutes(run, []));
    app.routes[`POST deployments/${RUN_ID}/approval`] = (_request, response) => {
      const at = '2026-03-01T09:05:00Z';
      const decision = { planDigest: digest, decision: 'reject', by: 'ben', at, comment: 'not on a Friday' };
      app.routes[`GET deployments/${RUN_ID}`] = () => ({
        ...run,
        ...{ status: 'rejected', finishedAt: at, pendingApproval: null, decisions: [decision] },
      });
      sendJson(response, 409, {
        ...{ type: '/problems/approval_stale', title: 'Conflict', status: 409, code: 'approval_stale' },
        detail: 'That plan does not wait for a decision any more.',
      });
    };
    const { page } = await open();
    await signIn(page, app, RUN);
    await page.getByRole('button', { name: 'Approve…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Approve', exact: true }).click();
    await page.getByText('Rejected by ben').waitFor();
    await page.getByText('not on a Friday').waitFor();
  });

  it('offers a key that only reads nothing that would be refused', async () => {
    const app = await scriptedApp({
      ...runRoutes(
        scriptedRun({ status: 'waiting_for_approval', finishedAt: null, pendingApproval: 'd'.repeat(64) }),
        [],
      ),
      'GET environments/staging': () => scriptedEnvironment(),
      'GET environments/staging/deployments': () => ({ runs: [], next: null }),
    });
    const { page } = await open();
    const key = 'draftgenie.read._.ann.x';
    await signIn(page, { url: app.url, key: app.key }, '');
    await page.evaluate(`sessionStorage.setItem('draftgenie-key', ${JSON.stringify(key)})`);
    app.acceptKey(key);
    await page.goto(`${app.url}/api/ui#/environments/staging`);
    await page.reload();
    await page.getByText('Your key reads, and starts nothing.').waitFor();
    expect(await page.getByRole('button', { name: /…/ }).count()).toBe(0);
    await page.evaluate(`location.hash = ${JSON.stringify(RUN)}`);
    await page.getByText('Your key is not for approvals').waitFor();
    expect(await page.getByRole('button', { name: /Approve|Cancel/ }).count()).toBe(0);
  });

  it('shows five thousand events with few of them in the document, from the first to the last, and finds one', async () => {
    const events = Array.from({ length: 5000 }, (_, index) => scriptedLog(index, `step ${index} of a long build`));
    const app = await scriptedApp(runRoutes(scriptedRun(), events));
    const { page } = await open();
    await signIn(page, app, RUN);
    await page.getByText('step 4999 of a long build').waitFor();
    expect(await page.getByRole('log').getByRole('button').count()).toBeLessThan(100);
    await page.getByRole('log').press('Home');
    await page.getByText('step 0 of a long build').waitFor();
    await page.getByLabel('Find').fill('step 2500');
    await page.getByText('step 2500 of a long build').waitFor();
    expect(await page.getByRole('heading', { name: 'Events 1 of 5000' }).count()).toBe(1);
  });
});
