import { describe, expect, it } from 'vitest';
import { type JsonObject, jsonAt } from '../../../../src/shared/json.ts';
import { type SimulatedClients, simulatedClients } from '../../../helpers/cloud/simulated-clients.ts';
import {
  appBody,
  container,
  createSurroundings,
  grant,
  SECRETS_OFFICER,
  type Surroundings,
} from '../../../helpers/simulated-application.ts';

const APP = 'providers/Microsoft.App/containerApps/web';
const JOB = 'providers/Microsoft.App/jobs/web-job';
const ACR_PULL = '7f951dda-4ed3-4680-a7ca-43fe172d538d';
const OTHER = 'providers/Microsoft.ContainerRegistry/registries/crother';

interface Place {
  readonly clients: SimulatedClients;
  readonly around: Surroundings;
  /** `done`, or what is said against the image by the end of the operation. */
  deploy(image: string, registries?: readonly JsonObject[], secrets?: readonly JsonObject[]): Promise<unknown>;
}

async function place(): Promise<Place> {
  const clients = await simulatedClients();
  const around = await createSurroundings(clients);
  return {
    clients,
    around,
    async deploy(image, registries = [], secrets = [{ name: 'token', value: 'right' }]) {
      const body = appBody(around, {
        template: { containers: [container(image, { probes: [] })] },
        configuration: { registries: [...registries], secrets: [...secrets] },
      });
      const answer = await clients.arm('PUT', APP, body);
      if (answer.status >= 300) return jsonAt(answer.body, 'error.code');
      const { status, error } = await clients.finish(answer);
      if (status !== 'Failed') return 'done';
      const { code, message } = error as { code: string; message: string };
      expect(code).toBe('ContainerAppOperationError');
      return /: 'Invalid value: "[^"]+": (.*)';\.$/.exec(message)?.[1];
    },
  };
}

const login = (server: string, username = 'somebody', passwordSecretRef = 'token') => ({
  server,
  username,
  passwordSecretRef,
});

