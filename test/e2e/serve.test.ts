import { execFile } from 'node:child_process';
import { readdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { BlobServiceClient } from '@azure/storage-blob';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { RunView } from '../../src/domain/api/views.ts';
import { startAzurite } from '../helpers/azurite.ts';
import { createSandbox } from '../helpers/cli.ts';
import { serve } from '../helpers/http/served-app.ts';
import { PREBUILT_CONFIG } from '../helpers/prebuilt-config.ts';
import { tempDirectory } from '../helpers/temp.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

describe('serve', () => {
  it('deploys over HTTP, keeps one run per idempotency key, and says when there is nothing to do', async () => {
    const app = await serve();
    const headers = { 'idempotency-key': 'build-1' };
    const first = (await app.deploy('staging', { body: PREBUILT_CONFIG, headers })).body as RunView;
    const again = (await app.deploy('staging', { body: PREBUILT_CONFIG, headers })).body as RunView;
    expect(again.runId).toBe(first.runId);
    expect(await app.ended(first.runId)).toMatchObject({ status: 'succeeded', failed: [] });
    const noop = (await app.deploy('staging', { body: PREBUILT_CONFIG })).body as RunView;
    const ended = await app.ended(noop.runId);
    expect(ended).toMatchObject({ status: 'succeeded', executed: [] });
    expect(ended.skipped).toHaveLength(14);
  });

  it('stops with 0, and goes on with the same keys and the same storage', async () => {
    const app = await serve();
    const { runId } = (await app.deploy('staging', { body: PREBUILT_CONFIG })).body as RunView;
    await app.ended(runId);
    expect(await app.stop()).toBe(0);
    const second = await serve({ directory: app.directory });
    expect({ key: second.key, storage: second.storage }).toEqual({ key: app.key, storage: app.storage });
    expect((await second.request('GET', `/api/deployments/${runId}`)).body).toMatchObject({ status: 'succeeded' });
    expect(await readdir(join(app.directory, '.draftgenie-deploy'))).toEqual(['serve']);
  });

  it('stops in the middle of a run, which the next start goes on with', async () => {
    const args = ['--simulator-profile', 'realistic', '--simulator-speed', '150'];
    const app = await serve({ args });
    const { runId } = (await app.deploy('staging', { body: PREBUILT_CONFIG })).body as RunView;
    while (!(await app.request('GET', `/api/deployments/${runId}/events`)).text.includes('"create_databases"'));
    expect(await app.stop()).toBe(0);
    const second = await serve({ directory: app.directory, args });
    expect(await second.ended(runId)).toMatchObject({ status: 'succeeded', failed: [] });
  });

  it('leaves at once at the second signal, whoever still listens', async () => {
    const app = await serve();
    const { runId } = (await app.deploy('staging', { body: PREBUILT_CONFIG, query: '' })).body as RunView;
    const listener = await fetch(`${app.url}/api/deployments/${runId}/events`, {
      headers: { 'x-functions-key': app.key, accept: 'text/event-stream' },
    });
    const heard = (async () => {
      for await (const _ of listener.body ?? []);
    })().catch((error: unknown) => error);
    const first = app.stop();
    const answers = (): Promise<boolean> =>
      fetch(`${app.url}/api/health`).then(
        () => true,
        () => false,
      );
    while (await answers());
    expect(await app.stop()).toBe(130);
    await Promise.all([first, heard]);
  });

  it('leaves nothing behind when it is killed, and its storage keeps what it was told a moment before', async () => {
    const app = await serve();
    const blob = BlobServiceClient.fromConnectionString(app.storage).getContainerClient('kept').getBlockBlobClient('x');
    await BlobServiceClient.fromConnectionString(app.storage).createContainer('kept');
    await blob.upload('told', 4);
    await app.kill();
    const second = await serve({ directory: app.directory });
    // The same address: the first Azurite let go of its port.
    expect(second.storage).toBe(app.storage);
    expect((await blob.downloadToBuffer()).toString()).toBe('told');
  });

  it('works as it is built', async () => {
    const directory = await tempDirectory();
    await promisify(execFile)(process.execPath, ['scripts/build.ts', join(directory, 'dist')], { cwd: ROOT });
    for (const name of ['package.json', 'node_modules']) await symlink(join(ROOT, name), join(directory, name));
    const app = await serve({ bin: join(directory, 'dist/cli.js') });
    const { runId } = (await app.deploy('staging', { body: PREBUILT_CONFIG })).body as RunView;
    expect(await app.ended(runId)).toMatchObject({ status: 'succeeded' });
    expect(await app.stop()).toBe(0);
  });

  it('uses the storage that DEPLOYMENT_STORAGE names, and tells nobody how to reach it', async () => {
    const azurite = await startAzurite();
    onTestFinished(() => azurite.stop());
    const app = await serve({ env: { DEPLOYMENT_STORAGE: azurite.connectionString } });
    expect(app.storage).toBeNull();
    expect((await app.request('GET', '/api/health')).body).toMatchObject({ status: 'ok' });
    const { runId } = (await app.deploy('staging', { body: PREBUILT_CONFIG })).body as RunView;
    await app.ended(runId);
    expect(await readdir(join(app.directory, '.draftgenie-deploy/serve'))).not.toContain('storage');
    const service = BlobServiceClient.fromConnectionString(azurite.connectionString);
    expect(await service.getContainerClient('deployment-state').exists()).toBe(true);
    await app.stop();
  });

  it('refuses a second app on the same files', async () => {
    const app = await serve();
    const second = await createSandbox(app.directory);
    const result = await second.run(['serve', '--simulate', '--port', '0']);
    expect(result.stderr).toContain('is served from');
    expect(result.exitCode).toBe(75);
  });

  it('says so when its port is taken', async () => {
    const app = await serve();
    const sandbox = await createSandbox();
    const port = new URL(app.url).port;
    const result = await sandbox.run(['serve', '--simulate', '--port', port]);
    expect(result.stderr).toContain(`The port ${port} is in use`);
    expect(result.exitCode).toBe(1);
  });
});
