import type { HttpHandler, HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import { ROUTE_TABLE, type RouteAddress, type RouteName } from '../../domain/api/route-table.ts';
import type { Engine } from '../../runs/engine.ts';
import type { AppServices } from '../app-services.ts';
import { type Caller, callerOf, requireRole, requireScope } from './access.ts';
import { problemOf } from './answer.ts';
import { inAskedForm, refusalInAskedForm } from './as-text.ts';
import { auditOf } from './audit.ts';

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
  name: RouteName,
  handle: RouteHandler,
  engineOf: (context: InvocationContext) => Engine,
): HttpHandler {
  const route: RouteAddress = ROUTE_TABLE[name];
  const audit = auditOf(app);
  return async (request, context) => {
    let caller = UNKNOWN;
    try {
      caller = callerOf(request, app);
      if (route.roles) {
        if (app.requiresRoles) requireRole(request, caller, route.roles);
        requireScope(request, caller, { allowed: route.roles, requiresScopes: app.requiresScopedKeys });
      }
      const { invocationId } = context;
      const base = basePath(request.url, route);
      const answer = await handle({ app, request, engine: engineOf(context), invocationId, caller, base });
      await audit.answered({ name, request, caller }, answer);
      return inAskedForm(name, request, answer);
    } catch (error) {
      const problem = problemOf(error);
      await audit.failed({ name, request, caller }, problem);
      if (!problem) throw error;
      return refusalInAskedForm(request, problem);
    }
  };
}

/** Of whom neither key nor principal says anything that can be read. */
const UNKNOWN: Caller = { name: 'unknown', roles: [], scope: undefined };

/** `/api/deployments/x` answers `/api/`. Paths only: addresses with hosts would trust headers, and could carry keys. */
function basePath(url: string, { path }: RouteAddress): string {
  const segments = new URL(url).pathname.split('/');
  return `${segments.slice(0, -path.split('/').length).join('/')}/`;
}