describe('an image of a registry of somebody else', () => {
  it('that is public is pulled by everybody', async () => {
    const { clients, deploy } = await place();
    clients.simulator.behave({ images: { 'ghcr.io/org/app': {} } });
    expect(await deploy('ghcr.io/org/app:1')).toBe('done');
    expect(await deploy('quay.io/org/app:1')).toBe('done');
  });

  // https://github.com/microsoft/azure-container-apps/issues/154
  it('on Docker Hub that is private needs the credentials of somebody who may pull it', async () => {
    const { clients, deploy } = await place();
    clients.simulator.behave({ images: { 'docker.io/org/app': { users: { somebody: 'right' } } } });
    const refused =
      'GET https://index.docker.io/v2/org/app/manifests/1: UNAUTHORIZED: authentication required; [map[Action:pull Class: Name:org/app Type:repository]]';
    const image = 'docker.io/org/app:1';
    expect(await deploy(image)).toBe(refused);
    expect(await deploy(image, [login('ghcr.io')])).toBe(refused);
    expect(await deploy(image, [login('docker.io', 'another')])).toBe(refused);
    expect(await deploy(image, [login('docker.io')], [{ name: 'token', value: 'wrong' }])).toBe(refused);
    expect(await deploy(image, [login('docker.io')])).toBe('done');
    expect(await deploy('org/app:1', [login('docker.io')])).toBe(refused);
    expect(await deploy('org/app:1', [login('index.docker.io')])).toBe('done');
    // A wrong password is refused, whatever it is for.
    expect(await deploy('docker.io/org/public:1', [login('docker.io', 'another')])).toContain('UNAUTHORIZED');
  });

  it('on ghcr.io that is private needs them too, from the vault or not, for a job as for an app', async () => {
    const { clients, around, deploy } = await place();
    clients.simulator.behave({ images: { 'ghcr.io/org/app:2': { users: { somebody: 'right' } } } });
    const image = 'ghcr.io/org/app:2';
    const refused = 'GET https://ghcr.io/token?scope=repository%3Aorg%2Fapp%3Apull&service=ghcr.io: DENIED: denied';
    expect(await deploy(image)).toBe(refused);
    expect(await deploy('ghcr.io/org/app:1')).toBe('done');
    expect(await deploy(image, [{ server: 'ghcr.io', identity: around.identity }])).toBe(refused);
    await grant(clients, around.vault, SECRETS_OFFICER, clients.simulator.state().deployerId, 9);
    const { token } = await clients.credential.getToken('https://vault.azure.net/.default');
    const url = 'https://kv-demo.vault.azure.net/secrets/ghcr';
    const keep = (value: string) => clients.send('PUT', `${url}?api-version=7.5`, { token, body: { value } });
    const secrets = [{ name: 'token', keyVaultUrl: url, identity: around.identity }];
    await keep('wrong');
    expect(await deploy(image, [login('ghcr.io')], secrets)).toBe(refused);
    await keep('right');
    expect(await deploy(image, [login('ghcr.io')], secrets)).toBe('done');
    const job = (registries: readonly JsonObject[]) => {
      const { identity, properties } = appBody(around, {
        template: { containers: [container(image, { probes: [] })] },
      });
      const { template, environmentId } = properties as JsonObject;
      const { containers } = template as { containers: JsonObject[] };
      const bare = containers.map(({ probes: _, ...rest }) => rest);
      const configuration = {
        ...{ triggerType: 'Manual', replicaTimeout: 60, registries: [...registries] },
        secrets: [{ name: 'token', value: 'right' }],
      };
      const body = { environmentId: environmentId ?? null, configuration, template: { containers: bare } };
      return { location: 'westeurope', identity: identity ?? null, properties: body };
    };
    const failed = await clients.finish(await clients.arm('PUT', JOB, job([])));
    expect(jsonAt(failed, 'error.message')).toContain(refused);
    expect((await clients.finish(await clients.arm('PUT', JOB, job([login('ghcr.io')])))).status).toBe('Succeeded');
  });

  it('is refused when it is not there, or for other machines only', async () => {
    const { clients, deploy } = await place();
    clients.simulator.behave({
      images: {
        'docker.io/org/arm': { platforms: ['linux/arm64'] },
        'docker.io/org/both': { platforms: ['linux/arm64', 'linux/amd64'] },
        'docker.io/library/gone:1': { isMissing: true },
        'docker.io/org/nothing': { isMissing: true },
      },
    });
    // https://github.com/microsoft-foundry/foundry-agent-webapp/issues/9
    expect(await deploy('docker.io/org/arm:1')).toBe('image OS/Arc must be linux/amd64 but found linux/arm64');
    expect(await deploy('docker.io/org/both:1')).toBe('done');
    expect(await deploy('docker.io/gone:1')).toBe(
      'GET https://index.docker.io/v2/library/gone/manifests/1: MANIFEST_UNKNOWN: manifest unknown; unknown tag=1',
    );
    // Of a repository Docker Hub does not say so.
    expect(await deploy('docker.io/org/nothing:1')).toContain('UNAUTHORIZED: authentication required');
  });

  it('is imported by who may pull it', async () => {
    const { clients, around } = await place();
    clients.simulator.behave({
      images: { 'ghcr.io/org/app': { users: { somebody: 'right' } }, 'ghcr.io/org/gone:1': { isMissing: true } },
    });
    const bring = async (sourceImage: string, credentials?: JsonObject) => {
      const source = { registryUri: 'ghcr.io', sourceImage, ...(credentials && { credentials }) };
      const body = { source, targetTags: ['app:1'], mode: 'Force' };
      return (await clients.arm('POST', `${around.registry}/importImage`, body, '2025-11-01')).status;
    };
    expect(await bring('org/app:1')).toBe(400);
    expect(await bring('org/app:1', { username: 'somebody', password: 'wrong' })).toBe(400);
    expect(await bring('org/app:1', { username: 'somebody', password: 'right' })).toBe(202);
    expect(await bring('org/gone:1')).toBe(404);
  });

  it('must have a name that is one, to be told of, and no users where nothing is private', async () => {
    const { simulator, send } = await simulatedClients();
    const told = async (images: JsonObject) =>
      (await send('POST', `https://localhost:${simulator.port}/_simulator/behaviour`, { body: { images } })).status;
    expect(await told({ 'Not An Image': {} })).toBe(400);
    expect(await told({ 'mcr.microsoft.com/org/app': { users: { somebody: 'right' } } })).toBe(400);
    expect(await told({ 'mcr.microsoft.com/org/app': { isMissing: true } })).toBe(200);
  });
});

