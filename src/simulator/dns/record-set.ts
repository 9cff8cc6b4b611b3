import { isJsonObject, type Json, type JsonObject } from '../../shared/json.ts';
import type { StoredResource } from '../store.ts';
import { type DnsRecord, isRecordType, plainName, type RecordType } from './record.ts';

/** `www.example.org` for the set `www` of the zone, the zone's own name for `@`. */
export function nameInZone(zone: string, set: string): string {
  return plainName(set === '@' ? zone : `${set}.${zone}`);
}

/** The records of a record set of Azure DNS (https://learn.microsoft.com/rest/api/dns/record-sets/get). */
export function recordsOfSet(zone: string, { name, type, body }: StoredResource): readonly DnsRecord[] {
  const kind = type.split('/').at(-1) ?? '';
  if (!isRecordType(kind)) return [];
  const properties = isJsonObject(body.properties) ? body.properties : {};
  const ttl = Number(properties.TTL ?? 3600);
  return texts(kind, properties).map((data) => ({ name: nameInZone(zone, name), type: kind, ttl, data }));
}

function texts(type: RecordType, properties: JsonObject): readonly string[] {
  switch (type) {
    case 'A':
      return objects(properties.ARecords).map(({ ipv4Address }) => String(ipv4Address));
    case 'CNAME':
      return objects([properties.CNAMERecord ?? null]).map(({ cname }) => plainName(String(cname)));
    case 'TXT':
      return objects(properties.TXTRecords).map(({ value }) =>
        Array.isArray(value) ? value.map(String).join('') : '',
      );
    case 'CAA':
      return objects(properties.caaRecords).map(({ flags, tag, value }) => [flags, tag, value].map(String).join(' '));
    case 'NS':
      return objects(properties.NSRecords).map(({ nsdname }) => plainName(String(nsdname)));
    case 'SOA':
      return objects([properties.SOARecord ?? null]).map(
        ({ host, email, serialNumber, refreshTime, retryTime, expireTime, minimumTTL }) =>
          [host, email, serialNumber, refreshTime, retryTime, expireTime, minimumTTL].map(String).join(' '),
      );
  }
}

function objects(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}
