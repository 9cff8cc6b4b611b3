import { isIPv4 } from 'node:net';
import { isJsonObject, type Json, type JsonObject } from '../../../shared/json.ts';
import { caaParts, isBelowName, plainName, type RecordType } from '../../dns/record.ts';
import { nameInZone } from '../../dns/record-set.ts';
import type { Refusal } from '../../refusal.ts';
import type { StoredResource } from '../../store.ts';

/** Where the records of a set stand in its body; other cases of the letters mean the same. */
const MEMBERS: Readonly<Record<RecordType, string>> = {
  A: 'ARecords',
  CNAME: 'CNAMERecord',
  TXT: 'TXTRecords',
  CAA: 'caaRecords',
  NS: 'NSRecords',
  SOA: 'SOARecord',
};
/** Of a set: https://learn.microsoft.com/azure/azure-resource-manager/management/azure-subscription-service-limits#azure-dns-limits */
const MOST_RECORDS = 20;
const LONGEST_TTL = 2_147_483_647;
/** Of each text, and of all of a record: https://learn.microsoft.com/azure/dns/dns-zones-records#txt-records */
const LONGEST_TEXT = 255;
const LONGEST_RECORD = 4096;
const LABEL = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/i;

/**
 * An error of the service itself: code and message stand at the top of the answer, without `error` around them
 * (https://github.com/kubernetes-sigs/external-dns/issues/4855, https://github.com/kubernetes-sigs/external-dns/issues/5358).
 */
export function dnsRefusal(status: number, code: string, message: string): Refusal {
  return { status, code, message, isBare: true };
}

function badRequest(message: string): Refusal {
  return dnsRefusal(400, 'BadRequest', message);
}

/**
 * What the headers of a request demand of what is there now; the words:
 * https://github.com/Azure/azure-powershell/blob/main/src/Dns/Dns.Test/ScenarioTests/RecordsTests.ps1
 */
export function conditionProblem(
  headers: Readonly<Record<string, string | undefined>>,
  before: StoredResource | undefined,
): Refusal | undefined {
  const { 'if-none-match': none, 'if-match': match } = headers;
  const current = typeof before?.extra.etag === 'string' ? before.extra.etag : undefined;
  if (none === '*' && before) return unsatisfied(none, 'If-None-Match', 'n/a');
  if (match === undefined || match === '') return undefined;
  const isMet = before && (match === '*' || unquoted(match) === current);
  return isMet ? undefined : unsatisfied(unquoted(match), 'If-Match', current ?? 'n/a');
}

function unsatisfied(condition: string, header: string, current: string): Refusal {
  const message = `The condition '${condition}' in the ${header} header was not satisfied. The current was '${current}'.`;
  return dnsRefusal(412, 'PreconditionFailed', message);
}

function unquoted(etag: string): string {
  return etag.replace(/^(?:W\/)?"(.*)"$/, '$1');
}

/** The members of a set by the names that Azure answers with. */
export function canonicalMembers(properties: JsonObject): JsonObject {
  const names = new Map(Object.values(MEMBERS).map((name) => [name.toLowerCase(), name]));
  return Object.fromEntries(
    Object.entries(properties).map(([name, value]) => [
      name.toLowerCase() === 'ttl' ? 'TTL' : (names.get(name.toLowerCase()) ?? name),
      value,
    ]),
  );
}

/**
 * What is wrong with a record set as it would be. `others` are the sets of the zone, it left out.
 */
export function recordSetProblem(
  zone: string,
  name: string,
  type: RecordType,
  body: JsonObject,
  others: readonly StoredResource[],
): Refusal | undefined {
  const properties = canonicalMembers(isJsonObject(body.properties) ? body.properties : {});
  return (
    setNameProblem(zone, name) ??
    ttlProblem(properties.TTL) ??
    foreignProblem(type, properties) ??
    contentProblem(type, properties) ??
    aliasProblem(zone, name, type, others)
  );
}

function setNameProblem(zone: string, name: string): Refusal | undefined {
  const labels = name === '@' ? [] : name.split('.');
  const [first, ...rest] = labels;
  const isValid =
    (first === undefined || first === '*' || LABEL.test(first)) && rest.every((label) => LABEL.test(label));
  return isValid && nameInZone(zone, name).length <= 253
    ? undefined
    : badRequest(`The domain name '${name}.${zone}' is invalid.`);
}

