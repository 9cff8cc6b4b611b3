import type { TokenCredential } from '@azure/core-auth';
import type { HttpClient } from '@azure/core-rest-pipeline';
import { type Client, getClient, type HttpResponse } from '@azure-rest/core-client';
import { isJsonObject, type Json, type JsonObject } from '../shared/json.ts';
import { managementScope } from './credentials.ts';
import { errorOfException, errorOfResponse, retryAfterOf } from './errors.ts';
import { DEFAULT_POLL_IN_SECONDS, operationOf, pollOperation } from './operation.ts';
import type { Arm, ArmOperation, ArmReply, ArmResource, ArmWriteOptions, CloudEndpoints } from './ports.ts';

export interface ArmConnection {
  readonly cloud: CloudEndpoints;
  readonly credential: TokenCredential;
  readonly transport: HttpClient;
}

export type Method = 'GET' | 'PUT' | 'PATCH' | 'POST' | 'DELETE';

export interface ArmAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Json;
}

/** Sends one request to a path of Resource Manager, or to an absolute address of the same origin. */
export type SendArm = (
  method: Method,
  path: string,
  options: {
    readonly apiVersion?: string;
    readonly body?: JsonObject;
    readonly query?: Readonly<Record<string, string>>;
    readonly headers?: Readonly<Record<string, string>>;
    readonly repeatable?: boolean;
  },
) => Promise<ArmAnswer>;

/** Short hiccups are for the pipeline; long waits belong to the durable timer. */
const PIPELINE_RETRIES = 2;
const LONGEST_PIPELINE_DELAY_IN_MS = 2000;

/** Azure Resource Manager in its wire form: bodies as they are, errors with all their details, operations as plain data. */
export function createArm(connection: ArmConnection): Arm & { readonly send: SendArm } {
  const send = createSender(connection);

  async function write(
    method: ArmOperation['method'],
    path: string,
    apiVersion: string,
    body: JsonObject | undefined,
    options: ArmWriteOptions = {},
  ): Promise<ArmReply> {
    const answer = await send(method, path, {
      apiVersion,
      ...(body && { body }),
      ...(options.headers && { headers: options.headers }),
      repeatable: options.repeatable ?? method !== 'POST',
    });
    const correlationId = answer.headers['x-ms-correlation-request-id'];
    const operation = operationOf(method, path, apiVersion, answer);
    if (!operation)
      return { kind: 'done', status: answer.status, body: answer.body, ...(correlationId && { correlationId }) };
    return { kind: 'started', operation, retryAfterInSeconds: retryAfterOf(answer.headers) ?? DEFAULT_POLL_IN_SECONDS };
  }

  return {
    send,
    async get(path, apiVersion) {
      try {
        const { body } = await send('GET', path, { apiVersion });
        return body as ArmResource;
      } catch (error) {
        if (errorOfException(error).statusCode === 404) return undefined;
        throw error;
      }
    },
    async list(path, apiVersion, query = {}) {
      const items: ArmResource[] = [];
      let next: string | undefined = path;
      while (next !== undefined) {
        const isFirst: boolean = next === path;
        const { body }: ArmAnswer = await send('GET', next, isFirst ? { apiVersion, query } : {});
        const page: JsonObject = isJsonObject(body) ? body : {};
        if (Array.isArray(page.value)) items.push(...(page.value as ArmResource[]));
        next = typeof page.nextLink === 'string' && page.nextLink !== '' ? page.nextLink : undefined;
      }
      return items;
    },
    put: (path, apiVersion, body, options) => write('PUT', path, apiVersion, body, options),
    patch: (path, apiVersion, body, options) => write('PATCH', path, apiVersion, body, options),
    post: (path, apiVersion, body, options) => write('POST', path, apiVersion, body, options),
    delete: (path, apiVersion) => write('DELETE', path, apiVersion, undefined),
    poll: (operation) => pollOperation(send, operation),
  };
}

function createSender({ cloud, credential, transport }: ArmConnection): SendArm {
  const origin = new URL(cloud.resourceManager).origin;
  const clientWith = (maxRetries: number): Client =>
    getClient(cloud.resourceManager, credential, {
      credentials: { scopes: [managementScope(cloud)] },
      httpClient: transport,
      retryOptions: { maxRetries, retryDelayInMs: 300, maxRetryDelayInMs: LONGEST_PIPELINE_DELAY_IN_MS },
      userAgentOptions: { userAgentPrefix: 'draftgenie-deploy' },
    });
  const patient = clientWith(PIPELINE_RETRIES);
  const once = clientWith(0);

  return async (method, path, { apiVersion, body, query, headers, repeatable = true }) => {
    const url = new URL(path, origin);
    // The request carries our token: it goes nowhere else, whatever address an answer named.
    if (url.origin !== origin) throw new Error(`refused to send a token to ${url.origin}`);
    const parameters = {
      queryParameters: {
        ...Object.fromEntries(url.searchParams),
        ...query,
        ...(apiVersion && { 'api-version': apiVersion }),
      },
      headers: { accept: 'application/json', ...headers },
      ...(body && { body, contentType: 'application/json' }),
    };
    const route = (repeatable ? patient : once).pathUnchecked(url.pathname);
    let response: HttpResponse;
    try {
      response = await route[METHODS[method]](parameters);
    } catch (error) {
      throw errorOfException(error);
    }
    const status = Number(response.status);
    const answerHeaders = response.headers as Readonly<Record<string, string>>;
    if (status >= 400) throw errorOfResponse(status, answerHeaders, response.body);
    return { status, headers: answerHeaders, body: (response.body ?? null) as Json };
  };
}

const METHODS = { GET: 'get', PUT: 'put', PATCH: 'patch', POST: 'post', DELETE: 'delete' } as const;
