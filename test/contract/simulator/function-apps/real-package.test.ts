import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { jsonAt } from '../../../../src/shared/json.ts';
import { processHosting } from '../../../../src/simulator/app-service/host-process.ts';
import { APP, functionApp, SITE, WEB } from '../../../helpers/cloud/function-app.ts';
import { tempDirectory } from '../../../helpers/temp.ts';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));

it('the package of the product runs where it was published, and keeps its states with the identity of the app', async () => {
  const file = join(await tempDirectory(), 'app.zip');
  await promisify(execFile)(process.execPath, ['scripts/package.ts', file], { cwd: ROOT });
  const app = await functionApp(processHosting([process.execPath, join(ROOT, 'src/cli/hosted/functions-host.ts')]));
  const settings = `${SITE}/config/appsettings`;
  const { body } = await app.arm('POST', `${settings}/list`, undefined, WEB);
  const properties = {
    ...(body.properties as Record<string, string>),
    AZURE_CLIENT_ID: app.clientId,
    DEPLOYMENT_STORAGE__blobServiceUri: 'https://appstore.blob.core.windows.net',
    DEPLOYMENT_STORAGE__credential: 'managedidentity',
    DEPLOYMENT_STORAGE__clientId: app.clientId,
    DRAFTGENIE_BLOB_SOURCE: 'EventGrid',
  };
  await app.arm('PUT', settings, { properties }, WEB);
  const deployed = await app.publish(await readFile(file));
  expect([
    deployed,
    app.simulator.state().resources[`${app.group}/${SITE}`.toLowerCase()]?.extra.hostProblem,
  ]).toMatchObject([{ status: 4 }, null]);
  const keys = await app.arm('POST', `${SITE}/host/default/listKeys`, undefined, WEB);
  const key = String(jsonAt(keys.body, 'functionKeys.default'));
  expect((await app.send('GET', `${APP}/api/environments`)).status).toBe(401);
  const health = await app.send('GET', `${APP}/api/health`, { headers: { 'x-functions-key': key } });
  expect([health.status, health.text]).toEqual([200, expect.stringContaining('version')]);
  const environments = await app.send('GET', `${APP}/api/environments`, { headers: { 'x-functions-key': key } });
  expect([environments.status, environments.body]).toEqual([200, expect.objectContaining({})]);
  // Nothing is there yet, and it may look.
  const answers = app.simulator
    .requests()
    .flatMap(({ host, status }) => (host.startsWith('appstore.blob.') ? [status] : []));
  expect(answers.length).toBeGreaterThan(0);
  expect(answers.filter((status) => status !== 200 && status !== 404)).toEqual([]);
});
