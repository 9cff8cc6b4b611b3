import { InvocationContext } from '@azure/functions';
import { describe, expect, it } from 'vitest';
import { configUploaded } from '../../../src/triggers/config-upload.ts';
import { openTestApp, type TestApp } from '../../helpers/app-under-test.ts';
import { startableConfig } from '../../helpers/example-config.ts';

const NEEDY = `azure: { resource_group: one-rg, location: eastus }
key_vault: { name: one-kv }
services: { one: { image: "nginx:1", port: 80, env: { CACHE: { secret: REDIS-URL } } } }
`;

async function upload(test: TestApp, name: string, content: string | Buffer, eTag = '1'): Promise<string[]> {
  const logged: string[] = [];
  const context = new InvocationContext({
    triggerMetadata: { name, uri: `https://account/deployment-configs/${name}.yaml`, properties: { eTag } },
    logHandler: (_level, ...args) => logged.push(args.join(' ')),
  });
  await configUploaded(test.app, () => test.engine)(Buffer.from(content), context);
  return logged;
}

async function runsOf(test: TestApp, environment: string) {
  return await test.storage.environment(environment).runs.runs({ limit: 10 });
}

describe('an uploaded configuration', () => {
  it('starts an approved run, once however often it is delivered', async () => {
    const test = await openTestApp();
    const text = await startableConfig();
    await upload(test, 'production', text);
    await upload(test, 'production', text);
    const [run, ...others] = await runsOf(test, 'production');
    expect(others).toEqual([]);
    const request = await test.storage.environment('production').runs.request(run?.runId ?? '');
    expect(request).toMatchObject({ trigger: 'blob', waits: true, options: { autoApprove: true } });
  });

  it('with an unknown key is refused, and what may not be meant is logged', async () => {
    const test = await openTestApp();
    await upload(test, 'staging', `${await startableConfig()}\npostgres: {}\n`);
    expect((await runsOf(test, 'staging')).map(({ status }) => status)).toEqual(['failed']);
    const logged = await upload(test, 'production', `${await startableConfig()}\nmongodb: { connection_url: "" }\n`);
    expect(logged.join('\n')).toContain('production.yaml: mongodb.connection_url: is empty');
  });

  it('that is the only one and wrong makes an environment that is listed, and that can be asked about', async () => {
    const test = await openTestApp();
    await upload(test, 'staging', 'services: [');
    const listed = await test.call('listEnvironments', {});
    expect(listed.body).toEqual({ environments: ['staging'] });
    const shown = await test.call('showEnvironment', { params: { environment: 'staging' } });
    const [run] = await runsOf(test, 'staging');
    expect([shown.status, shown.body]).toMatchObject([
      200,
      { lastRun: { runId: run?.runId, status: 'failed' }, steps: [] },
    ]);
    expect((await test.call('showEnvironment', { params: { environment: 'other' } })).status).toBe(404);
  });

  it('that is uploaded again is another run, which waits for its turn', async () => {
    const test = await openTestApp();
    await upload(test, 'production', await startableConfig());
    // Runs of the same millisecond have no order.
    test.advance(1);
    await upload(test, 'production', await startableConfig(), '2');
    expect((await runsOf(test, 'production')).map(({ status }) => status)).toEqual(['queued', 'running']);
  });

  it('waits for an approval where it says so', async () => {
    const test = await openTestApp();
    await upload(test, 'production', `${await startableConfig()}\ndeployment: { auto_approve: false }\n`);
    const [run] = await runsOf(test, 'production');
    const request = await test.storage.environment('production').runs.request(run?.runId ?? '');
    expect(request?.options.autoApprove).toBe(false);
  });

  it.each([
    ['with a problem', 'azure: {location: 7}', 'production.yaml:1:'],
    [
      'with a need that is not met',
      NEEDY,
      'production.yaml:3:62 services.one.env.CACHE: the secret REDIS-URL needs a cache',
    ],
    ['with a secret value', 'secrets: {gemini_api_key: very-secret-value}', 'production.yaml:1:1'],
    ['that is no text', Buffer.from([0xff, 0xfe, 0x00]), 'not UTF-8'],
    ['that is too large', Buffer.alloc(2_000_000, 'x'), 'more than'],
  ])('%s ends in a failed run that says so, once', async (_what, content, words) => {
    const test = await openTestApp();
    await upload(test, 'production', content as string);
    await upload(test, 'production', content as string);
    const [run, ...others] = await runsOf(test, 'production');
    expect(others).toEqual([]);
    expect(run).toMatchObject({ status: 'failed', error: { message: expect.stringContaining(words) } });
    expect(JSON.stringify(run)).not.toContain('very-secret-value');
    expect(test.engine.started).toEqual([]);
  });

  it('whose name is no environment is told to the log', async () => {
    const test = await openTestApp();
    expect((await upload(test, 'Prod', 'x')).join()).toContain('no name of an environment');
  });

  it('is delivered again when the engine is away', async () => {
    const test = await openTestApp();
    test.engine.failNextStart = true;
    await expect(upload(test, 'production', await startableConfig())).rejects.toThrow('could not start');
  });
});
