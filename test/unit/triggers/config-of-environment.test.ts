import { describe, expect, it } from 'vitest';
import type { Problem } from '../../../src/domain/api/problem.ts';
import type { RunView } from '../../../src/domain/api/views.ts';
import type { DeploymentConfig } from '../../../src/domain/config/model.ts';
import { updateState } from '../../../src/state/update-state.ts';
import { openTestApp } from '../../helpers/app-under-test.ts';

const CONFIG = `interpolate: true
azure: { resource_group: shop-rg, location: eastus, project_name: shop }
key_vault: { name: shop-kv }
postgresql: {}
services: { web: { image: "web:\${TAG}", port: 80 } }
environments: { staging: { services: { web: { max_replicas: 3 } } } }
`;

async function sent(environment: string, body: Readonly<Record<string, unknown>>) {
  const test = await openTestApp();
  const headers = { 'content-type': 'application/json' };
  const answer = await test.call('startDeployment', { params: { environment }, body: JSON.stringify(body), headers });
  if (answer.status !== 202) return { ...answer, config: undefined };
  const { runs } = test.storage.environment(environment);
  const request = await runs.request((answer.body as RunView).runId);
  const config: DeploymentConfig = await runs.config(request?.configDigest ?? '');
  return { ...answer, config };
}

describe('a configuration that comes over HTTP', () => {
  it('is that of the environment of the request, with variables of the app’s settings', async () => {
    const { config } = await sent('staging', { config: CONFIG });
    expect(config?.services.infrastructure[0]).toMatchObject({ image: 'web:1.2', maxReplicas: 3 });
    expect(config?.postgresql.serverName).toBe('shop-postgres-staging');
    const plain = await sent('default', { config: CONFIG });
    expect(plain.config?.services.infrastructure[0]?.maxReplicas).toBe(1);
    expect(plain.config?.postgresql.serverName).toBe('shop-postgres');
  });

  it('takes variables of the request before those, and none of the process', async () => {
    process.env.OF_THE_PROCESS = 'hush';
    const { config } = await sent('staging', { config: CONFIG, variables: { TAG: '9' } });
    expect(config?.services.infrastructure[0]?.image).toBe('web:9');
    const { status, body } = await sent('staging', { config: CONFIG.replace('TAG', 'OF_THE_PROCESS') });
    expect([status, (body as Problem).problems]).toEqual([
      400,
      [
        {
          path: 'services.web.image',
          message: 'the variable OF_THE_PROCESS is not set; write ${OF_THE_PROCESS:-default} where it need not be',
          ...{ line: 5, column: 27 },
        },
      ],
    ]);
    delete process.env.OF_THE_PROCESS;
  });

  it('reads outputs of states that come with it, and no state itself', async () => {
    const config = `${CONFIG.replace('port: 80', 'port: "${{terraform.net.port}}"')}terraform: { net: { state: /etc/passwd } }\n`;
    const { config: filled } = await sent('staging', { config, terraform: { net: { port: 8080 } } });
    expect(filled?.services.infrastructure[0]?.port).toBe(8080);
    const { status, body } = await sent('staging', { config });
    expect([status, (body as Problem).problems?.map(({ path }) => path)]).toEqual([400, ['services.web.port']]);
  });

  it('is made from the overlay of another environment, and later requests need not say that again', async () => {
    const test = await openTestApp();
    const params = { environment: 'pr-7' };
    const start = async (options: object) => {
      const body = JSON.stringify({ config: CONFIG, options });
      return await test.call('startDeployment', { params, body, headers: { 'content-type': 'application/json' } });
    };
    expect(await start({})).toMatchObject({ status: 400, body: { code: 'config_invalid' } });
    const { status, body } = await start({ from: 'staging', expires: '72h' });
    const { runs, state } = test.storage.environment('pr-7');
    const request = await runs.request((body as RunView).runId);
    expect([status, request?.options.expires]).toEqual([202, '72h']);
    const config = await runs.config(request?.configDigest ?? '');
    expect([config.azure.resourceGroup, config.services.infrastructure[0]?.maxReplicas]).toEqual(['shop-rg-pr-7', 3]);
    await updateState(state, (current) => ({ ...current, lock: null, from: 'staging' }));
    expect(await start({})).toMatchObject({ status: 202 });
  });

  it('gives an end to no environment that is there without one, and tells what may be said', async () => {
    const test = await openTestApp();
    const { state } = test.storage.environment('staging');
    const vault = { id: '/v', type: 'T', step: 'create_key_vault' as const, holds_data: true, immutable: {} };
    await updateState(state, (current) => ({ ...current, resources: { 'key-vault': vault } }));
    const headers = { 'content-type': 'application/yaml' };
    const start = (query: string) =>
      test.call('startDeployment', { params: { environment: 'staging' }, query, body: CONFIG, headers });
    expect(await start('expires=72h&resetState=true')).toMatchObject({ status: 400, body: { code: 'expiry_refused' } });
    expect((await state.read()).value.resources).toHaveProperty('key-vault');
    const wrong = (await start('expires=soon')).body as Problem;
    expect(wrong.problems).toEqual([
      { path: 'expires', message: expect.stringMatching(/^must be minutes, hours or days from now, .* at most 90d/) },
    ]);
  });

  it('may bring the overlay of a file of its own, whose problems name it', async () => {
    const overlay = 'services:\n  web: { port: 81 }\n';
    const { config } = await sent('qa', { config: CONFIG, overlay });
    expect(config?.services.infrastructure[0]?.port).toBe(81);
    const { body } = await sent('qa', { config: CONFIG, overlay: overlay.replace('81', '0') });
    expect((body as Problem).problems).toMatchObject([{ file: 'overlay', line: 2, path: 'services.web.port' }]);
  });

  it('is refused for an environment that it does not list', async () => {
    const { status, body } = await sent('stagin', { config: CONFIG });
    expect([status, (body as Problem).problems?.[0]?.message]).toEqual([
      400,
      expect.stringContaining('did you mean staging?'),
    ]);
  });
});
