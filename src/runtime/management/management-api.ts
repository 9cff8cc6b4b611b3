import type { IncomingMessage, ServerResponse } from 'node:http';
import type { EmbeddedHost } from '../host.ts';
import type { RequestPath } from '../http/request-path.ts';
import { type Answer, notFound, refusal, send } from './answer.ts';
import { getInstance, listInstances, purgeInstance, purgeInstances } from './instances.ts';
import {
  changeInstance,
  type OperationContext,
  raiseEvent,
  restartInstance,
  rewindInstance,
  startInstance,
} from './operations.ts';

export type ManagementApi = (
  request: IncomingMessage,
  response: ServerResponse,
  path: RequestPath,
  baseUrl: string,
) => Promise<void>;

/**
 * The HTTP API of Durable Functions over an engine, as HttpApiHandler.cs of azure-functions-durable-extension answers it:
 * https://learn.microsoft.com/azure/azure-functions/durable/durable-functions-http-api
 * Other than there, no link and no Location carries a key. The caller is authorized already; entities are not supported.
 */
export function createManagementApi(engine: EmbeddedHost): ManagementApi {
  return async (request, response, { segments, query }, baseUrl) => {
    const context: OperationContext = { engine, request, query, baseUrl };
    send(response, await answer(context, segments));
  };
}

async function answer(context: OperationContext, [kind, id, operation, ...rest]: readonly string[]): Promise<Answer> {
  const { request } = context;
  switch (kind) {
    case 'orchestrators':
      if (request.method !== 'POST' || id === undefined || rest.length > 0) return notFound;
      return await startInstance(context, id, operation);
    case 'instances':
      return await answerInstances(context, id, operation, rest);
    case 'entities':
      return refusal(501, 'The embedded runtime does not support entities.');
    default:
      return notFound;
  }
}

async function answerInstances(
  context: OperationContext,
  id: string | undefined,
  operation: string | undefined,
  rest: readonly string[],
): Promise<Answer> {
  const { engine, request, query, baseUrl } = context;
  const { method } = request;
  if (id === undefined) {
    if (method === 'GET') return listInstances(engine, request, query);
    return method === 'DELETE' ? await purgeInstances(engine, query) : notFound;
  }
  if (operation === undefined) {
    if (method === 'GET') return getInstance(engine, id, `${baseUrl}/instances/${encodeURIComponent(id)}`, query);
    return method === 'DELETE' ? await purgeInstance(engine, id) : notFound;
  }
  if (method !== 'POST') return notFound;
  const name = operation.toLowerCase();
  const [event] = rest;
  if (name === 'raiseevent' && event !== undefined) return await raiseEvent(context, id, event);
  if (rest.length > 0) return notFound;
  if (name === 'restart') return await restartInstance(context, id);
  if (name === 'rewind') return await rewindInstance(context, id);
  if (name === 'terminate' || name === 'suspend' || name === 'resume') return await changeInstance(context, id, name);
  return notFound;
}
