import type { ServiceConfig } from '../domain/config/model.ts';
import { servicesWithDomains, validationOf } from '../domain/config/service/domain-validation.ts';
import type { DomainConfig } from '../domain/config/service/service-domains.ts';
import type { DesiredResource, DesireInput } from '../domain/desired.ts';
import { nameOf } from '../domain/ids.ts';
import { ownerTags } from '../domain/tags.ts';
import { isJsonObject, type JsonObject, jsonAt, scalarText } from '../shared/json.ts';
import { type DomainRecord, domainRecords, tokenName } from './app/domain-records.ts';
import { pageOfParent } from './columns/portal.ts';
import type { ResourceKind } from './kind.ts';

type RecordType = DomainRecord['type'];

/**
 * A set of records in a zone that is somebody's: https://learn.microsoft.com/rest/api/dns/record-sets/create-or-update. Sets carry
 * no tags, and metadata instead.
 */
function recordKind<Type extends RecordType>(
  type: Type,
  content: string,
  name: ResourceKind['name']['pattern'],
): ResourceKind<`Microsoft.Network/dnsZones/${Type}`> {
  return {
    type: `Microsoft.Network/dnsZones/${type}`,
    apiVersion: '2018-05-01',
    // Where there is a zone there is its provider.
    provider: null,
    ownership: 'child',
    listing: 'absent',
    name: { pattern: name, allowed: 'the name of a record below its zone, @ for the zone itself' },
    uniqueName: null,
    availability: [],
    // https://learn.microsoft.com/azure/dns/dns-protect-zones-recordsets#dns-zone-contributor
    permission: {
      action: `Microsoft.Network/dnsZones/${type}/write`,
      title: `make ${type} records`,
      roles: 'DNS Zone Contributor, Contributor or Owner',
      leastRole: 'DNS Zone Contributor',
    },
    holdsData: false,
    update: 'put',
    claim: {
      at: 'properties.metadata',
      suffices: (live, desired) => holds(type, live, desired),
      text: (live) => valuesIn(type, live).join(', ') || 'nothing',
    },
    immutable: [],
    createOnly: [],
    readOnly: ['properties.fqdn', 'properties.provisioningState'],
    settings: {},
    invariants: {},
    defaults: ['properties.TTL'],
    computed: ['properties.metadata', content],
    timeoutInSeconds: 120,
    deletion: { how: 'request', softDeleted: null, whenUnwanted: true },
    cost: 'elsewhere',
    portalPage: pageOfParent('recordsets'),
  };
}

const LABELS = /^(?:@|[A-Za-z0-9_-]{1,63}(?:\.[A-Za-z0-9_-]{1,63})*)$/;

export const DNS_A_RECORD = recordKind('A', 'properties.ARecords', LABELS);
export const DNS_CNAME_RECORD = recordKind('CNAME', 'properties.CNAMERecord', LABELS);
export const DNS_TXT_RECORD = recordKind('TXT', 'properties.TXTRecords', LABELS);

const KINDS = { A: DNS_A_RECORD, CNAME: DNS_CNAME_RECORD, TXT: DNS_TXT_RECORD };

type DnsRecordKind = (typeof KINDS)[RecordType];
export type DnsRecord = DesiredResource<DnsRecordKind>;

/** So long may others go on with what was there before. */
const TTL_IN_SECONDS = 300;

/** Every record that is made in a zone of Azure's. */
export function dnsRecords(input: DesireInput): readonly DnsRecord[] {
  return servicesWithDomains(input.config).flatMap((service) =>
    (service.domains ?? []).flatMap((domain) => recordsOfDomain(input, service, domain)),
  );
}

export function recordsOfDomain(
  input: DesireInput,
  service: ServiceConfig,
  domain: DomainConfig,
): readonly DnsRecord[] {
  const records = domainRecords(input, service, domain).flatMap((record) => dnsRecord(input, domain, record) ?? []);
  // What it says is known once the certificate has been asked for.
  const token = validationOf(service, domain) === 'txt' ? tokenRecord(input, domain) : undefined;
  return token ? [...records, token] : records;
}

/** The record of the certificate authority's token. @param token absent: not known yet */
export function tokenRecord(input: DesireInput, domain: DomainConfig, token?: string): DnsRecord | undefined {
  return dnsRecord(input, domain, { type: 'TXT', name: tokenName(domain), value: token ?? '' });
}

function dnsRecord(
  { environment }: Pick<DesireInput, 'environment'>,
  { zone }: DomainConfig,
  { type, name, value }: DomainRecord,
): DnsRecord | undefined {
  if (zone === undefined) return undefined;
  return {
    kind: KINDS[type],
    key: `dns:${type.toLowerCase()}:${name}`,
    title: `${type} record of ${name}`,
    id: `${zone}/${type}/${relativeName(name, nameOf(zone).toLowerCase())}`,
    body: {
      properties: {
        TTL: TTL_IN_SECONDS,
        metadata: ownerTags(environment),
        ...(value !== '' && contentOf(type, value)),
      },
    },
  } as DnsRecord;
}

function relativeName(name: string, zone: string): string {
  return name === zone ? '@' : name.slice(0, -zone.length - 1);
}

function contentOf(type: RecordType, value: string): JsonObject {
  switch (type) {
    case 'A':
      return { ARecords: [{ ipv4Address: value }] };
    case 'CNAME':
      return { CNAMERecord: { cname: value } };
    case 'TXT':
      return { TXTRecords: [{ value: [value] }] };
  }
}

/** 64 hexadecimal digits: https://learn.microsoft.com/azure/container-apps/custom-domains-managed-certificates */
const VERIFICATION_ID = /^[0-9A-F]{64}$/i;

function isUnknown(value: string): boolean {
  return value.startsWith('${');
}

/** Whether somebody's set of records does what ours would. */
function holds(type: RecordType, live: JsonObject, desired: JsonObject): boolean {
  const [there, wanted] = [valuesIn(type, live), valuesIn(type, desired)];
  // While nobody knows the id of the subscription: whoever had it before has made the record for it.
  if (type === 'TXT' && wanted.some(isUnknown)) return there.some((value) => VERIFICATION_ID.test(value));
  const hasAll = wanted.every((value) => there.includes(value));
  // Beside a text others do no harm; beside an address they lead elsewhere.
  return wanted.length > 0 && hasAll && (type === 'TXT' || there.length === wanted.length);
}

function valuesIn(type: RecordType, body: JsonObject): readonly string[] {
  if (type === 'CNAME') {
    const target = scalarText(jsonAt(body, 'properties.CNAMERecord.cname'));
    return target === '' ? [] : [target.toLowerCase().replace(/\.$/, '')];
  }
  const sets = jsonAt(body, type === 'A' ? 'properties.ARecords' : 'properties.TXTRecords');
  const members = Array.isArray(sets) ? sets.filter(isJsonObject) : [];
  if (type === 'A') return members.map(({ ipv4Address }) => scalarText(ipv4Address));
  return members.map(({ value }) => (Array.isArray(value) ? value.map((part) => scalarText(part)).join('') : ''));
}
