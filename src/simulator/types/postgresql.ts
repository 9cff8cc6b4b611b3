import { isJsonObject, type JsonObject, jsonAt } from '../../shared/json.ts';
import { filled } from '../arm/defaults.ts';
import { setOutputs } from '../arm/lifecycle.ts';
import { quotaProblem } from '../arm/quotas.ts';
import type { ResourceType } from '../arm/resource-type.ts';
import type { World } from '../world.ts';
import { allowedByVersion } from './databases/extensions.ts';
import { collationProblem, parameterProblem } from './databases/parameter-values.ts';
import { isPendingRestart, noteStatic, restartServer } from './databases/restart.ts';
import { POSTGRES_VERSIONS } from './offers.ts';
import {
  copyProblem,
  droppingState,
  isCopy,
  keepDropped,
  originOf,
  replicaOutputs,
  replicasProblem,
} from './postgres-copies.ts';
import { SERVER_PARAMETERS } from './postgres-parameters.ts';
import { databaseProblem, firewallProblem, serverProblem } from './postgresql-rules.ts';

/** https://learn.microsoft.com/azure/postgresql/configure-maintain/concepts-servers: every server has them. */
const SYSTEM_DATABASES = ['azure_maintenance', 'azure_sys', 'postgres'];
const SERVER = 'Microsoft.DBforPostgreSQL/flexibleServers';
const apiVersions = ['2025-08-01', '2024-08-01'];
const child = {
  apiVersions,
  listed: false,
  style: 'status',
  withoutLocation: true,
  withoutProvisioningState: true,
  exclusiveOn: 'parent',
  busyCode: 'ServerIsBusy',
} as const;

export const postgresServer: ResourceType = {
  type: SERVER,
  apiVersions,
  name: /^(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*$/,
  listed: true,
  style: 'status',
  // 4 min 3 s in a public report.
  seconds: { create: 243, update: 60, delete: 60 },
  busyCode: 'ServerIsBusy',
  immutable: ['properties.administratorLogin', 'properties.network.delegatedSubnetResourceId'],
  exclusiveOn: 'children',
  writeOnly: ['properties.administratorLoginPassword', 'properties.createMode', 'properties.pointInTimeUTC'],
  hasAddress: true,
  globalName: 'ServerNameAlreadyExists',
  check: ({ world, sent, body, before }) =>
    (!before && isCopy(sent) ? copyProblem(world, sent) : serverProblem(sent, body, before?.body)) ??
    quotaProblem(world, SERVER, body, before),
  apply({ world, resource, before, sent, name, id }) {
    const properties = isJsonObject(sent.properties) ? sent.properties : {};
    if (typeof properties.administratorLoginPassword === 'string') {
      resource.extra.password = properties.administratorLoginPassword;
      resource.extra.passwordSetAt = new Date(world.now()).toISOString();
    }
    if (before) return undefined;
    const origin = originOf(world, sent);
    if (origin) {
      // Of the original's own outputs, the new server's take the place.
      resource.body = filled(resource.body, origin.resource.body);
      resource.extra.password = origin.resource.extra.password ?? null;
    }
    setOutputs(resource, {
      ...replicaOutputs(sent),
      fullyQualifiedDomainName: `${name}.postgres.database.azure.com`,
      state: 'Ready',
      minorVersion: '9',
    });
    const { createdAt, updatedAt } = resource;
    const keep = (kind: string, child: string, properties: JsonObject): void => {
      const childId = `${id}/${kind}/${child}`;
      const body = { properties };
      world.index.keepResource({
        id: childId,
        name: child,
        type: `${SERVER}/${kind}`,
        body,
        extra: {},
        createdAt,
        updatedAt,
      });
    };
    for (const [parameter, { value }] of Object.entries(SERVER_PARAMETERS)) {
      keep('configurations', parameter, { value, source: 'system-default', defaultValue: value });
    }
    for (const name of new Set([...SYSTEM_DATABASES, ...(origin?.databases ?? [])])) {
      keep('databases', name, { charset: 'UTF8', collation: 'en_US.utf8' });
    }
    return undefined;
  },
  view: droppingState,
  handle: restartServer,
  checkDelete: replicasProblem,
  remove: keepDropped,
};

export const postgresDatabase: ResourceType = {
  ...child,
  type: `${SERVER}/databases`,
  name: /^[a-zA-Z_][\w-]{0,62}$/,
  seconds: { create: 15, update: 5, delete: 10 },
  immutable: ['properties.charset', 'properties.collation'],
  check: ({ name, sent }) =>
    databaseProblem(name) ?? collationProblem(jsonAt(sent, 'properties.charset'), jsonAt(sent, 'properties.collation')),
  checkDelete: ({ name }) => databaseProblem(name),
};

export const postgresFirewallRule: ResourceType = {
  ...child,
  type: `${SERVER}/firewallRules`,
  name: /^[a-zA-Z0-9][-_a-zA-Z0-9]{0,79}(?<!-)$/,
  // About 60 s each in public reports.
  seconds: { create: 60, update: 60, delete: 30 },
  check: ({ world, id }) => firewallProblem(world.resource(id.replace(/\/firewallRules\/[^/]+$/i, ''))?.body),
};

export const postgresConfiguration: ResourceType = {
  ...child,
  type: `${SERVER}/configurations`,
  name: /^[-\w._]{1,256}$/,
  // The API has no deletion of them: https://learn.microsoft.com/rest/api/postgresql/configurations
  undeletable: true,
  seconds: { create: 15, update: 15, delete: 0 },
  check({ world, id, name, sent }) {
    const value = jsonAt(sent, 'properties.value');
    return typeof value === 'string' ? parameterProblem(name, value, versionOf(world, id)) : undefined;
  },
  apply({ world, resource, previous }) {
    noteStatic(resource, world, previous && jsonAt(previous, 'properties.value'));
    return undefined;
  },
  view(resource, world) {
    const allowedValues = allowedByVersion(resource.name, versionOf(world, resource.id));
    const isPending = isPendingRestart(resource, world);
    return {
      properties: {
        ...(allowedValues !== undefined && { allowedValues }),
        ...(isPending && { isConfigPendingRestart: true }),
      },
    };
  },
};

/** Of the server that a child belongs to. */
function versionOf(world: World, id: string): string {
  const server = world.resource(id.split('/').slice(0, -2).join('/'));
  return String(jsonAt(server?.body ?? {}, 'properties.version') ?? POSTGRES_VERSIONS.at(-1));
}
