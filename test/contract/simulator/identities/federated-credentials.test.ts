import { describe, expect, it } from 'vitest';
import { type JsonObject, jsonAt } from '../../../../src/shared/json.ts';
import { type Answer, type SimulatedClients, simulatedClients } from '../../../helpers/cloud/simulated-clients.ts';
import { manualClock } from '../../../helpers/simulated-clock.ts';

const IDENTITY = 'providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-ci';
const VERSION = '2024-11-30';
const TRUSTED = {
  issuer: 'https://token.actions.githubusercontent.com',
  subject: 'repo:org@1/repo@2:environment:production',
  audiences: ['api://AzureADTokenExchange'],
};
const said = ({ status, body }: Answer) => jsonAt(body, 'error.code') ?? status;

const put = ({ arm }: SimulatedClients, name: string, changes: JsonObject = {}) =>
  arm('PUT', `${IDENTITY}/federatedIdentityCredentials/${name}`, { properties: { ...TRUSTED, ...changes } }, VERSION);

async function withIdentity(options: Parameters<typeof simulatedClients>[0] = {}) {
  const clients = await simulatedClients(options);
  const { properties } = await clients.create(IDENTITY, { location: 'westeurope' }, VERSION);
  return { clients, clientId: String((properties as JsonObject).clientId) };
}

async function signIn(clients: SimulatedClients, client_id: string, claims: JsonObject): Promise<Answer> {
  const { simulator, send } = clients;
  const { body } = await send('POST', `https://localhost:${simulator.port}/_simulator/assertions`, { body: claims });
  const form = {
    client_id,
    grant_type: 'client_credentials',
    scope: 'https://management.azure.com/.default',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: String(body.assertion),
  };
  const url = `https://login.microsoftonline.com/${simulator.tenantId}/oauth2/v2.0/token`;
  return await send('POST', url, { body: new URLSearchParams(form) });
}

describe('a federated credential of an identity', () => {
  it('exchanges the token of its issuer, subject and audience, and none of others', async () => {
    const { clients, clientId } = await withIdentity();
    expect(said(await put(clients, 'production'))).toBe(201);
    const claims = { iss: TRUSTED.issuer, sub: TRUSTED.subject, aud: TRUSTED.audiences[0] ?? '' };
    const token = await signIn(clients, clientId, claims);
    expect([token.status, token.body.token_type]).toEqual([200, 'Bearer']);
    const group = await clients.send('GET', `https://management.azure.com${clients.group}?api-version=2025-04-01`, {
      token: String(token.body.access_token),
    });
    expect(said(group)).toBe('AuthorizationFailed');
    const refusals = [
      { iss: 'https://elsewhere.example' },
      { sub: 'repo:org/repo:environment:production' },
      { aud: 'api://other' },
    ];
    const numbers = [];
    for (const change of refusals) {
      const { body } = await signIn(clients, clientId, { ...claims, ...change });
      numbers.push(/AADSTS\d+/.exec(String(body.error_description))?.[0]);
    }
    expect(numbers).toEqual(['AADSTS700211', 'AADSTS700213', 'AADSTS700212']);
  });

  it('is refused for the same issuer and subject, for two audiences, and beyond the twentieth', async () => {
    const { clients } = await withIdentity();
    for (let number = 0; number < 20; number += 1) {
      expect(said(await put(clients, `number-${number}`, { subject: `repo:org/repo:ref:${number}` }))).toBe(201);
    }
    expect(said(await put(clients, 'number-20', { subject: 'repo:org/repo:ref:20' }))).toBe('BadRequest');
    expect(said(await put(clients, 'number-1', { subject: 'repo:org/repo:ref:0' }))).toBe('Conflict');
    expect(said(await put(clients, 'number-1', { audiences: ['a', 'b'] }))).toBe('BadRequest');
  });

  it('is written alone, and is known a while later', async () => {
    const clock = manualClock();
    const { clients, clientId } = await withIdentity({ profile: 'realistic', speed: 1, clock });
    expect(said(await put(clients, 'one'))).toBe(201);
    expect(said(await put(clients, 'two', { subject: 'other' }))).toBe(
      'ConcurrentFederatedIdentityCredentialsWritesForSingleManagedIdentity',
    );
    const claims = { iss: TRUSTED.issuer, sub: TRUSTED.subject, aud: TRUSTED.audiences[0] ?? '' };
    expect((await signIn(clients, clientId, claims)).status).toBe(401);
    clock.advance(40);
    expect((await signIn(clients, clientId, claims)).status).toBe(200);
    expect(said(await put(clients, 'two', { subject: 'other' }))).toBe(201);
  });
});
