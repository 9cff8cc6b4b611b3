import { randomInt, randomUUID } from 'node:crypto';
import type { JsonObject } from '../../../shared/json.ts';
import { setOutputs, viewOf } from '../../arm/lifecycle.ts';
import { type ArmReply, ok } from '../../arm/message.ts';
import type { ResourceType, SubRequest, Write } from '../../arm/resource-type.ts';
import type { RecordType } from '../../dns/record.ts';
import { nameInZone } from '../../dns/record-set.ts';
import type { Refusal } from '../../refusal.ts';
import type { StoredResource } from '../../store.ts';
import type { World } from '../../world.ts';
import { globalLocationProblem } from '../network/global-location.ts';
import { canonicalMembers, conditionProblem, dnsRefusal, recordSetProblem, zoneNameProblem } from './dns-rules.ts';

const ZONE = 'Microsoft.Network/dnsZones';
const apiVersions = [
  '2018-05-01',
  '2023-07-01-preview',
  '2018-03-01-preview',
  '2017-10-01',
  '2017-09-01',
  '2016-04-01',
];
const MOST_RECORD_SETS = 10_000;
const TWO_DAYS_IN_SECONDS = 172_800;

/** https://learn.microsoft.com/azure/dns/dns-zones-records; answers: https://learn.microsoft.com/rest/api/dns/zones/create-or-update */
export const dnsZone: ResourceType = {
  type: ZONE,
  apiVersions,
  // Its own rule answers with its own code.
  name: /^.+$/,
  listed: true,
  withoutLocation: true,
  withoutProvisioningState: true,
  style: 'sync',
  seconds: { create: 2, update: 2, delete: 5 },
  check: ({ name, body, before, headers }) =>
    globalLocationProblem(ZONE, body) ?? zoneNameProblem(name) ?? conditionProblem(headers, before),
  apply({ world, resource, before, name }) {
    resource.extra.etag = randomUUID();
    if (before) return undefined;
    const nameServers = serversOf(randomInt(1, 100));
    setOutputs(resource, { nameServers, maxNumberOfRecordSets: MOST_RECORD_SETS, zoneType: 'Public' });
    keepOwnSet(world, resource, 'NS', {
      TTL: TWO_DAYS_IN_SECONDS,
      NSRecords: nameServers.map((nsdname) => ({ nsdname })),
    });
    keepOwnSet(world, resource, 'SOA', { TTL: 3600, SOARecord: startOfAuthority(nameServers[0] ?? name) });
    return undefined;
  },
  view: (resource, world) => ({
    etag: etagOf(resource),
    properties: { numberOfRecordSets: setsOf(world, resource.id).length },
  }),
  checkDelete: (resource, _, headers) => conditionProblem(headers, resource),
  handle: (call) => listSets(call),
};

function serversOf(number: number): string[] {
  const suffix = String(number).padStart(2, '0');
  return ['com', 'net', 'org', 'info'].map((domain, index) => `ns${index + 1}-${suffix}.azure-dns.${domain}.`);
}

function startOfAuthority(host: string): JsonObject {
  return {
    ...{ host, email: 'azuredns-hostmaster.microsoft.com', serialNumber: 1 },
    ...{ refreshTime: 3600, retryTime: 300, expireTime: 2_419_200, minimumTTL: 300 },
  };
}

function keepOwnSet(
  world: World,
  { id, createdAt, updatedAt }: StoredResource,
  type: 'NS' | 'SOA',
  properties: JsonObject,
) {
  world.index.keepResource({
    ...{ id: `${id}/${type}/@`, name: '@', type: `${ZONE}/${type}` },
    ...{ body: { properties }, extra: { etag: randomUUID() }, createdAt, updatedAt },
  });
}

function setsOf(world: World, zoneId: string): readonly StoredResource[] {
  const prefix = `${zoneId.toLowerCase()}/`;
  return RECORD_SETS.flatMap(({ type }) => world.resourcesOfType(type)).filter(({ id }) =>
    id.toLowerCase().startsWith(prefix),
  );
}

/** `GET …/recordsets` and `…/all`: those of every type. */
function listSets({ request, rest, resource, world }: SubRequest): ArmReply | undefined {
  const isAll = rest.length === 1 && /^(?:recordsets|all)$/i.test(rest[0] ?? '');
  if (request.method !== 'GET' || !isAll) return undefined;
  return ok({
    value: setsOf(world, resource.id).flatMap((set) => {
      const type = RECORD_SETS.find((one) => one.type === set.type);
      return type ? [viewOf(set, type, world)] : [];
    }),
  });
}

function etagOf({ extra }: StoredResource): string {
  return String(extra.etag ?? '');
}

function zoneIdOf(id: string): string {
  return id.split('/').slice(0, -2).join('/');
}

function zoneNameOf(id: string): string {
  return zoneIdOf(id).split('/').at(-1) ?? '';
}

/** https://learn.microsoft.com/rest/api/dns/record-sets/create-or-update */
function recordSet(type: RecordType): ResourceType {
  const isAzures = type === 'NS' || type === 'SOA';
  return {
    type: `${ZONE}/${type}`,
    apiVersions,
    name: /^.+$/,
    listed: false,
    withoutLocation: true,
    style: 'sync',
    seconds: { create: 1, update: 1, delete: 0 },
    check: (write) =>
      isAzures ? notSimulated(type) : (conditionProblem(write.headers, write.before) ?? problemOf(write, type)),
    apply({ resource }) {
      resource.extra.etag = randomUUID();
      const { properties } = resource.body;
      resource.body = { ...resource.body, properties: canonicalMembers((properties ?? {}) as JsonObject) };
      return undefined;
    },
    view: (set) => ({
      etag: etagOf(set),
      properties: { fqdn: `${nameInZone(zoneNameOf(set.id), set.name)}.`, targetResource: {} },
    }),
    checkDelete: (set, _, headers) => (isAzures ? undeletable(type) : conditionProblem(headers, set)),
  };
}

function problemOf({ world, id, name, body }: Write, type: RecordType): Refusal | undefined {
  const others = setsOf(world, zoneIdOf(id)).filter((other) => other.id.toLowerCase() !== id.toLowerCase());
  return recordSetProblem(zoneNameOf(id), name, type, body, others);
}

/** Those of the apex, which every zone has; the words: https://github.com/Azure/azure-powershell/blob/main/src/Dns/Dns.Test/ScenarioTests/RecordsTests.ps1 */
function undeletable(type: RecordType): Refusal {
  return dnsRefusal(400, 'BadRequest', `Records of type '${type}' cannot be deleted.`);
}

function notSimulated(type: RecordType): Refusal {
  return dnsRefusal(400, 'BadRequest', `Record sets of type '${type}' are read here, and not written.`);
}

export const RECORD_SETS: readonly ResourceType[] = (['A', 'CAA', 'CNAME', 'NS', 'SOA', 'TXT'] as const).map(recordSet);
