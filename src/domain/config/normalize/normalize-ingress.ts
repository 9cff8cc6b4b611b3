import type { RawIngress } from '../schema/container-schema.ts';
import type { IngressSettings } from '../service/service-containers.ts';
import type { DomainConfig } from '../service/service-domains.ts';
import { given } from './given.ts';

/** What is not given stays absent: then it is as Azure, or its owner, has it. */
export function normalizeIngress(raw: RawIngress): IngressSettings {
  return {
    ...(raw.ports && raw.ports.length > 0 && { ports: raw.ports.map(normalizePort) }),
    ...(raw.cors && { cors: normalizeCors(raw.cors) }),
    ...(raw.ip_rules && { ipRules: normalizeRules(raw.ip_rules) }),
    ...(raw.client_certificates && { clientCertificates: raw.client_certificates }),
    ...(raw.session_affinity != null && { sessionAffinity: raw.session_affinity }),
    ...(raw.domains && raw.domains.length > 0 && { domains: raw.domains.map(normalizeDomain) }),
  };
}

/** Names of hosts have no case, and a period at the end says nothing here. */
function normalizeDomain(raw: NonNullable<RawIngress['domains']>[number]): DomainConfig {
  const { name, zone, validation } = typeof raw === 'string' ? { name: raw } : raw;
  const id = given(zone)?.replace(/\/+$/, '');
  return {
    name: name.toLowerCase().replace(/\.$/, ''),
    ...(id !== undefined && { zone: id }),
    ...(validation && { validation }),
  };
}

function normalizePort(raw: NonNullable<RawIngress['ports']>[number]): NonNullable<IngressSettings['ports']>[number] {
  if (typeof raw === 'number') return { port: raw, exposedPort: raw };
  return { port: raw.port, exposedPort: raw.exposed_port ?? raw.port };
}

function normalizeCors(raw: NonNullable<RawIngress['cors']>): NonNullable<IngressSettings['cors']> {
  return {
    origins: raw.origins,
    ...(raw.methods && { methods: raw.methods }),
    ...(raw.headers && { headers: raw.headers }),
    ...(raw.expose_headers && { exposeHeaders: raw.expose_headers }),
    ...(raw.max_age != null && { maxAgeInSeconds: raw.max_age }),
    ...(raw.credentials != null && { credentials: raw.credentials }),
  };
}

function normalizeRules({ allow, deny }: NonNullable<RawIngress['ip_rules']>): NonNullable<IngressSettings['ipRules']> {
  return { ...(allow && { allow }), ...(deny && { deny }) };
}
