import { join } from 'node:path';
import { ContainerAppsAPIClient } from '@azure/arm-appcontainers';
import { createPipelineRequest, type HttpClient, type HttpMethods } from '@azure/core-rest-pipeline';
import { ClientSecretCredential } from '@azure/identity';
import { expect, onTestFinished } from 'vitest';
import { THIS_MACHINE, withTerms } from '../../../src/outbound/terms.ts';
import { createTransport } from '../../../src/outbound/transport.ts';
import { isJsonObject, type Json, type JsonObject } from '../../../src/shared/json.ts';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../../src/simulator/simulator.ts';
import type { ManualClock } from '../simulated-clock.ts';
import { tempDirectory } from '../temp.ts';
import { unwritten } from './stored-cloud.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly body: JsonObject;
}

interface RequestOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Json | Uint8Array | URLSearchParams;
  /** Sent as the bearer token instead of the deployer's; null: none. */
  readonly token?: string | null;
}

/** A simulator with a client of each kind, for one test. */
export interface SimulatedClients {
  readonly simulator: Simulator;
  readonly transport: HttpClient;
  readonly credential: ClientSecretCredential;
  readonly group: string;
  send(method: HttpMethods, url: string, options?: RequestOptions): Promise<Answer>;
  /** A request to the management plane; `path` from `/subscriptions/…` on, or below the test's group. */
  arm(method: HttpMethods, path: string, body?: Json, apiVersion?: string): Promise<Answer>;
  /** PUT and wait for the end of the operation; fails the test when it fails. */
  create(path: string, body: Json, apiVersion: string): Promise<JsonObject>;
  /** Looks at an accepted write's operation until it is over. */
  finish(answer: Answer): Promise<JsonObject>;
  containerApps(): ContainerAppsAPIClient;
}

const PROVIDERS = [
  'Microsoft.App',
  'Microsoft.ContainerRegistry',
  'Microsoft.KeyVault',
  'Microsoft.ManagedIdentity',
  'Microsoft.OperationalInsights',
  'Microsoft.Insights',
];

/** Tests ask whatever they like, also hosts that nobody answers for. */
const SIMULATED = [
  ...['com', 'net', 'org', 'io', 'dev', 'google', 'example', 'aws'].map((domain) => `https://*.${domain}`),
  // What the simulator itself is asked.
  THIS_MACHINE,
];

/** With `SIMULATOR=file` the clouds of all tests are in files, and each test ends with a look at what a kill would leave of its own. */
async function fileOfItsOwn({ stateFile }: Partial<SimulatorOptions>): Promise<string | undefined> {
  if (process.env.SIMULATOR !== 'file' || stateFile !== undefined) return undefined;
  return join(await tempDirectory(), 'cloud.json');
}

/** A manual clock goes on by itself while something is waited for, and for as long as the registration of providers takes. */
export async function simulatedClients(
  options: Partial<SimulatorOptions> & { readonly clock?: ManualClock } = {},
): Promise<SimulatedClients> {
  const stateFile = await fileOfItsOwn(options);
  const simulator = await startSimulator({
    profile: 'instant',
    ...(stateFile !== undefined && { stateFile }),
    ...options,
  });
  onTestFinished(async () => {
    if (stateFile !== undefined) expect(await unwritten(simulator, stateFile)).toEqual([]);
    await simulator.close();
  });
  const transport = withTerms(createTransport({ connectTo: simulator }), { origins: SIMULATED });
  const { tenantId, clientId, clientSecret, subscriptionId } = simulator;
  const credential = new ClientSecretCredential(tenantId, clientId, clientSecret, {
    httpClient: transport,
    disableInstanceDiscovery: true,
  });
  const group = `/subscriptions/${subscriptionId}/resourceGroups/rg-demo`;

  async function send(method: HttpMethods, url: string, { headers = {}, body, token }: RequestOptions = {}) {
    const request = createPipelineRequest({ url, method });
    for (const [name, value] of Object.entries(headers)) request.headers.set(name, value);
    if (body !== undefined) {
      const isRaw = body instanceof Uint8Array || body instanceof URLSearchParams;
      request.body = isRaw ? (body instanceof Uint8Array ? body : body.toString()) : JSON.stringify(body);
      if (!request.headers.has('content-type')) {
        const type = body instanceof URLSearchParams ? 'application/x-www-form-urlencoded' : 'application/json';
        request.headers.set('content-type', type);
      }
    }
    if (token !== undefined && token !== null) request.headers.set('authorization', `Bearer ${token}`);
    const response = await transport.sendRequest(request);
    const text = response.bodyAsText ?? '';
    return { status: response.status, headers: response.headers.toJSON(), text, body: parsed(text) };
  }

  async function arm(method: HttpMethods, path: string, body?: Json, apiVersion = '2026-01-01'): Promise<Answer> {
    const { token } = await credential.getToken('https://management.azure.com/.default');
    const id = path.startsWith('/subscriptions/') ? path : `${group}/${path}`;
    const query = id.includes('?') ? '&' : '?';
    const url = `https://management.azure.com${id}${query}api-version=${apiVersion}`;
    return await send(method, url, { token, ...(body === undefined ? {} : { body }) });
  }

  async function finish(answer: Answer): Promise<JsonObject> {
    const url = answer.headers['azure-asyncoperation'] ?? answer.headers.location;
    if (url === undefined) return answer.body;
    const { token } = await credential.getToken('https://management.azure.com/.default');
    for (let look = 0; look < 100; look += 1) {
      const { status, body } = await send('GET', url, { token });
      if (status !== 202 && !['InProgress', 'Running'].includes(String(body.status))) return body;
      options.clock?.advance(10);
    }
    throw new Error('the operation did not end');
  }

  const clients: SimulatedClients = {
    simulator,
    transport,
    credential,
    group,
    send,
    arm,
    finish,
    async create(path, body, apiVersion) {
      const answer = await arm('PUT', path, body, apiVersion);
      if (answer.status >= 300) throw new Error(`PUT ${path}: ${answer.status} ${answer.text}`);
      const result = await finish(answer);
      if (result.status === 'Failed') throw new Error(`PUT ${path}: ${JSON.stringify(result)}`);
      return (await arm('GET', path, undefined, apiVersion)).body;
    },
    containerApps: () =>
      new ContainerAppsAPIClient(credential, subscriptionId, { httpClient: transport, apiVersion: '2026-01-01' }),
  };
  for (const provider of PROVIDERS) {
    await arm('POST', `/subscriptions/${subscriptionId}/providers/${provider}/register`, undefined, '2025-04-01');
  }
  options.clock?.advance(60);
  await clients.create(group, { location: 'westeurope' }, '2025-04-01');
  return clients;
}

function parsed(text: string): JsonObject {
  // A stream of JSON lines is no JSON.
  if (!text.startsWith('{') || text.includes('}\n{')) return {};
  const value: unknown = JSON.parse(text);
  return isJsonObject(value) ? value : {};
}
