import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../src/shared/json.ts';
import { APP, EVERY_TYPE, everyType, JOB } from '../../../helpers/cloud/every-type.ts';
import { type Answer, type SimulatedClients, simulatedClients } from '../../../helpers/cloud/simulated-clients.ts';
import { createSurroundings } from '../../../helpers/simulated-application.ts';
import { manualClock } from '../../../helpers/simulated-clock.ts';

const IDENTITY = 'providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-demo';
const IDENTITIES = '2024-11-30';
const GROUPS = '2025-04-01';
const ASSIGNMENTS = '2022-04-01';
const DIAGNOSTICS = '2021-05-01-preview';
const location = 'westeurope';

const codeOf = ({ body }: Answer) => (body.error as JsonObject | undefined)?.code;
const outcome = (answer: Answer) => codeOf(answer) ?? answer.status;
const stateOf = ({ body }: Answer) => (body.properties as JsonObject | undefined)?.provisioningState;

/** Realistic, by a clock that only tests move: what is seen while a deletion is under way. */
async function slowly(): Promise<{ clients: SimulatedClients; clock: ReturnType<typeof manualClock> }> {
  const clock = manualClock();
  return { clients: await simulatedClients({ profile: 'realistic', speed: 1, clock }), clock };
}

describe('a deletion', () => {
  // 200 of what is done at once, 202 with addresses of an operation else; as the operations of the official clients have it.
  it.each([
    ['app', APP, '2026-01-01', 202],
    ['job', JOB, '2026-01-01', 202],
    ['database', EVERY_TYPE.database, '2025-08-01', 202],
    ['firewall rule', EVERY_TYPE.rule, '2025-08-01', 202],
    ['administrator', EVERY_TYPE.administrator, '2025-08-01', 202],
    ['server', EVERY_TYPE.server, '2025-08-01', 202],
    ['managed cache', EVERY_TYPE.redis, '2025-07-01', 202],
    ['classic cache', EVERY_TYPE.classicRedis, '2024-11-01', 202],
    ['registry', EVERY_TYPE.registry, '2025-11-01', 202],
    ['workspace', EVERY_TYPE.workspace, '2026-03-01', 202],
    ['vault', EVERY_TYPE.vault, '2026-02-01', 200],
    ['identity', EVERY_TYPE.identity, IDENTITIES, 200],
    ['component', EVERY_TYPE.insights, '2020-02-02', 200],
    ['diagnostic setting', EVERY_TYPE.diagnostics, DIAGNOSTICS, 200],
    ['role assignment', EVERY_TYPE.assignment, ASSIGNMENTS, 200],
  ])(
    'of the %s is answered as Azure does, is over in the end, and is 204 when repeated',
    async (_, path = '', version, status) => {
      const clients = await everyType();
      const answer = await clients.arm('DELETE', path, undefined, version);
      expect([answer.status, 'azure-asyncoperation' in answer.headers, 'location' in answer.headers]).toEqual([
        status,
        status === 202,
        status === 202,
      ]);
      await clients.finish(answer);
      expect((await clients.arm('GET', path, undefined, version)).status).toBe(404);
      const again = await clients.arm('DELETE', path, undefined, version);
      expect([again.status, again.text]).toEqual([204, '']);
    },
  );

  it('of a role assignment answers what it was', async () => {
    const clients = await everyType();
    const { body } = await clients.arm('DELETE', EVERY_TYPE.assignment ?? '', undefined, ASSIGNMENTS);
    expect(body).toMatchObject({ type: 'Microsoft.Authorization/roleAssignments', properties: {} });
  });

  it('of a server parameter does not exist', async () => {
    const clients = await everyType();
    expect((await clients.arm('DELETE', EVERY_TYPE.parameter ?? '', undefined, '2025-08-01')).status).toBe(405);
    expect((await clients.arm('GET', EVERY_TYPE.parameter ?? '', undefined, '2025-08-01')).status).toBe(200);
  });

  it('in a group that is not there, of a child without its parent, and of no group is 404', async () => {
    const { arm, group, simulator } = await simulatedClients();
    const none = group.replace('rg-demo', 'rg-none');
    for (const namespace of ['Microsoft.DBforPostgreSQL']) {
      await arm('POST', `/subscriptions/${simulator.subscriptionId}/providers/${namespace}/register`);
    }
    expect(codeOf(await arm('DELETE', `${none}/${IDENTITY}`, undefined, IDENTITIES))).toBe('ResourceGroupNotFound');
    expect(codeOf(await arm('DELETE', none, undefined, GROUPS))).toBe('ResourceGroupNotFound');
    const child = 'providers/Microsoft.DBforPostgreSQL/flexibleServers/pg-none/databases/app';
    expect(codeOf(await arm('DELETE', child, undefined, '2025-08-01'))).toBe('ParentResourceNotFound');
  });

  it.each([
    ['Microsoft.App/managedEnvironments/cae-demo', '2026-01-01', {}, 'ScheduledForDelete'],
    ['Microsoft.ContainerRegistry/registries/crdemo', '2025-11-01', { sku: { name: 'Basic' } }, 'Deleting'],
  ])('is seen while it is under way, and nothing is written meanwhile: %s', async (name, version, rest, seen) => {
    const { clients, clock } = await slowly();
    const body = { location, properties: {}, ...rest };
    const path = `providers/${name}`;
    await clients.create(path, body, version);
    const begun = await clients.arm('DELETE', path, undefined, version);
    expect(stateOf(await clients.arm('GET', path, undefined, version))).toBe(seen);
    const writes = [
      await clients.arm('PUT', path, body, version),
      await clients.arm('PATCH', path, { tags: { a: 'b' } }, version),
      await clients.arm('DELETE', path, undefined, version),
    ];
    expect(writes.map(({ status }) => status)).toEqual([409, 409, 409]);
    clock.advance(300);
    await clients.finish(begun);
    expect((await clients.arm('PUT', path, body, version)).status).toBe(201);
  });

  it('of a server says that it is dropping', async () => {
    const { clients, clock } = await slowly();
    await clients.arm(
      'POST',
      `/subscriptions/${clients.simulator.subscriptionId}/providers/Microsoft.DBforPostgreSQL/register`,
    );
    clock.advance(60);
    await makeServer(clients);
    await clients.arm('DELETE', SERVER, undefined, SERVERS);
    expect((await clients.arm('GET', SERVER, undefined, SERVERS)).body).toMatchObject({
      properties: { state: 'Dropping' },
    });
  });
});

