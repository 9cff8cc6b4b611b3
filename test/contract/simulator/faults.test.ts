import { createHttpHeaders, createPipelineRequest } from '@azure/core-rest-pipeline';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/shared/json.ts';
import type { FaultRule } from '../../../src/simulator/faults.ts';
import { type SimulatedClients, simulatedClients } from '../../helpers/cloud/simulated-clients.ts';
import { manualClock } from '../../helpers/simulated-clock.ts';

const IDENTITY = 'providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-demo';
const IDENTITY_VERSION = '2024-11-30';
const ENVIRONMENT = 'providers/Microsoft.App/managedEnvironments/cae-demo';
const location = 'westeurope';

/** A PUT of an identity that goes wrong, and whether the identity is there afterwards. */
async function put(fault: FaultRule['fault']) {
  const { arm, simulator } = await simulatedClients();
  simulator.addFault({ match: { method: 'PUT', path: 'id-demo$' }, nth: 1, fault });
  const answer = await arm('PUT', IDENTITY, { location }, IDENTITY_VERSION).catch((error: Error) => error);
  const { status } = await arm('GET', IDENTITY, undefined, IDENTITY_VERSION);
  return {
    answer,
    isThere: status === 200,
    log: simulator.requests().find(({ method, path }) => method === 'PUT' && path.endsWith('id-demo')),
  };
}

describe('a request that goes wrong', () => {
  it.each<[string, FaultRule['fault'], object, boolean]>([
    [
      'is throttled with a time',
      { kind: 'status', status: 429, retryAfterInSeconds: 7 },
      { status: 429, headers: { 'retry-after': '7' } },
      false,
    ],
    ['is throttled without one', { kind: 'status', status: 429 }, { status: 429 }, false],
    ['meets an error before it had an effect', { kind: 'status', status: 500 }, { status: 500 }, false],
    ['meets an error after it', { kind: 'status', status: 500, afterEffect: true }, { status: 500 }, true],
    [
      'conflicts',
      { kind: 'status', status: 409, code: 'AnotherOperationInProgress' },
      { status: 409, body: { error: { code: 'AnotherOperationInProgress' } } },
      false,
    ],
    [
      'meets a proxy',
      { kind: 'status', status: 502, body: '<html>Bad Gateway</html>' },
      { status: 502, text: '<html>Bad Gateway</html>', headers: { 'content-type': 'text/html' } },
      false,
    ],
  ])('%s', async (_, fault, expected, isThere) => {
    expect(await put(fault)).toMatchObject({ answer: expected, isThere });
  });

  it.each([
    ['before', false],
    ['after', true],
  ])('loses its connection %s its effect', async (_, afterEffect) => {
    const { answer, isThere, log } = await put({ kind: 'reset', afterEffect });
    expect(answer).toBeInstanceOf(Error);
    expect([isThere, log?.status]).toEqual([afterEffect, 0]);
  });

  it.each<[string, FaultRule['fault'], boolean, number]>([
    ['is never answered, before its effect', { kind: 'silence' }, false, 0],
    ['is never answered, after it', { kind: 'silence', afterEffect: true }, true, 0],
    ['is answered half', { kind: 'half' }, true, 201],
    ['is answered a byte at a time', { kind: 'trickle' }, true, 201],
  ])('%s', async (_, fault, isThere, status) => {
    const { arm, simulator, credential, transport, group } = await simulatedClients();
    simulator.addFault({ match: { method: 'PUT', path: 'id-demo$' }, nth: 1, fault });
    const { token } = await credential.getToken('https://management.azure.com/.default');
    const asking = transport.sendRequest(
      createPipelineRequest({
        url: `https://management.azure.com${group}/${IDENTITY}?api-version=${IDENTITY_VERSION}`,
        method: 'PUT',
        headers: createHttpHeaders({ authorization: `Bearer ${token}`, 'content-type': 'application/json' }),
        body: JSON.stringify({ location }),
        timeout: 500,
      }),
    );
    await expect(asking).rejects.toThrow('no answer from management.azure.com');
    expect((await arm('GET', IDENTITY, undefined, IDENTITY_VERSION)).status === 200).toBe(isThere);
    expect(simulator.requests().find(({ method, path }) => method === 'PUT' && path.endsWith('id-demo'))?.status).toBe(
      status,
    );
  });

  it('is answered with half of its JSON', async () => {
    const { arm, simulator, send, credential } = await simulatedClients();
    await arm('PUT', IDENTITY, { location }, IDENTITY_VERSION);
    simulator.addFault({ match: { method: 'GET', path: 'id-demo$' }, fault: { kind: 'truncate' } });
    const { token } = await credential.getToken('https://management.azure.com/.default');
    const url = `https://management.azure.com${simulator.requests().at(-1)?.path}?api-version=${IDENTITY_VERSION}`;
    await expect(send('GET', url, { token })).rejects.toThrow(SyntaxError);
    simulator.clearFaults();
    expect((await send('GET', url, { token })).status).toBe(200);
  });

  it('is answered too shortly, also where the answer would have named its length', async () => {
    const { send, simulator } = await simulatedClients();
    simulator.addFault({ match: { host: 'quay.io' }, fault: { kind: 'truncate' } });
    await expect(send('GET', 'https://quay.io/v2/org/app/manifests/1')).rejects.toThrow(SyntaxError);
  });
});

