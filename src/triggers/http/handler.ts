import type { HttpHandler, HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import type { RouteAddress } from '../../domain/api/route-table.ts';
import type { Engine } from '../../runs/engine.ts';
import type { AppServices } from '../app-services.ts';
import { type Caller, callerOf, requireRole } from './access.ts';
import { problemAnswer, problemOf } from './answer.ts';

/** One call, with what its handler needs. */
export interface Call {
  readonly app: AppServices;
  readonly request: HttpRequest;
  readonly engine: Engine;
  readonly invocationId: string;
  readonly caller: Caller;
  /** Prefix of addresses in answers: the path up to `/api/`, so that proxies and route prefixes are kept. */
  readonly base: string;
}

export type RouteHandler = (call: Call) => Promise<HttpResponseInit>;

/** Checks the caller, and turns errors into problem details. What is no expected error is a bug: the host logs its stack. */
export function httpHandler(
  app: AppServices,
  route: RouteAddress,
  handle: RouteHandler,
  engineOf: (context: InvocationContext) => Engine,
): HttpHandler {
  return async (request, context) => {
    try {
      const caller = callerOf(request);
      if (app.requiresRoles && route.roles) requireRole(request, caller, route.roles);
      const { invocationId } = context;
      const base = basePath(request.url, route);
      return await handle({ app, request, engine: engineOf(context), invocationId, caller, base });
    } catch (error) {
      const problem = problemOf(error);
      if (!problem) throw error;
      return problemAnswer(problem);
    }
  };
}

/** `/api/deployments/x` answers `/api/`. Paths only: addresses with hosts would trust headers, and could carry keys. */
function basePath(url: string, { path }: RouteAddress): string {
  const segments = new URL(url).pathname.split('/');
  return `${segments.slice(0, -path.split('/').length).join('/')}/`;
}
