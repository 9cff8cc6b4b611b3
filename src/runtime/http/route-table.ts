import { UserError } from '../../shared/errors.ts';
import { Trigger, triggerOf } from '../bindings.ts';
import type { RegisteredFunction } from '../core-api.ts';
import { parseRouteTemplate, type RouteTemplate } from './route-template.ts';

export type AuthLevel = 'anonymous' | 'function' | 'admin';

export interface Route {
  readonly functionName: string;
  readonly authLevel: AuthLevel;
  /** Upper case. */
  readonly methods: ReadonlySet<string>;
  readonly template: RouteTemplate;
}

interface RouteMatch {
  readonly route: Route;
  readonly parameters: Readonly<Record<string, string>>;
}

export interface RouteTable {
  readonly routes: readonly Route[];
  /** Undefined where no function has that route with that method: the host knows no difference. */
  match(method: string, segments: readonly string[]): RouteMatch | undefined;
}

const AUTH_LEVELS: ReadonlySet<string> = new Set<AuthLevel>(['anonymous', 'function', 'admin']);

/**
 * The routes of the HTTP functions, below the prefix. A literal segment wins over a parameter, a constrained parameter over a
 * free one, a catch-all loses against all.
 * @throws UserError `route_invalid` when a template, level or method is malformed, or two functions answer the same request.
 */
export function createRouteTable(functions: readonly RegisteredFunction[], prefix: string): RouteTable {
  const routes = functions.flatMap((one) => routeOf(one, prefix));
  routes.sort((a, b) => compareText(a.template.precedence, b.template.precedence));
  requireDistinct(routes);
  return { routes, match: (method, segments) => matchRoute(routes, method, segments) };
}

function matchRoute(routes: readonly Route[], method: string, segments: readonly string[]): RouteMatch | undefined {
  for (const route of routes) {
    const parameters = route.methods.has(method) ? route.template.match(segments) : undefined;
    if (parameters) return { route, parameters };
  }
  return undefined;
}

function routeOf({ metadata }: RegisteredFunction, prefix: string): readonly Route[] {
  const trigger = triggerOf(metadata);
  if (trigger?.binding.type !== Trigger.http) return [];
  const { route = metadata.name, authLevel = 'anonymous', methods = ['GET', 'POST'] } = trigger.binding;
  const level = String(authLevel).toLowerCase();
  if (!AUTH_LEVELS.has(level)) throw invalid(metadata.name, `there is no authLevel ${level}`);
  const upper = (Array.isArray(methods) ? methods : []).map((method) => String(method).toUpperCase());
  if (upper.length === 0) throw invalid(metadata.name, 'it has no method');
  const text = [prefix, String(route)].map((part) => part.replace(/^\/|\/$/g, '')).filter((part) => part !== '');
  try {
    const template = parseRouteTemplate(text.join('/'));
    const methodSet = new Set(upper);
    const functionName = metadata.name;
    return [{ functionName, authLevel: level as AuthLevel, methods: methodSet, template }];
  } catch (error) {
    throw invalid(metadata.name, (error as Error).message);
  }
}

function requireDistinct(routes: readonly Route[]): void {
  const seen = new Map<string, string>();
  for (const { functionName, methods, template } of routes) {
    for (const method of methods) {
      const key = `${method} ${template.text.toLowerCase()}`;
      const other = seen.get(key);
      if (other !== undefined) throw invalid(functionName, `${other} answers ${key} already`);
      seen.set(key, functionName);
    }
  }
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function invalid(name: string, detail: string): UserError {
  return new UserError(`The HTTP route of the function ${name} is invalid: ${detail}.`, { code: 'route_invalid' });
}
