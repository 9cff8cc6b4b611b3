import { nameOf } from '../../ids.ts';
import type { DeploymentConfig, ServiceConfig } from '../model.ts';
import { servicesWithDomains } from '../service/domain-validation.ts';
import type { DomainConfig } from '../service/service-domains.ts';
import { problem, type RuleProblem } from './rule.ts';

/** Names of hosts in letters, digits and hyphens (RFC 1123), of two labels at least. */
const HOST_NAME = /^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])$/;
/** The common name of a certificate: `ub-common-name` of RFC 5280. */
const MAX_LENGTH = 64;
const ZONE = /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.Network\/dnsZones\/[^/]+$/i;

/** What stands against a name of the user's own, found before anything is made. */
export function serviceDomains(config: DeploymentConfig): readonly RuleProblem[] {
  const seen = new Set<string>();
  return servicesWithDomains(config).flatMap((service) => {
    const unreachable = unreachableBy(service);
    const path = ['services', service.key, 'domains'];
    if (unreachable !== undefined) return [problem(path, unreachable)];
    return (service.domains ?? []).flatMap((domain, index) => {
      const found = wrongDomain(domain) ?? (seen.has(domain.name) ? 'is given twice' : undefined);
      seen.add(domain.name);
      return found === undefined ? [] : [problem([...path, String(index)], `${domain.name}: ${found}`)];
    });
  });
}

/** Without any ingress it is told with other keys that have no meaning then. Needs http that is reached from the internet: https://learn.microsoft.com/azure/container-apps/custom-domains-managed-certificates */
function unreachableBy({ ingress, transport }: ServiceConfig): string | undefined {
  if (transport === 'tcp') return 'are for http; found transport: tcp';
  if (ingress !== 'internal') return undefined;
  return `need ingress: external, since the certificate is given to what is reached from the internet; found internal`;
}

function wrongDomain({ name, zone, validation }: DomainConfig): string | undefined {
  if (name.startsWith('*.')) return 'a managed certificate is for one name, not for all below it';
  if (!HOST_NAME.test(name)) return 'allowed: a name such as www.example.org, other letters in their xn-- form';
  if (name.length > MAX_LENGTH) return `has ${name.length} characters; a managed certificate takes ${MAX_LENGTH}`;
  if (zone === undefined) return undefined;
  if (!ZONE.test(zone))
    return 'zone: allowed is the resource id of a public DNS zone: /subscriptions/…/resourceGroups/…/providers/Microsoft.Network/dnsZones/example.org';
  const root = nameOf(zone).toLowerCase();
  if (name !== root && !name.endsWith(`.${root}`)) return `is not in the zone ${root}`;
  if (name === root && validation === 'cname')
    return 'is the root of its zone, which can have no CNAME; use validation: http';
  return undefined;
}
