import { randomBytes } from 'node:crypto';
import { isJsonObject, type JsonObject, jsonAt } from '../../shared/json.ts';
import { setOutputs } from '../arm/lifecycle.ts';
import { ok, refused } from '../arm/message.ts';
import type { ResourceType, SubRequest } from '../arm/resource-type.ts';
import { issuedKey, renewKey } from '../issued-key.ts';
import { refuse } from '../refusal.ts';
import type { StoredResource } from '../store.ts';
import type { World } from '../world.ts';
import { classicProblem, databaseProblem, managedProblem } from './redis-rules.ts';

/** The old kind: since 2026-04-01 tenants that never had one cannot create it; its address and ports are defaults. */
export const classicRedis: ResourceType = {
  type: 'Microsoft.Cache/redis',
  apiVersions: ['2024-11-01', '2024-03-01'],
  name: /^(?=.{1,63}$)[A-Za-z0-9](?:[A-Za-z0-9]|-(?!-))*[A-Za-z0-9]$/,
  listed: true,
  style: 'status',
  seconds: { create: 1200, update: 300, delete: 300 },
  hasAddress: true,
  globalName: 'NameNotAvailable',
  check({ body, before, world }) {
    if (before) return classicProblem(body, before.body);
    return world.resourcesOfType('Microsoft.Cache/redis').length > 0
      ? undefined
      : refuse(
          400,
          'BadRequest',
          'Creation of Azure Cache for Redis is no longer available to new customers. Use Azure Managed Redis.',
        );
  },
  handle: ({ resource, request, rest, world }) => {
    if (request.method !== 'POST' || rest.length !== 1) return undefined;
    switch (rest[0]?.toLowerCase()) {
      case 'listkeys':
        return ok(keyPair(world, resource));
      case 'regeneratekey':
        renewKey(resource, jsonAt(request.body ?? {}, 'keyType') === 'Secondary' ? 'secondaryKey' : 'primaryKey');
        return ok(keyPair(world, resource));
      default:
        return undefined;
    }
  },
};

function keyPair(world: World, resource: StoredResource): JsonObject {
  return {
    primaryKey: issuedKey(world, resource, 'primaryKey', 32),
    secondaryKey: issuedKey(world, resource, 'secondaryKey', 32),
  };
}

export const managedRedis: ResourceType = {
  type: 'Microsoft.Cache/redisEnterprise',
  apiVersions: ['2025-07-01'],
  hasAddress: true,
  name: /^(?=.{1,60}$)[A-Za-z0-9]+(-[A-Za-z0-9]+)*$/,
  listed: true,
  style: 'status',
  seconds: { create: 420, update: 300, delete: 120 },
  check: ({ body, before }) => managedProblem(body, before?.body),
  apply({ resource, before, name, body }) {
    const region = String(body.location).toLowerCase().replaceAll(' ', '');
    if (!before)
      setOutputs(resource, {
        hostName: `${name}.${region}.redis.azure.net`,
        resourceState: 'Running',
        redisVersion: '7.4',
      });
    return undefined;
  },
};

export const managedRedisDatabase: ResourceType = {
  type: 'Microsoft.Cache/redisEnterprise/databases',
  apiVersions: ['2025-07-01'],
  name: /^default$/,
  listed: false,
  withoutLocation: true,
  style: 'status',
  seconds: { create: 90, update: 60, delete: 60 },
  exclusiveOn: 'parent',
  busyCode: 'AnotherOperationInProgress',
  immutable: ['properties.clusteringPolicy', 'properties.port', 'properties.modules'],
  check: ({ world, id, body }) => databaseProblem(body, skuOf(world.resource(id.replace(/\/databases\/[^/]+$/i, '')))),
  apply({ resource, before }) {
    if (!before) resource.extra.keys = { primaryKey: accessKey(), secondaryKey: accessKey() };
    return undefined;
  },
  handle: ({ resource, request, rest }: SubRequest) => {
    if (request.method !== 'POST' || rest[0]?.toLowerCase() !== 'listkeys') return undefined;
    const properties = isJsonObject(resource.body.properties) ? resource.body.properties : {};
    if (properties.accessKeysAuthentication !== 'Enabled') {
      return refused(refuse(400, 'BadRequest', 'Access keys authentication is disabled on this database.'));
    }
    return ok(resource.extra.keys ?? null);
  },
};

function skuOf(cluster: StoredResource | undefined): string {
  return isJsonObject(cluster?.body.sku) ? String(cluster.body.sku.name) : '';
}

function accessKey(): string {
  return randomBytes(32).toString('base64');
}
