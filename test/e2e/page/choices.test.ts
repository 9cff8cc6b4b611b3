import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { ulid } from 'ulid';
import { describe, expect, it } from 'vitest';
import type { EnvironmentView, RunPage, RunView } from '../../../src/domain/api/views.ts';
import { openBlobStorage } from '../../../src/state/blob/storage.ts';
import { acquireLock } from '../../../src/state/lock.ts';
import { type ServedApp, serve } from '../../helpers/http/served-app.ts';
import { APPROVE, act, CANCEL, REJECT, start, typeInstead } from '../../helpers/page/act.ts';
import { NO_BROWSER, signIn, useBrowser } from '../../helpers/page/browser.ts';
import { changeServedCloud } from '../../helpers/plan/cloud-by-hand.ts';
import { PREBUILT_CONFIG } from '../../helpers/prebuilt-config.ts';
import { tempDirectory } from '../../helpers/temp.ts';

const ENVIRONMENT = '#/environments/staging';
/** One more service, which the release after it has no more. */
const NEWER = PREBUILT_CONFIG.replace(
  '{ cache: { image: "redis:7-alpine"',
  '{ queue: { image: "rabbitmq:4", port: 5672, transport: tcp }, cache: { image: "redis:7.2-alpine"',
);
const DEAR = `${PREBUILT_CONFIG.replace('redis:7-alpine', 'redis:7.4-alpine').replace('redis: {}', 'redis: false')}cost: { limit: 1 }\n`;
const ONLY_PLAN = 'Only make the plan';
const REFRESH = 'Look at every resource';

/** An app to whose cloud somebody has added a place for dumps. */
async function servedHere(): Promise<ServedApp> {
  const directory = await tempDirectory();
  await mkdir(join(directory, '.draftgenie-deploy/serve/simulator'), { recursive: true });
  await changeServedCloud(directory, async (arm) => {
    const [subscription] = (await arm.list('/subscriptions', '2022-12-01')).map(({ id }) => id);
    const group = `${subscription}/resourceGroups/backups`;
    const account = `${group}/providers/Microsoft.Storage/storageAccounts/dumpsaccount`;
    await arm.post(`${subscription}/providers/Microsoft.Storage/register`, '2025-04-01');
    await arm.put(group, '2025-04-01', { location: 'eastus' });
    await arm.put(account, '2023-05-01', { location: 'eastus', kind: 'StorageV2', sku: { name: 'Standard_LRS' } });
    await arm.put(`${account}/blobServices/default/containers/dumps`, '2023-05-01', { properties: {} });
  });
  return await serve({ directory });
}

async function show(page: Page, place = ENVIRONMENT): Promise<void> {
  await page.evaluate(`location.hash = ${JSON.stringify(place)}`);
}

async function newestRun(app: ServedApp): Promise<RunView> {
  const { body } = await app.request('GET', '/api/environments/staging/deployments?limit=1');
  return (await app.request('GET', `/api/deployments/${(body as RunPage).runs[0]?.runId}`)).body as RunView;
}

async function ends(page: Page, app: ServedApp, result: string): Promise<RunView> {
  await page.locator('.title').getByText(result).waitFor();
  return await app.ended((await newestRun(app)).runId);
}

