import { nameOf } from '../../ids.ts';
import type { DeploymentConfig, ServiceConfig } from '../model.ts';
import type { DomainConfig, DomainValidation } from './service-domains.ts';

/** Long enough for a person to make records and for most of them to spread. */
const DEFAULT_DOMAIN_TIMEOUT_IN_SECONDS = 4 * 60 * 60;

export function domainTimeoutInSeconds({ advanced }: Pick<DeploymentConfig, 'advanced'>): number {
  return advanced.domainTimeoutInSeconds ?? DEFAULT_DOMAIN_TIMEOUT_IN_SECONDS;
}

/** Services with names of their own. */
export function servicesWithDomains({ services }: Pick<DeploymentConfig, 'services'>): readonly ServiceConfig[] {
  return [...services.application, ...services.infrastructure].filter(({ domains = [] }) => domains.length > 0);
}

/**
 * A name at the root of its zone can have no CNAME beside its SOA (RFC 1034, section 3.6.2). Of a zone elsewhere nobody says where it
 * begins: two labels are taken for one, and `validation` says otherwise.
 */
function isApex({ name, zone }: DomainConfig): boolean {
  return zone === undefined ? name.split('.').length === 2 : name === nameOf(zone).toLowerCase();
}

/** By what the name leads to the service: A records name the environment's address, a CNAME the app's. */
export function pointingType({ validation, ...domain }: DomainConfig): 'A' | 'CNAME' {
  if (validation === 'http') return 'A';
  if (validation === 'cname') return 'CNAME';
  return isApex(domain) ? 'A' : 'CNAME';
}

/**
 * CNAME for a subdomain, HTTP for an apex (https://learn.microsoft.com/azure/container-apps/custom-domains-managed-certificates), which
 * both need an app that everybody reaches; TXT for all others.
 */
export function validationOf(
  { ipRules, clientCertificates }: Pick<ServiceConfig, 'ipRules' | 'clientCertificates'>,
  domain: DomainConfig,
): DomainValidation {
  if (domain.validation !== undefined) return domain.validation;
  if (ipRules || clientCertificates === 'require') return 'txt';
  return pointingType(domain) === 'A' ? 'http' : 'cname';
}
