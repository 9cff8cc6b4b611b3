import { randomUUID } from 'node:crypto';
import type { TokenCredential } from '@azure/core-auth';
import {
  createHttpHeaders,
  createPipelineRequest,
  type HttpClient,
  type PipelineResponse,
} from '@azure/core-rest-pipeline';
import { type Client, getClient } from '@azure-rest/core-client';
import { withTerms } from '../outbound/terms.ts';
import { isJsonObject, type JsonObject } from '../shared/json.ts';
import type { ArmAnswer, SendArm } from './arm-request.ts';
import { clientOptions } from './client-options.ts';
import { managementTerms } from './client-terms.ts';
import { managementScope } from './credentials.ts';
import { AzureError, aboutResource, errorOfException, errorOfResponse } from './errors.ts';
import { jsonOf } from './json-answer.ts';
import { nextLook, operationOf, pollOperation } from './operation.ts';
import { armPages } from './pages.ts';
import type { Arm, ArmOperation, ArmReply, ArmResource, ArmWriteOptions, CloudEndpoints } from './ports.ts';

export interface ArmConnection {
  readonly cloud: CloudEndpoints;
  readonly credential: TokenCredential;
  readonly transport: HttpClient;
}

/** Azure Resource Manager in its wire form: bodies as they are, errors with all their details, operations as plain data. */
export function createArm(connection: ArmConnection): Arm & { readonly send: SendArm } {
  const send = createSender(connection);

  /** Deleting what does not exist succeeds: somebody else was first, or the answer to our first attempt was lost. */
  async function sendWrite(...[method, ...rest]: Parameters<SendArm>): Promise<ArmAnswer> {
    try {
      return await send(method, ...rest);
    } catch (error) {
      if (method !== 'DELETE' || errorOfException(error).statusCode !== 404) throw error;
      return { status: 204, headers: {}, body: null };
    }
  }

  async function write(
    method: ArmOperation['method'],
    path: string,
    apiVersion: string,
    body: JsonObject | undefined,
    options: ArmWriteOptions = {},
  ): Promise<ArmReply> {
    const answer = await sendWrite(method, path, {
      apiVersion,
      ...(body && { body }),
      ...(options.headers && { headers: options.headers }),
      repeatable: options.repeatable ?? method !== 'POST',
    });
    const correlationId = answer.headers['x-ms-correlation-request-id'];
    const operation = operationOf(method, path, apiVersion, answer);
    if (!operation)
      return { kind: 'done', status: answer.status, body: answer.body, ...(correlationId && { correlationId }) };
    return { kind: 'started', operation, ...nextLook(operation, answer) };
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
      for await (const { value } of armPages(pagesOf(send, path, { apiVersion, query }), nextLinkOf)) {
        if (Array.isArray(value)) for (const item of value) items.push(item as ArmResource);
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

async function* pagesOf(
  send: SendArm,
  path: string,
  first: { readonly apiVersion: string; readonly query: Readonly<Record<string, string>> },
): AsyncGenerator<JsonObject> {
  for (let next: string | undefined = path; next !== undefined; ) {
    const { body }: ArmAnswer = await send('GET', next, next === path ? first : {});
    const page: JsonObject = isJsonObject(body) ? body : {};
    yield page;
    next = nextLinkOf(page);
  }
}

function nextLinkOf({ nextLink }: JsonObject): string | undefined {
  return typeof nextLink === 'string' && nextLink !== '' ? nextLink : undefined;
}

function createSender({ cloud, credential, transport }: ArmConnection): SendArm {
  const origin = new URL(cloud.resourceManager).origin;
  const clientWith = (repeatable: boolean): Client =>
    getClient(cloud.resourceManager, credential, {
      credentials: { scopes: [managementScope(cloud)] },
      ...clientOptions(transport, managementTerms(cloud), { repeatable }),
    });
  const bound = withTerms(transport, managementTerms(cloud));
  const patient = clientWith(true);
  const once = clientWith(false);

  return async (method, path, { apiVersion, body, query, headers, repeatable = true }) => {
    const correlationId = headers?.[CORRELATION_ID] ?? randomUUID();
    const url = addressOf(path, origin, { ...query, ...(apiVersion && { 'api-version': apiVersion }) });
    const request = createPipelineRequest({
      url,
      method,
      headers: createHttpHeaders({
        accept: 'application/json',
        ...(body && { 'content-type': 'application/json' }),
        ...headers,
        [CORRELATION_ID]: correlationId,
      }),
      ...(body && { body: JSON.stringify(body) }),
    });
    let response: PipelineResponse;
    try {
      response = await (repeatable ? patient : once).pipeline.sendRequest(bound, request);
    } catch (error) {
      const known = errorOfException(error);
      throw aboutResource(
        new AzureError({ ...known, message: known.message, correlationId: known.correlationId ?? correlationId }),
        path,
      );
    }
    const { status, bodyAsText } = response;
    const answerHeaders = { [CORRELATION_ID]: correlationId, ...response.headers.toJSON() };
    if (status >= 300) throw aboutResource(errorOfResponse(status, answerHeaders, bodyAsText), path);
    return { status, headers: answerHeaders, body: jsonOf(bodyAsText, correlationId) };
  };
}

const CORRELATION_ID = 'x-ms-correlation-request-id';

/**
 * The address of a path. An address that Azure gave is signed, so it is used exactly as it came.
 * @throws AzureError `ForeignOperationUrl` for another origin, which must not get our token
 */
function addressOf(path: string, origin: string, query: Readonly<Record<string, string>>): string {
  const url = new URL(path, origin);
  if (url.origin !== origin) {
    throw new AzureError({
      code: 'ForeignOperationUrl',
      message: `an answer of Azure leads to ${url.origin}, where our token is not sent`,
    });
  }
  if (!path.startsWith('/') && Object.keys(query).length === 0) return path;
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url.href;
}
