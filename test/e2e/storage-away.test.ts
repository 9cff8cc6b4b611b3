import { describe, expect, it, onTestFinished } from 'vitest';
import type { RunView } from '../../src/domain/api/views.ts';
import { startAzurite } from '../helpers/azurite.ts';
import { prebuiltConfig } from '../helpers/example-config.ts';
import { readEventStream } from '../helpers/http/event-stream.ts';
import { serve } from '../helpers/http/served-app.ts';
import { tempDirectory } from '../helpers/temp.ts';
import { startSilentFront } from '../helpers/threats/silent-front.ts';
import { until } from '../helpers/wait.ts';

/** They take seconds, and what is silent is given up after a little more than one minute; what stands still is told soon. */
const LIMIT_IN_MS = 240_000;

describe('a served app whose storage goes away in mid-run', { timeout: LIMIT_IN_MS }, () => {
  it('says so, and finishes the run when it is back', async () => {
    const directory = await tempDirectory();
    const azurite = await startAzurite({ directory });
    const app = await serve({ env: { DEPLOYMENT_STORAGE: azurite.connectionString } });
    const body = await prebuiltConfig('away');
    const { runId } = (await app.deploy('production', { body })).body as RunView;
    await readEventStream(app, runId, { until: ({ type }) => type === 'step_completed' });
    await azurite.stop();
    const headers = { 'content-type': 'application/yaml' };
    const refused = await app.request('POST', '/api/environments/staging/deployments', { headers, body });
    expect(refused).toMatchObject({ status: 503, body: { code: 'storage_unreachable' } });
    expect(refused.headers.get('retry-after')).not.toBeNull();
    expect(refused.text).not.toContain('AccountKey');
    expect((await app.request('GET', '/api/health')).status).toBe(503);
    const back = await startAzurite({ directory, blobPort: azurite.blobPort });
    try {
      expect(await app.ended(runId)).toMatchObject({ status: 'succeeded', failed: [] });
      expect((await app.request('GET', '/api/environments/production/lock')).body).toEqual({ lock: null });
      await app.stop();
    } finally {
      await back.stop();
    }
  });
});

describe('a served app whose storage falls silent in mid-run', { timeout: LIMIT_IN_MS }, () => {
  it('gives up what was never answered, and finishes the run', async () => {
    const azurite = await startAzurite();
    onTestFinished(() => azurite.stop());
    const front = await startSilentFront(azurite.blobPort);
    const connection = azurite.connectionString.replace(`:${azurite.blobPort}/`, `:${front.port}/`);
    const app = await serve({ env: { DEPLOYMENT_STORAGE: connection } });
    const body = await prebuiltConfig('silent');
    const { runId } = (await app.deploy('production', { body })).body as RunView;
    await readEventStream(app, runId, { until: ({ type }) => type === 'step_completed' });
    // A write of the run itself: once nothing is answered, each step stands still at what it reads first.
    const write = /PUT \/devstoreaccount1\/deployment-state\//;
    front.silenceFrom(write);
    await until(() => write.test(front.unheard()));
    front.speak();
    expect(await app.ended(runId)).toMatchObject({ status: 'succeeded', failed: [] });
    await app.stop();
  });
});