const SERVER = 'providers/Microsoft.DBforPostgreSQL/flexibleServers/pg-demo';
const SERVERS = '2025-08-01';

async function makeServer(clients: SimulatedClients, path = SERVER, changes: JsonObject = {}): Promise<JsonObject> {
  const properties = {
    version: '16',
    administratorLogin: 'owner',
    administratorLoginPassword: 'Secret-1234',
    ...changes,
  };
  const sku = { name: 'Standard_D2ds_v5', tier: 'GeneralPurpose' };
  return await clients.create(path, { location, sku, properties }, SERVERS);
}

describe('what goes with a resource', () => {
  const GRANT = '33333333-3333-5333-8333-333333333333';

  async function granted(): Promise<{ clients: SimulatedClients; onVault: string; onGroup: string }> {
    const clients = await everyType();
    const { body } = await clients.arm('GET', IDENTITY, undefined, IDENTITIES);
    const { principalId = '' } = body.properties as { principalId?: string };
    const role = `/subscriptions/${clients.simulator.subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7`;
    const onGroup = `providers/Microsoft.Authorization/roleAssignments/${GRANT}`;
    await clients.create(onGroup, { properties: { principalId, roleDefinitionId: role } }, ASSIGNMENTS);
    return { clients, onGroup, onVault: EVERY_TYPE.assignment ?? '' };
  }

  it('are the role assignments at its scope, and no others', async () => {
    const { clients, onVault, onGroup } = await granted();
    await clients.arm('DELETE', EVERY_TYPE.vault ?? '', undefined, '2026-02-01');
    expect((await clients.arm('GET', onVault, undefined, ASSIGNMENTS)).status).toBe(404);
    expect((await clients.arm('GET', onGroup, undefined, ASSIGNMENTS)).status).toBe(200);
  });

  it('is no role assignment of an identity: it stays, with a principal that nobody knows', async () => {
    const { clients, onGroup } = await granted();
    await clients.arm('DELETE', IDENTITY, undefined, IDENTITIES);
    const { body } = await clients.arm('GET', onGroup, undefined, ASSIGNMENTS);
    const properties = body.properties as JsonObject;
    const again = await clients.arm('PUT', onGroup, { properties }, ASSIGNMENTS);
    expect(codeOf(again)).toBe('PrincipalNotFound');
    await clients.create(IDENTITY, { location }, IDENTITIES);
    const remade = (await clients.arm('GET', IDENTITY, undefined, IDENTITIES)).body.properties as JsonObject;
    expect(remade.principalId).not.toBe(properties.principalId);
  });

  it('are its children', async () => {
    const clients = await everyType();
    await clients.finish(await clients.arm('DELETE', EVERY_TYPE.server ?? '', undefined, SERVERS));
    const ids = Object.keys(clients.simulator.state().resources);
    expect(ids.filter((id) => id.includes('/flexibleservers/'))).toEqual([]);
  });

  it('are diagnostic settings only until somebody makes the resource again', async () => {
    const clients = await everyType();
    for (const path of [APP, JOB, EVERY_TYPE.environment ?? '']) {
      await clients.finish(await clients.arm('DELETE', path));
    }
    const setting = EVERY_TYPE.diagnostics ?? '';
    expect((await clients.arm('GET', setting, undefined, DIAGNOSTICS)).status).toBe(404);
    await clients.create(EVERY_TYPE.environment ?? '', { location, properties: {} }, '2026-01-01');
    expect((await clients.arm('GET', setting, undefined, DIAGNOSTICS)).status).toBe(200);
    await clients.arm('DELETE', setting, undefined, DIAGNOSTICS);
    await clients.finish(await clients.arm('DELETE', EVERY_TYPE.environment ?? ''));
    await clients.create(EVERY_TYPE.environment ?? '', { location, properties: {} }, '2026-01-01');
    expect((await clients.arm('GET', setting, undefined, DIAGNOSTICS)).status).toBe(404);
  });
});

