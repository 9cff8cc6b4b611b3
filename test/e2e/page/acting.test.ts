import type { Page } from 'playwright-core';
import { ulid } from 'ulid';
import { describe, expect, it } from 'vitest';
import type { EnvironmentView, RunPage, RunView } from '../../../src/domain/api/views.ts';
import { openBlobStorage } from '../../../src/state/blob/storage.ts';
import { acquireLock } from '../../../src/state/lock.ts';
import { runCli } from '../../helpers/cli.ts';
import { type ServedApp, serve } from '../../helpers/http/served-app.ts';
import { APPROVE, act, CANCEL, REJECT, REPAIR, start, typeInstead } from '../../helpers/page/act.ts';
import { NO_BROWSER, signIn, useBrowser } from '../../helpers/page/browser.ts';
import { changeServedCloud } from '../../helpers/plan/cloud-by-hand.ts';
import { PREBUILT_CONFIG } from '../../helpers/prebuilt-config.ts';

const ENVIRONMENT = '#/environments/staging';
const NEWER = PREBUILT_CONFIG.replace('redis:7-alpine', 'redis:7.2-alpine');

async function show(page: Page, place: string): Promise<void> {
  await page.evaluate(`location.hash = ${JSON.stringify(place)}`);
}

async function newestRun(app: ServedApp): Promise<RunView> {
  const { body } = await app.request('GET', '/api/environments/staging/deployments?limit=1');
  const { runId } = (body as RunPage).runs[0] ?? { runId: '' };
  return (await app.request('GET', `/api/deployments/${runId}`)).body as RunView;
}

/** Deploys a configuration from the page, and approves its plan there. */
async function deploy(page: Page, config: string): Promise<void> {
  await show(page, ENVIRONMENT);
  await act(page, 'deploy --config', start(config));
  await act(page, 'approve --plan', APPROVE);
  await page.locator('.title').getByText('Succeeded').waitFor();
}

