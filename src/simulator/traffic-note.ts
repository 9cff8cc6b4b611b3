import { hostTarget } from './container-apps/ingress.ts';
import { trafficSnapshot } from './container-apps/traffic.ts';
import type { HttpReply, HttpRequest } from './http.ts';
import type { TrafficNote } from './request-log.ts';
import type { StoredResource } from './store.ts';
import { revisionsOf } from './types/container-app.ts';
import { domainOf } from './types/workload.ts';
import type { World } from './world.ts';

const TYPE = 'Microsoft.App/containerApps';

/** The traffic, after it was answered, of the app that a request was about: its own, its operation's or its address's. */
export function trafficNote(world: World, request: HttpRequest, reply: HttpReply | undefined): TrafficNote | undefined {
  const app = appOf(world, request, reply);
  return app?.type === TYPE ? note(world, app) : undefined;
}

/** The traffic of every app at this moment. */
export function allTraffic(world: World): readonly TrafficNote[] {
  return world.resourcesOfType(TYPE).map((app) => note(world, app));
}

/** The app whose ingress a host name leads to. */
export function appAt(world: World, host: string): StoredResource | undefined {
  return world
    .resourcesOfType(TYPE)
    .find((app) => host.startsWith(app.name) && hostTarget(host, domainOf(app, world))?.app === app.name);
}

function appOf(world: World, { host, path }: HttpRequest, reply: HttpReply | undefined): StoredResource | undefined {
  if (host.endsWith('.azurecontainerapps.io')) return appAt(world, host);
  const [, id] =
    /^(\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.App\/containerApps\/[^/]+)/i.exec(path) ??
    [];
  if (id !== undefined) return world.resource(id);
  const [, polled] = /\/containerappOperation(?:Statuses|Results)\/([^/]+)$/i.exec(path) ?? [];
  const operation = world.state.operations[polled ?? reply?.operation ?? ''];
  return operation && world.resource(operation.resourceId);
}

function note(world: World, app: StoredResource): TrafficNote {
  return { app: app.id.toLowerCase(), weights: trafficSnapshot(revisionsOf(app, world)) };
}
