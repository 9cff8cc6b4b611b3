import type { HttpReply, HttpRequest } from '../http.ts';
import type { World } from '../world.ts';
import { resolve, STATUS_NUMBERS } from './public-dns.ts';
import { type DnsRecord, isRecordType, RECORD_NUMBERS } from './record.ts';

/** Public resolvers that answer in JSON, and where: https://developers.google.com/speed/public-dns/docs/doh/json, https://developers.cloudflare.com/1.1.1.1/encryption/dns-over-https/make-api-requests/dns-json/ */
const PATHS: Readonly<Record<string, string>> = { 'dns.google': '/resolve', 'cloudflare-dns.com': '/dns-query' };

export function isDnsHost(host: string): boolean {
  return Object.hasOwn(PATHS, host);
}

/** `GET …?name=www.example.org&type=CNAME`: status and records as JSON. */
export function answerDnsJson(world: World, { method, host, path, query }: HttpRequest): HttpReply {
  const name = query.get('name') ?? '';
  const type = (query.get('type') ?? 'A').toUpperCase();
  const named =
    Object.entries(RECORD_NUMBERS).find(([key, number]) => key === type || String(number) === type)?.[0] ?? type;
  if (method !== 'GET' || path !== PATHS[host]) return { status: 404, headers: {} };
  if (name === '') return { status: 400, headers: { 'content-type': 'text/plain' }, body: 'Invalid query name' };
  const { status, answers } = resolve(world, name, isRecordType(named) ? named : 'A');
  const found = isRecordType(named) ? answers : [];
  const body = {
    ...{ Status: STATUS_NUMBERS[status], TC: false, RD: true, RA: true, AD: false, CD: false },
    Question: [{ name, type: isRecordType(named) ? RECORD_NUMBERS[named] : Number(type) || 0 }],
    ...(found.length > 0 && { Answer: found.map(answer) }),
  };
  const contentType = host === 'dns.google' ? 'application/json; charset=UTF-8' : 'application/dns-json';
  return { status: 200, headers: { 'content-type': contentType }, body: JSON.stringify(body) };
}

/** Names end in a dot with Google; texts are as they are. */
function answer({ name, type, ttl, data }: DnsRecord) {
  return {
    name: `${name}.`,
    type: RECORD_NUMBERS[type],
    TTL: ttl,
    data: ['CNAME', 'NS'].includes(type) ? `${data}.` : data,
  };
}
