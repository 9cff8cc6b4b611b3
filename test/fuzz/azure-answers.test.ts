import fc from 'fast-check';
import { describe, it } from 'vitest';
import { connectAzure } from '../../src/azure/connect.ts';
import { AzureError } from '../../src/azure/errors.ts';
import type { Azure } from '../../src/azure/ports.ts';
import { UserError } from '../../src/shared/errors.ts';
import { connectionOver, respondingTo } from '../unit/azure/recording-transport.ts';
import { hostileJson, mutated, mutatedDocument } from './mutations.ts';
import { expectRefusal, feed } from './run.ts';

const GROUP = '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg';
const APP = `${GROUP}/providers/Microsoft.App/containerApps/api`;
const POLL = 'https://management.azure.com/subscriptions/s/providers/Microsoft.App/locations/l/operationStatuses/1';
const VAULT = 'https://v.vault.azure.net';
const SECRET = {
  id: `${VAULT}/secrets/JWT/0123456789abcdef0123456789abcdef`,
  value: 'v',
  attributes: { enabled: true },
};
const REVISION = {
  name: 'api--r1',
  properties: { active: true, runningState: 'Running', healthState: 'Healthy', trafficWeight: 100, replicas: 1 },
};
const EXECUTION = {
  name: 'e1',
  properties: { status: 'Succeeded', template: { containers: [{ env: [{ name: 'A' }] }] } },
};
const RUN = { properties: { runId: 'ch1', status: 'Succeeded', outputImages: [{ digest: 'sha256:1' }] } };
const APP_BODY = {
  id: APP,
  name: 'api',
  type: 'Microsoft.App/containerApps',
  properties: { provisioningState: 'Succeeded' },
};

/** What the activities ask of Azure, each with an answer that is as it should be. */
const QUESTIONS: Readonly<
  Record<string, { readonly ask: (azure: Azure) => Promise<unknown>; readonly answer: unknown }>
> = {
  get: { ask: ({ arm }) => arm.get(APP, '2025-01-01'), answer: APP_BODY },
  list: { ask: ({ arm }) => arm.list(`${GROUP}/resources`, '2025-04-01'), answer: { value: [APP_BODY] } },
  put: { ask: ({ arm }) => arm.put(APP, '2025-01-01', { location: 'l' }), answer: APP_BODY },
  post: { ask: ({ arm }) => arm.post(`${APP}/start`, '2025-01-01'), answer: { name: 'e1' } },
  delete: { ask: ({ arm }) => arm.delete(APP, '2025-01-01'), answer: {} },
  poll: {
    ask: ({ arm }) =>
      arm.poll({
        method: 'PUT',
        path: APP,
        apiVersion: '2025-01-01',
        mode: 'status',
        url: POLL,
        startedAt: '2026-01-01T00:00:00Z',
      }),
    answer: { status: 'Succeeded', properties: {} },
  },
  subscriptions: {
    ask: ({ resources }) => resources.subscriptions(),
    answer: { value: [{ subscriptionId: 's', displayName: 'n', state: 'Enabled', tenantId: 't' }] },
  },
  provider: {
    ask: ({ resources }) => resources.providerState('s', 'Microsoft.App'),
    answer: { registrationState: 'Registered' },
  },
  group: { ask: ({ resources }) => resources.listGroup('s', 'rg'), answer: { value: [APP_BODY] } },
  revisions: { ask: ({ apps }) => apps.revisions('s', 'rg', 'api'), answer: { value: [REVISION] } },
  revision: { ask: ({ apps }) => apps.revision('s', 'rg', 'api', 'api--r1'), answer: REVISION },
  replicas: {
    ask: ({ apps }) => apps.replicas('s', 'rg', 'api', 'api--r1'),
    answer: { value: [{ name: 'p1', properties: { containers: [{ ready: true, restartCount: 0 }] } }] },
  },
  executions: { ask: ({ apps }) => apps.executions('s', 'rg', 'job'), answer: { value: [EXECUTION] } },
  execution: { ask: ({ apps }) => apps.execution('s', 'rg', 'job', 'e1'), answer: EXECUTION },
  secret: { ask: (azure) => azure.vault(VAULT).get('JWT'), answer: SECRET },
  'secret written': { ask: (azure) => azure.vault(VAULT).set('JWT', 'v'), answer: SECRET },
  'secret recovered': { ask: (azure) => azure.vault(VAULT).recover('JWT'), answer: SECRET },
  build: { ask: (azure) => registry(azure).build('ch1'), answer: RUN },
  builds: { ask: (azure) => registry(azure).recentBuilds(), answer: { value: [RUN] } },
  digest: {
    ask: (azure) => registry(azure).digestOf('api', 'latest'),
    answer: { refresh_token: 'r', access_token: 'a' },
  },
};

function registry(azure: Azure) {
  return azure.registry(`${GROUP}/providers/Microsoft.ContainerRegistry/registries/acr`, 'acr.azurecr.io');
}

/** Requests of one question. */
const LIMIT = 200;

/** 5xx are repeated after a pause, and tried by the fault matrix. */
const status = fc.constantFrom(200, 200, 200, 201, 202, 204, 400, 401, 403, 404, 409, 412, 429);
const headers = fc
  .record(
    {
      'azure-asyncoperation': mutated(POLL, 'https://elsewhere.example/x', 'file:///etc/passwd'),
      location: mutated(POLL, '//elsewhere.example', 'javascript:alert(1)'),
      'retry-after': mutated('120', '1e300'),
      'content-type': mutated('application/json', 'text/html'),
      'www-authenticate': mutated(
        `Bearer authorization="https://login.microsoftonline.com/t", resource="https://vault.azure.net"`,
      ),
      'docker-content-digest': mutated('sha256:0'),
    },
    { requiredKeys: [] },
  )
  .map((fields) => Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, visible(value)])));

/** What a header can hold at all. */
function visible(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, '').trim();
}

const asked = fc.constantFrom(...Object.keys(QUESTIONS)).chain((name) => {
  const answer = QUESTIONS[name]?.answer;
  const body = fc.oneof(
    { weight: 4, arbitrary: mutatedDocument(answer) },
    { weight: 2, arbitrary: hostileJson },
    { weight: 1, arbitrary: mutated(JSON.stringify(answer), '<html><body>{</body></html>', '') },
  );
  return fc.record({
    name: fc.constant(name),
    answers: fc.array(fc.record({ status, headers, body }), { minLength: 1, maxLength: 4 }),
  });
});

describe('a hostile answer to a question', () => {
  it('is an answer, or an error of Azure with its code; never a bug of ours, and never without an end', async () => {
    await feed('answers of Azure', 3000, asked, async ({ name, answers }) => {
      let requests = 0;
      const transport = respondingTo((_, index) => {
        requests += 1;
        return requests > LIMIT ? { status: 404 } : (answers[index % answers.length] ?? { status: 404 });
      });
      try {
        await QUESTIONS[name]?.ask(connectAzure(connectionOver(transport)));
      } catch (error) {
        expectRefusal(error, [AzureError, UserError], /./s);
      }
      if (requests > LIMIT) throw new Error(`${name} asks without an end`);
    });
  });
});