describe.skipIf(NO_BROWSER)(`on the page${NO_BROWSER ? `: ${NO_BROWSER}` : ''}`, () => {
  const open = useBrowser();

  it('people choose how it is done, and do the same by typing the command line that is shown', async () => {
    const app = await servedHere();
    const { runId: first } = (await app.deploy('staging', { body: PREBUILT_CONFIG })).body as RunView;
    await app.ended(first);
    const { page, complaints } = await open();
    await signIn(page, app, ENVIRONMENT);

    // A plan alone, looked at anew; and a deployment that somebody types.
    await writeFile(join(app.directory, 'config.yaml'), NEWER);
    await act(page, 'plan --config --refresh', start(NEWER, { confirm: 'Make the plan', boxes: [ONLY_PLAN, REFRESH] }));
    await page.getByRole('cell', { name: 'redis:7.2-alpine' }).first().waitFor();
    expect(await ends(page, app, 'Succeeded')).toMatchObject({ work: 'plan', executed: [], decisions: [] });
    await show(page);
    const planned = await typeInstead(page, 'plan --config', start(NEWER, { boxes: [ONLY_PLAN] }), { app });
    expect(planned).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('redis:7.2-alpine') });
    const deployed = await typeInstead(page, 'deploy --config', start(NEWER), { app, answers: ['yes'] });
    expect(deployed.exitCode, deployed.stdout + deployed.stderr).toBe(0);
    await page
      .getByRole('row', { name: /Succeeded.*deployed: / })
      .nth(1)
      .waitFor();

    // More than it may cost, which whoever approves has to accept.
    const asked = page.waitForRequest((request) => request.method() === 'POST');
    await act(page, 'deploy --config --refresh', start(DEAR, { boxes: [REFRESH] }));
    expect(new URL((await asked).url()).search).toBe('?refresh=true');
    await page.getByText('More than the configuration allows: $1.00.').waitFor();
    await act(page, 'approve --plan --accept-cost', {
      ...APPROVE,
      async fill(dialog) {
        expect(await dialog.getByRole('button', { name: 'Approve', exact: true }).isDisabled()).toBe(true);
        await dialog.getByRole('checkbox', { name: 'It may cost more' }).check();
      },
    });
    await ends(page, app, 'Succeeded');

    // To a release of their choice: first what would change, then the same.
    await show(page);
    const to = { button: 'Roll back…', confirm: 'Show what would change' };
    const choose = { fill: (dialog: Locator) => dialog.getByLabel('Release').selectOption(first) };
    await act(page, 'rollBack --to --dry-run', { ...to, ...choose });
    await page.getByRole('cell', { name: 'redis:7-alpine' }).waitFor();
    await show(page);
    const before = await typeInstead(page, 'rollBack --dry-run', to, { app });
    expect(before).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('redis:7.2-alpine') });
    const rolled = await act(page, 'rollBack --to', {
      ...{ button: 'Roll back…', confirm: 'Roll back' },
      async fill(dialog) {
        await choose.fill(dialog);
        await dialog.getByRole('radio', { name: 'Roll back' }).check();
      },
    });
    expect(rolled[2]).toBe(first);
    await page.getByRole('button', { name: 'Approve…' }).waitFor();
    expect(await typeInstead(page, 'approve --plan', APPROVE, { app })).toMatchObject({ exitCode: 0 });
    expect(await ends(page, app, 'Succeeded')).toMatchObject({ work: 'rollback' });

    // What was left behind: somebody types it and is asked, and then it goes.
    await show(page);
    const { leftBehind } = (await app.request('GET', '/api/environments/staging')).body as EnvironmentView;
    const named = (part: string): string => leftBehind.find(({ name }) => name.includes(part))?.name ?? '';
    const [left, other] = [named('redis'), named('queue')];
    const letGo = { button: `Let go… ${other}`, confirm: 'Let go' };
    expect(await typeInstead(page, 'forget', letGo, { app })).toMatchObject({ exitCode: 0 });
    await page.getByRole('button', { name: letGo.button }).waitFor({ state: 'detached' });
    const remove = { button: `Delete… ${left}`, confirm: 'Make the plan' };
    const refused = await typeInstead(page, 'deleteLeftBehind --left-behind', remove, { app, answers: ['no'] });
    expect(refused.stdout + refused.stderr).toContain(left);
    await act(page, 'deleteLeftBehind --left-behind', remove);
    await page.getByRole('button', { name: 'Approve…' }).waitFor();
    await act(page, 'approve --plan --confirm', {
      ...APPROVE,
      fill: (dialog) => dialog.getByLabel('Type the name').fill('staging'),
    });
    await ends(page, app, 'Succeeded');
    await show(page);
    await page.getByRole('region', { name: 'Services', exact: false }).waitFor();
    await page.getByRole('button', { name: `Delete… ${left}` }).waitFor({ state: 'detached' });

    // The lock of a run that is gone.
    const { state } = openBlobStorage({ connectionString: app.storage }).environment('staging');
    const gone = { runId: `staging-${ulid()}`, holder: 'a laptop', engine: 'none', step: null };
    await acquireLock(state, { ...gone, wakeBy: '2026-01-01T00:00:00Z' });
    const lock = { button: 'Break… the lock of staging', confirm: 'Break the lock' };
    expect(await typeInstead(page, 'breakLock', lock, { app, answers: ['yes'] })).toMatchObject({ exitCode: 0 });
    await page.getByText('free', { exact: true }).waitFor();

    // Cancelled and rejected by typing.
    await act(page, 'deploy --config', start(NEWER));
    await page.getByRole('button', { name: 'Approve…' }).waitFor();
    expect(await typeInstead(page, 'cancel', CANCEL, { app })).toMatchObject({ exitCode: 0 });
    await ends(page, app, 'Cancelled');
    await show(page);
    const destroy = { button: 'Delete…', confirm: 'Make the plan' };
    const name = (dialog: Locator): Promise<void> => dialog.getByLabel('Type the name').fill('staging');
    const stays = await typeInstead(page, 'destroy --keep-data', { ...destroy, fill: name }, { app, answers: ['no'] });
    expect(stays.stdout + stays.stderr).toContain('staging');
    await act(page, 'destroy --keep-data', { ...destroy, fill: name });
    await page.getByRole('heading', { name: 'Stays as it is' }).waitFor();
    expect(await typeInstead(page, 'reject --plan --reject', REJECT, { app })).toMatchObject({ exitCode: 0 });
    await ends(page, app, 'Rejected');

    // Everything, with a dump of the database before.
    await show(page);
    await act(page, 'destroy --dump-to', {
      ...destroy,
      async fill(dialog) {
        await dialog.getByRole('radio', { name: 'Delete data, too' }).check();
        await dialog.getByLabel('First dump the databases').fill('dumpsaccount/dumps');
        await name(dialog);
      },
    });
    await page.getByRole('button', { name: 'Approve…' }).waitFor();
    await act(page, 'approve --plan --confirm', { ...APPROVE, fill: name });
    expect((await ends(page, app, 'Succeeded')).dumps).toHaveLength(1);
    await page.getByRole('log').getByText('dumped to https://dumpsaccount').waitFor();
    expect(complaints).toEqual([]);
  });
});