describe('a deletion is refused', () => {
  it('of an environment with apps, then with jobs in it, with their number', async () => {
    const clients = await everyType();
    const environment = EVERY_TYPE.environment ?? '';
    const refusal = async () => (await clients.arm('DELETE', environment)).body.error as JsonObject;
    expect(await refusal()).toEqual({
      code: 'ManagedEnvironmentHasContainerApps',
      message: 'The specified environment cae-demo cannot be deleted because it still contains 1 ContainerApps.',
    });
    await clients.finish(await clients.arm('DELETE', APP));
    expect(await refusal()).toMatchObject({ code: 'ManagedEnvironmentHasContainerAppsJobs' });
    await clients.finish(await clients.arm('DELETE', JOB));
    expect((await clients.arm('DELETE', environment)).status).toBe(202);
  });

  it('of a server with replicas, until they are gone', async () => {
    const clients = await everyType();
    await makeServer(clients, SERVER.replace('pg-demo', 'pg-primary'));
    const primary = `${clients.group}/${SERVER.replace('pg-demo', 'pg-primary')}`;
    const replica = SERVER.replace('pg-demo', 'pg-replica');
    const properties = { createMode: 'Replica', sourceServerResourceId: primary };
    await clients.create(replica, { location, properties }, SERVERS);
    expect((await clients.arm('GET', replica, undefined, SERVERS)).body).toMatchObject({
      properties: { replicationRole: 'AsyncReplica' },
    });
    expect((await clients.arm('DELETE', primary, undefined, SERVERS)).status).toBe(409);
    await clients.finish(await clients.arm('DELETE', replica, undefined, SERVERS));
    expect((await clients.arm('DELETE', primary, undefined, SERVERS)).status).toBe(202);
  });

  it('of a replica of what is not there, or is burstable, at its making', async () => {
    const clients = await everyType();
    const replica = SERVER.replace('pg-demo', 'pg-replica');
    const of = async (sourceServerResourceId: string) =>
      outcome(
        await clients.arm(
          'PUT',
          replica,
          { location, properties: { createMode: 'Replica', sourceServerResourceId } },
          SERVERS,
        ),
      );
    expect(await of(`${clients.group}/${SERVER.replace('pg-demo', 'pg-none')}`)).toBe('InvalidParameterValue');
    expect(await of(`${clients.group}/${SERVER}`)).toBe('InvalidParameterValue');
  });
});

