import { jsonAt } from '../../../shared/json.ts';
import { type ArmReply, apiVersionOf, refused } from '../../arm/message.ts';
import { operationHeaders, startOperation } from '../../arm/operations.ts';
import type { SubRequest } from '../../arm/resource-type.ts';
import { familyProblem } from '../../arm/write-rules.ts';
import { regionName } from '../../container-apps/environment.ts';
import type { StoredResource } from '../../store.ts';
import type { World } from '../../world.ts';
import { SERVER_PARAMETERS } from '../postgres-parameters.ts';

const RESTART_SECONDS = 60;
const CONFIGURATIONS = 'Microsoft.DBforPostgreSQL/flexibleServers/configurations';

/** `POST …/restart` (https://learn.microsoft.com/rest/api/postgresql/servers/restart): static parameters are in force when it is over. */
export function restartServer({ world, resource, request, rest }: SubRequest): ArmReply | undefined {
  if (request.method !== 'POST' || rest.length !== 1 || rest[0]?.toLowerCase() !== 'restart') return undefined;
  const busy = familyProblem(world, { busyCode: 'ServerIsBusy' }, resource.id);
  if (busy) return refused(busy);
  const location = regionName(String(resource.body.location ?? ''));
  const operation = startOperation(
    world,
    { kind: 'action', resourceId: resource.id, type: resource.type, location, apiVersion: apiVersionOf(request) },
    RESTART_SECONDS,
    undefined,
  );
  resource.operation = operation.id;
  for (const configuration of world.resourcesOfType(CONFIGURATIONS)) {
    if (configuration.id.toLowerCase().startsWith(`${resource.id.toLowerCase()}/`))
      configuration.extra.inForceAt = operation.endsAt;
  }
  return { status: 202, headers: operationHeaders(world, request, operation), operation: operation.id };
}

/** Whether the server still runs with another value. */
export function isPendingRestart({ extra }: StoredResource, world: World): boolean {
  const isInForce = typeof extra.inForceAt === 'string' && Date.parse(extra.inForceAt) <= world.now();
  return extra.running !== undefined && !isInForce;
}

/** Remembers with what value the server runs, when a static parameter gets another one. */
export function noteStatic(resource: StoredResource, world: World, previous: unknown): void {
  const { extra, name, body } = resource;
  if (!SERVER_PARAMETERS[name.toLowerCase()]?.isStatic) return;
  const running = isPendingRestart(resource, world) ? extra.running : previous;
  delete extra.inForceAt;
  if (typeof running === 'string' && running !== jsonAt(body, 'properties.value')) extra.running = running;
  else delete extra.running;
}