describe('an operation that goes wrong', () => {
  async function started(fault: FaultRule['fault']) {
    const clock = manualClock();
    const clients = await simulatedClients({ profile: 'realistic', speed: 1, clock });
    clients.simulator.addFault({ match: { method: 'PUT', path: 'cae-demo$' }, nth: 1, fault });
    const { headers } = await clients.arm('PUT', ENVIRONMENT, { location, properties: {} });
    return { clients, clock, look: () => operationAt(clients, headers['azure-asyncoperation'] ?? '') };
  }

  async function operationAt({ send, credential }: SimulatedClients, url: string) {
    const { token } = await credential.getToken('https://management.azure.com/.default');
    const { status, body } = await send('GET', url, { token });
    return [status, body.status];
  }

  const stateOf = async ({ arm }: SimulatedClients) =>
    ((await arm('GET', ENVIRONMENT)).body.properties as JsonObject).provisioningState;

  it('fails in the end', async () => {
    const { clients, clock, look } = await started({ kind: 'failOperation', code: 'Broken', message: 'told to' });
    expect(await look()).toEqual([200, 'InProgress']);
    clock.advance(61);
    expect([await look(), await stateOf(clients)]).toEqual([[200, 'Failed'], 'Failed']);
  });

  it('takes longer', async () => {
    const { clock, look } = await started({ kind: 'slowOperation', seconds: 300 });
    clock.advance(299);
    expect(await look()).toEqual([200, 'InProgress']);
    clock.advance(2);
    expect(await look()).toEqual([200, 'Succeeded']);
  });

  it('never ends, until the resource is deleted with its group', async () => {
    const { clients, clock, look } = await started({ kind: 'neverEndingOperation' });
    clock.advance(3000);
    expect(await look()).toEqual([200, 'InProgress']);
    expect([await stateOf(clients), (await clients.arm('DELETE', ENVIRONMENT)).status]).toEqual(['Creating', 409]);
    await clients.finish(await clients.arm('DELETE', clients.group, undefined, '2025-04-01'));
    expect((await clients.arm('GET', ENVIRONMENT)).status).toBe(404);
  });

  it('is forgotten, though its work is done', async () => {
    const { clients, clock, look } = await started({ kind: 'vanishOperation' });
    expect((await look())[0]).toBe(404);
    clock.advance(61);
    expect(await stateOf(clients)).toBe('Succeeded');
  });
});