describe('a deletion is not refused', () => {
  it('of an identity that an app pulls by: the next pull fails', async () => {
    const clients = await everyType();
    clients.simulator.behave({ tellsOutages: true });
    expect((await clients.arm('DELETE', IDENTITY, undefined, IDENTITIES)).status).toBe(200);
    expect(clients.simulator.requests().at(-1)).toMatchObject({
      outages: [expect.stringContaining('a new replica could not pull')],
    });
  });

  it('of a workspace that a component sends to, and of a registry that apps pull from', async () => {
    const clients = await everyType();
    await clients.finish(await clients.arm('DELETE', EVERY_TYPE.workspace ?? '', undefined, '2026-03-01'));
    await clients.finish(await clients.arm('DELETE', EVERY_TYPE.registry ?? '', undefined, '2025-11-01'));
    expect((await clients.arm('GET', EVERY_TYPE.insights ?? '', undefined, '2020-02-02')).status).toBe(200);
    expect((await clients.arm('GET', APP)).status).toBe(200);
  });
});

describe('a group that is deleted', () => {
  it('goes in the order of what needs what, and takes no writes meanwhile', async () => {
    const { clients, clock } = await slowly();
    await createSurroundings(clients);
    clock.advance(600);
    const { environment, registry, identity } = EVERY_TYPE as Record<string, string>;
    const app = {
      location,
      identity: { type: 'UserAssigned', userAssignedIdentities: { [`${clients.group}/${identity}`]: {} } },
      properties: {
        environmentId: `${clients.group}/${environment}`,
        template: { containers: [{ name: 'app', image: 'docker.io/library/nginx:1' }] },
      },
    };
    await clients.create(APP, app, '2026-01-01');
    const begun = await clients.arm('DELETE', clients.group, undefined, GROUPS);
    expect(begun.status).toBe(202);
    const there = async () => {
      const found = [];
      for (const [path = '', version = ''] of [
        [APP, '2026-01-01'],
        [environment, '2026-01-01'],
        [identity, IDENTITIES],
      ]) {
        found.push((await clients.arm('GET', path, undefined, version)).status === 200);
      }
      return found;
    };
    expect(await there()).toEqual([true, true, true]);
    clock.advance(61);
    expect(await there()).toEqual([false, true, true]);
    expect(stateOf(await clients.arm('GET', clients.group, undefined, GROUPS))).toBe('Deleting');
    const writes = [
      await clients.arm('PUT', registry ?? '', { location, sku: { name: 'Basic' } }, '2025-11-01'),
      await clients.arm('PATCH', identity ?? '', { tags: { a: 'b' } }, IDENTITIES),
      await clients.arm('PUT', clients.group, { location }, GROUPS),
      await clients.arm('DELETE', clients.group, undefined, GROUPS),
    ];
    expect(writes.map(outcome)).toEqual(Array(4).fill('ResourceGroupBeingDeleted'));
    clock.advance(60);
    expect((await clients.arm('GET', clients.group, undefined, GROUPS)).status).toBe(404);
    expect(Object.keys(clients.simulator.state().deletedVaults)).toHaveLength(1);
  });

  it('fails and is as before when something in it is needed from outside; what went is gone', async () => {
    const clients = await everyType();
    const other = `/subscriptions/${clients.simulator.subscriptionId}/resourceGroups/rg-other`;
    await clients.create(other, { location }, GROUPS);
    const app = {
      location,
      properties: {
        environmentId: `${clients.group}/${EVERY_TYPE.environment}`,
        template: { containers: [{ name: 'app', image: 'docker.io/library/nginx:1' }] },
      },
    };
    await clients.create(`${other}/providers/Microsoft.App/containerApps/elsewhere`, app, '2026-01-01');
    const begun = await clients.arm('DELETE', clients.group, undefined, GROUPS);
    const ended = await clients.finish(begun);
    expect(ended).toMatchObject({
      error: {
        code: 'ResourceGroupDeletionBlocked',
        message: expect.stringContaining("'Microsoft.App/managedEnvironments/cae-demo' could not be deleted"),
        details: [{ target: `${clients.group}/${EVERY_TYPE.environment}` }],
      },
    });
    expect(stateOf(await clients.arm('GET', clients.group, undefined, GROUPS))).toBe('Succeeded');
    expect((await clients.arm('GET', APP)).status).toBe(404);
    expect((await clients.arm('GET', EVERY_TYPE.environment ?? '')).status).toBe(200);
  });
});