function ttlProblem(ttl: Json | undefined): Refusal | undefined {
  return typeof ttl === 'number' && Number.isInteger(ttl) && ttl >= 1 && ttl <= LONGEST_TTL
    ? undefined
    : badRequest(`The TTL of a record set must be between 1 and ${LONGEST_TTL} seconds.`);
}

function foreignProblem(type: RecordType, properties: JsonObject): Refusal | undefined {
  const foreign = Object.values(MEMBERS).find((name) => name !== MEMBERS[type] && isFilled(properties[name]));
  return foreign === undefined ? undefined : badRequest(`A record set of type '${type}' cannot have '${foreign}'.`);
}

function isFilled(value: Json | undefined): boolean {
  return Array.isArray(value) ? value.length > 0 : isJsonObject(value);
}

function contentProblem(type: RecordType, properties: JsonObject): Refusal | undefined {
  const value = properties[MEMBERS[type]];
  const records = (Array.isArray(value) ? value : [value ?? null]).filter(isJsonObject);
  if (records.length > MOST_RECORDS) return badRequest(`A record set can have ${MOST_RECORDS} records at most.`);
  if (new Set(records.map((one) => JSON.stringify(one))).size < records.length)
    return badRequest('The record set has the same record more than once.');
  if (type === 'CNAME' && records.length === 0) return badRequest('A CNAME record set must have a record.');
  return records.map((record) => recordProblem(type, record)).find((problem) => problem !== undefined);
}

function recordProblem(type: RecordType, record: JsonObject): Refusal | undefined {
  switch (type) {
    case 'A':
      return isIPv4(String(record.ipv4Address))
        ? undefined
        : badRequest(`The IP address '${String(record.ipv4Address)}' is invalid.`);
    case 'CNAME':
      return isDomainName(record.cname)
        ? undefined
        : badRequest(`The domain name '${String(record.cname)}' is invalid.`);
    case 'TXT':
      return textProblem(record.value);
    case 'CAA':
      return caaParts(['flags', 'tag', 'value'].map((name) => String(record[name])).join(' ')) &&
        ['issue', 'issuewild', 'iodef'].includes(String(record.tag).toLowerCase())
        ? undefined
        : badRequest(`The CAA record '${JSON.stringify(record)}' is invalid.`);
    case 'NS':
    case 'SOA':
      return undefined;
  }
}

function isDomainName(value: Json | undefined): boolean {
  const name = typeof value === 'string' ? plainName(value) : '';
  return name !== '' && name.length <= 253 && name.split('.').every((label) => LABEL.test(label));
}

function textProblem(value: Json | undefined): Refusal | undefined {
  const texts = Array.isArray(value) ? value.map(String) : [];
  if (texts.length === 0) return badRequest('A TXT record must have a value.');
  const isTooLong = texts.some((text) => text.length > LONGEST_TEXT) || texts.join('').length > LONGEST_RECORD;
  return isTooLong ? badRequest(`A text of a TXT record can have ${LONGEST_TEXT} characters at most.`) : undefined;
}

/**
 * An alias has its name for itself, so that the apex, where SOA and NS stand, cannot be one. The words:
 * https://github.com/rcl-letsencrypt-auto-ssl/Lets-Encrypt-Auto/issues/26; of the other direction the status and code are in
 * https://github.com/kubernetes-sigs/external-dns/issues/5358.
 */
function aliasProblem(
  zone: string,
  name: string,
  type: RecordType,
  others: readonly StoredResource[],
): Refusal | undefined {
  const here = others.filter((other) => nameInZone(zone, other.name) === nameInZone(zone, name));
  if (type === 'CNAME' && here.length > 0) {
    return dnsRefusal(
      409,
      'Conflict',
      'The CNAME record could not be created because another record with the same name already exists in this zone.',
    );
  }
  return here.some((other) => other.type.endsWith('/CNAME'))
    ? dnsRefusal(
        409,
        'Conflict',
        'The record could not be created because a CNAME record with the same name already exists in this zone.',
      )
    : undefined;
}

/** Names of zones have two labels at least, and none of Azure's own. */
export function zoneNameProblem(name: string): Refusal | undefined {
  const zone = plainName(name);
  const labels = zone.split('.');
  const isValid = labels.length > 1 && labels.every((label) => LABEL.test(label)) && zone.length <= 253;
  const isAzures = ['azure.com', 'azurecontainerapps.io', 'azurewebsites.net'].some((own) => isBelowName(zone, own));
  return isValid && !isAzures ? undefined : badRequest(`The zone name '${name}' is invalid.`);
}