describe('an image of another registry of Azure', () => {
  async function other(properties: JsonObject = {}) {
    const here = await place();
    const { clients } = here;
    await clients.create(OTHER, { location: 'westeurope', sku: { name: 'Standard' }, properties }, '2025-11-01');
    const version = '2025-11-01';
    const from = { source: { registryUri: 'docker.io', sourceImage: 'library/nginx:1' }, targetTags: ['app:1'] };
    await clients.finish(await clients.arm('POST', `${OTHER}/importImage`, from, version));
    return { ...here, image: 'crother.azurecr.io/app:1' };
  }
  const refused = expect.stringContaining(
    'UNAUTHORIZED: authentication required, visit https://aka.ms/acr/authorization',
  );

  it('is pulled by an identity that has AcrPull there, and by nobody else', async () => {
    const { clients, around, deploy, image } = await other();
    const entry = { server: 'crother.azurecr.io', identity: around.identity };
    expect(await deploy(image)).toEqual(refused);
    expect(await deploy(image, [entry])).toEqual(refused);
    const { body } = await clients.arm('GET', around.identity, undefined, '2024-11-30');
    await grant(clients, `${clients.group}/${OTHER}`, ACR_PULL, String(jsonAt(body, 'properties.principalId')), 8);
    expect(await deploy(image, [{ ...entry, server: 'crdemo.azurecr.io' }])).toEqual(refused);
    expect(await deploy(image, [entry])).toBe('done');
    expect(await deploy('crother.azurecr.io/app:2', [entry])).toContain('MANIFEST_UNKNOWN');
  });

  it('is pulled by its admin user with one of his passwords, while he is on', async () => {
    const { clients, deploy, image } = await other({ adminUserEnabled: true });
    const { body } = await clients.arm('POST', `${OTHER}/listCredentials`, {}, '2025-11-01');
    const [first] = (body.passwords as JsonObject[]).map(({ value }) => String(value));
    const as = (user: string, value = 'wrong') =>
      deploy(image, [login('crother.azurecr.io', user)], [{ name: 'token', value }]);
    expect(await as('crother')).toEqual(refused);
    expect(await as('somebody', first)).toEqual(refused);
    expect(await as('crother', first)).toBe('done');
    await clients.finish(await clients.arm('PATCH', OTHER, { properties: { adminUserEnabled: false } }, '2025-11-01'));
    const later = 'crother.azurecr.io/app:later';
    const again = { source: { registryUri: 'docker.io', sourceImage: 'nginx:2' }, targetTags: ['app:later'] };
    await clients.finish(await clients.arm('POST', `${OTHER}/importImage`, again, '2025-11-01'));
    const entry = login('crother.azurecr.io', 'crother');
    expect(await deploy(later, [entry], [{ name: 'token', value: first ?? '' }])).toEqual(refused);
  });

  it('is pulled by everybody where that is on', async () => {
    const { deploy, image } = await other({ anonymousPullEnabled: true });
    expect(await deploy(image)).toBe('done');
  });
});