describe('a deletion that goes wrong', () => {
  it('hangs for ever, and is seen so', async () => {
    const { clients, clock } = await slowly();
    await clients.create(
      'providers/Microsoft.App/managedEnvironments/cae-demo',
      { location, properties: {} },
      '2026-01-01',
    );
    clients.simulator.addFault({ match: { method: 'DELETE' }, nth: 1, fault: { kind: 'neverEndingOperation' } });
    await clients.arm('DELETE', 'providers/Microsoft.App/managedEnvironments/cae-demo');
    clock.advance(3000);
    expect(stateOf(await clients.arm('GET', 'providers/Microsoft.App/managedEnvironments/cae-demo'))).toBe(
      'ScheduledForDelete',
    );
  });

  it('fails in the middle, leaves the resource Failed, and can be begun anew', async () => {
    const clients = await everyType();
    const fault = { kind: 'failOperation', code: 'InternalServerError', message: 'no' } as const;
    clients.simulator.addFault({ match: { method: 'DELETE', path: 'crdemo$' }, nth: 1, fault });
    const registry = EVERY_TYPE.registry ?? '';
    const ended = await clients.finish(await clients.arm('DELETE', registry, undefined, '2025-11-01'));
    expect(ended).toMatchObject({ status: 'Failed', error: { code: 'InternalServerError' } });
    expect(stateOf(await clients.arm('GET', registry, undefined, '2025-11-01'))).toBe('Failed');
    await clients.finish(await clients.arm('DELETE', registry, undefined, '2025-11-01'));
    expect((await clients.arm('GET', registry, undefined, '2025-11-01')).status).toBe(404);
  });

  it('of a group fails in the middle: some of it is gone, and the group is as before', async () => {
    const clients = await everyType();
    const fault = { kind: 'failOperation', code: 'InternalServerError', message: 'no' } as const;
    clients.simulator.addFault({ match: { method: 'DELETE', path: 'rg-demo$' }, nth: 1, fault });
    await clients.finish(await clients.arm('DELETE', clients.group, undefined, GROUPS));
    expect(stateOf(await clients.arm('GET', clients.group, undefined, GROUPS))).toBe('Succeeded');
    expect((await clients.arm('GET', APP)).status).toBe(404);
    expect((await clients.arm('GET', IDENTITY, undefined, IDENTITIES)).status).toBe(200);
  });

  it.each([
    ['at once', IDENTITY, IDENTITIES],
    ['in an operation', 'providers/Microsoft.ContainerRegistry/registries/crdemo', '2025-11-01'],
  ])('succeeds %s, and somebody else makes the resource again without our tags', async (_, path, version) => {
    const clients = await everyType();
    await clients.arm('PATCH', path, { tags: { mine: 'yes' } }, version);
    clients.simulator.addFault({
      match: { method: 'DELETE' },
      nth: 1,
      fault: { kind: 'comesBack', tags: { owner: 'somebody else' } },
    });
    await clients.finish(await clients.arm('DELETE', path, undefined, version));
    const { status, body } = await clients.arm('GET', path, undefined, version);
    expect([status, body.tags]).toEqual([200, { owner: 'somebody else' }]);
    await clients.finish(await clients.arm('DELETE', path, undefined, version));
    expect((await clients.arm('GET', path, undefined, version)).status).toBe(404);
  });
});
