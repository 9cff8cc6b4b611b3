import { describe, expect, it } from 'vitest';
import { NO_BROWSER, signIn, useBrowser } from '../../helpers/page/browser.ts';
import { scriptedApp, sendEvents, sendJson } from '../../helpers/page/scripted-app.ts';
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

/** What is shown as a sign of its own, or not at all: controls, and what has no width or turns the direction of text. */
const UNSEEN = /(?![\n\t])[\p{Cc}\p{Cf}]/u;
const HOSTILE = `\u202e<img src=x onerror="document.title=1">\u001b[31m${'w'.repeat(300)}`;
/** What reaches over the edge of the screen, and can not be scrolled to within a box of its own. */
const TOO_WIDE = `[...document.body.querySelectorAll('*')].filter((one) => {
  if (one.getBoundingClientRect().right <= innerWidth + 1) return false;
  for (let box = one.parentElement; box; box = box.parentElement)
    if (getComputedStyle(box).overflowX !== 'visible') return false;
  return true;
}).map((one) => one.outerHTML.slice(0, 100))`;
/** What decides about something is as it is. */
const DECIDING =
  /^(?:runId|environment|status|type|pendingApproval|level|action|health|currency|sum|change|most|work|trigger|id|phase|step|title|after|knownAfter)$/;

/** The same answer with that behind every text which is no time. */
function hostile<Value>(value: Value, name = ''): Value {
  if (typeof value === 'string') {
    return (DECIDING.test(name) || /^\d{4}-\d\d-\d\dT/.test(value) ? value : `${value}${HOSTILE}`) as Value;
  }
  if (Array.isArray(value)) return value.map((one) => hostile(one, name)) as Value;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, hostile(one, key)])) as Value;
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

  it('shows what others wrote as text wherever it stands: no control, nothing that turns the direction, no wider than a phone', async () => {
    const digest = 'd'.repeat(64);
    const run = hostile(scriptedRun({ plan: scriptedPlan(digest), pendingApproval: digest }));
    const environment = hostile(scriptedEnvironment());
    const app = await scriptedApp({
      ...runRoutes({ ...run, finishedAt: null }, [hostile(scriptedLog(0, 'told'))]),
      'GET overview': () => ({ environments: [hostile(scriptedGlance(scriptedEnvironment(), run))], next: null }),
      'GET environments/staging': () => environment,
      'GET environments/staging/services': () => hostile(scriptedServices()),
      'GET environments/staging/deployments': () => ({ runs: [hostile(scriptedOverview(0))], next: null }),
      'GET environments/staging/drift': () => hostile(scriptedDrift()),
    });
    const { page, complaints } = await open({ width: 390, height: 844 });
    await signIn(page, app);
    await page.getByRole('button', { name: 'Look for drift in staging' }).click();
    await page.getByText('1 of 12 resources changed').waitFor();
    const asShown = async (place: string): Promise<void> => {
      expect(await page.evaluate('document.body.innerText'), place).not.toMatch(UNSEEN);
      expect(await page.evaluate(TOO_WIDE), place).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth'), place).toBe(390);
    };
    await asShown('environments');
    await page.evaluate(`location.hash = '#/environments/staging'`);
    await page.getByRole('region', { name: 'Table of services' }).getByText('<img src=x').first().waitFor();
    await page.getByRole('region', { name: 'Table of runs' }).getByText('<img src=x').first().waitFor();
    await asShown('environment');
    await page.getByRole('button', { name: /^Let go/ }).click();
    await asShown('a dialog');
    await page.keyboard.press('Escape');
    await page.evaluate(`location.hash = ${JSON.stringify(RUN)}`);
    await page.getByRole('log').getByText('<img src=x').last().waitFor();
    for (const summary of await page.locator('summary').all()) await summary.click();
    await asShown('run');
    expect(await page.title()).toBe('draftgenie-deploy');
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