describe.skipIf(NO_BROWSER)(`on the page${NO_BROWSER ? `: ${NO_BROWSER}` : ''}`, () => {
  const open = useBrowser();

  it('people deploy, decide, cancel, roll back and let go, each after being asked, with the command line shown', async () => {
    const app = await serve();
    const { page, complaints } = await open();
    await signIn(page, app, ENVIRONMENT);
    await page.getByText('Nothing was deployed here yet.').waitFor();
    complaints.length = 0;

    const started = await act(page, 'deploy --config', start(PREBUILT_CONFIG));
    const remote = ['--environment', 'staging', '--remote', app.url];
    expect(started).toEqual(['deploy', '--config', 'config.yaml', ...remote]);
    await page.getByText('This plan waits for a decision.').waitFor();
    await page.getByRole('region', { name: 'Plan' }).getByText('is made').first().waitFor();
    const { runId, pendingApproval } = await newestRun(app);
    const approved = await act(page, 'approve --plan --comment', {
      ...APPROVE,
      fill: (dialog) => dialog.getByLabel('Comment').fill("it's right"),
    });
    expect(approved).toEqual([
      ...['approve', runId, '--plan', String(pendingApproval), '--comment', "it's right"],
      ...remote,
    ]);
    await page.getByText('Approved by key on').waitFor();
    await page.locator('.title').getByText('Succeeded').waitFor();
    expect((await app.ended(runId)).decisions).toMatchObject([{ decision: 'approve', comment: "it's right" }]);

    await show(page, ENVIRONMENT);
    await act(page, 'deploy --config', start(NEWER));
    await page.getByRole('cell', { name: 'redis:7.2-alpine' }).first().waitFor();
    await act(page, 'reject --plan --comment --reject', {
      ...REJECT,
      fill: (dialog) => dialog.getByLabel('Comment').fill('not today'),
    });
    await page.locator('.title').getByText('Rejected').waitFor();

    await show(page, ENVIRONMENT);
    await act(page, 'deploy --config', start(NEWER));
    await page.getByText('This plan waits for a decision.').waitFor();
    const stopped = await act(page, 'cancel', CANCEL);
    expect(stopped[1]).toBe((await newestRun(app)).runId);
    await page.locator('.title').getByText('Cancelled').waitFor();

    await deploy(page, `${NEWER.replace('redis: {}', 'redis: false')}`);
    await show(page, ENVIRONMENT);
    await act(page, 'rollBack --dry-run', { button: 'Roll back…', confirm: 'Show what would change' });
    await page.getByRole('cell', { name: 'redis:7-alpine' }).waitFor();
    await show(page, ENVIRONMENT);
    await act(page, 'rollBack', {
      ...{ button: 'Roll back…', confirm: 'Roll back' },
      fill: (dialog) => dialog.getByRole('radio', { name: 'Roll back' }).check(),
    });
    await act(page, 'approve --plan', APPROVE);
    await page.locator('.title').getByText('Succeeded').waitFor();

    await show(page, ENVIRONMENT);
    const view = (await app.request('GET', '/api/environments/staging')).body as EnvironmentView;
    expect(view.leftBehind.length).toBeGreaterThan(0);
    const name = view.leftBehind[0]?.name ?? '';
    const removed = await act(page, 'deleteLeftBehind --left-behind', {
      button: `Delete… ${name}`,
      confirm: 'Make the plan',
    });
    expect(removed[2]).toBe(name);
    await page.getByText('This plan waits for a decision.').waitFor();
    await act(page, 'reject --plan --reject', REJECT);
    await page.locator('.title').getByText('Rejected').waitFor();
    await show(page, ENVIRONMENT);
    await act(page, 'forget', { button: `Let go… ${name}`, confirm: 'Let go' });
    await page.getByRole('button', { name: `Let go… ${name}` }).waitFor({ state: 'detached' });
    expect(complaints).toEqual([]);
  });

  it('people break the lock of a run that is gone, decide at the same time, and delete; who looks on sees it', async () => {
    const app = await serve();
    const { runId } = (await app.deploy('staging', { body: PREBUILT_CONFIG })).body as RunView;
    await app.ended(runId);
    const { page } = await open();
    await signIn(page, app, ENVIRONMENT);
    expect((await runCli(app.directory, ['open', 'staging'])).stdout).toBe(`${app.url}/api/ui${ENVIRONMENT}\n`);

    const services = page.getByRole('region', { name: 'Services', exact: false });
    await services.getByRole('row', { name: /cache.*(Healthy|Scaled to zero)/ }).waitFor();
    const gone = `staging-${ulid()}`;
    const { state } = openBlobStorage({ connectionString: app.storage }).environment('staging');
    const longAgo = '2026-01-01T00:00:00Z';
    await acquireLock(state, { runId: gone, holder: 'a laptop', engine: 'none', step: null, wakeBy: longAgo });
    await act(page, 'breakLock', { button: 'Break… the lock of staging', confirm: 'Break the lock' });
    await page.getByText('free', { exact: true }).waitFor();
    expect((await state.read()).value.lock).toBeNull();

    // Two people have the same plan before them, and each has begun to decide.
    await act(page, 'destroy', {
      ...{ button: 'Delete…', confirm: 'Make the plan' },
      async fill(dialog) {
        await dialog.getByRole('radio', { name: 'Delete data, too' }).check();
        expect(await dialog.getByRole('button', { name: 'Make the plan' }).isDisabled()).toBe(true);
        await dialog.getByLabel('Type the name of the environment, staging').fill('staging');
      },
    });
    await page.getByRole('button', { name: 'Approve…' }).waitFor();
    const { page: other } = await open();
    await signIn(other, app, new URL(page.url()).hash);
    let decide: () => void = () => undefined;
    const decided = new Promise<void>((resolve) => (decide = resolve));
    await other.route('**/approval', async (route) => {
      await decided;
      await route.continue();
    });
    await other.getByRole('button', { name: 'Reject…' }).click();
    const late = other.getByRole('dialog');
    await late.getByRole('button', { name: 'Reject', exact: true }).click();
    const refused = other.waitForResponse('**/approval');
    const { page: onlooker } = await open();
    await signIn(onlooker, app, ENVIRONMENT);
    await onlooker.getByRole('button', { name: 'Delete…' }).waitFor();

    await act(page, 'approve --plan --confirm', {
      ...APPROVE,
      fill: (dialog) => dialog.getByLabel('Type the name of the environment, staging').fill('staging'),
    });
    decide();
    expect((await refused).status()).toBe(409);
    await other.getByText('Approved by key on').waitFor();
    await late.waitFor({ state: 'detached' });
    expect(await other.getByText('Rejected').count()).toBe(0);

    await page.locator('.title').getByText('Succeeded').waitFor();
    await page.getByRole('region', { name: 'Deletions' }).getByText('Done').first().waitFor();
    await onlooker.locator('.title').getByText('Deleted').waitFor();
    await onlooker.getByRole('button', { name: 'Delete…' }).waitFor({ state: 'detached' });
    await onlooker.getByRole('row', { name: /Succeeded.*deleted: \d+ resources deleted/ }).waitFor();
    expect(await onlooker.getByRole('alert').count()).toBe(0);
  });

  it('people see what was changed by hand, and repair it', async () => {
    const app = await serve();
    const { runId } = (await app.deploy('staging', { body: PREBUILT_CONFIG })).body as RunView;
    await app.ended(runId);
    const { resources } = (await app.request('GET', '/api/environments/staging')).body as EnvironmentView;
    const { page } = await open();
    await signIn(page, app, ENVIRONMENT);
    await page.getByRole('button', { name: 'Roll back…' }).waitFor();

    // Somebody changes something with the portal, while the app is away.
    const port = new URL(app.url).port;
    await app.stop();
    await changeServedCloud(app.directory, async (arm) => {
      const registry = resources.find(({ key }) => key === 'registry');
      await arm.patch(registry?.id ?? '', '2025-11-01', { properties: { adminUserEnabled: true } });
    });
    const again = await serve({ directory: app.directory, args: ['--port', port] });
    await page.reload();
    await page.getByRole('button', { name: 'Look for drift in staging' }).click();
    await page.getByRole('row', { name: /registry.*adminUserEnabled.*false.*true.*puts it back/ }).waitFor();
    const left = await typeInstead(page, 'repair --fix', REPAIR, { app: again, answers: ['no'] });
    expect(left, left.stdout + left.stderr).toMatchObject({ exitCode: 3 });
    expect(left.stdout).toContain('adminUserEnabled');
    await act(page, 'repair --fix', REPAIR);
    await act(page, 'approve --plan', APPROVE);
    await page.locator('.title').getByText('Succeeded').waitFor();
    await again.ended((await newestRun(again)).runId);
    const { body } = await again.request('GET', '/api/environments/staging/drift');
    expect(body).toMatchObject({ drift: [] });
    const nothing = await again.request('POST', '/api/environments/staging/repair', {
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    expect(nothing).toMatchObject({ status: 409, body: { code: 'nothing_to_repair' } });
  });
});
