import type { ServiceConfig } from '../../domain/config/model.ts';
import { pointingType } from '../../domain/config/service/domain-validation.ts';
import type { DomainConfig } from '../../domain/config/service/service-domains.ts';
import type { DesireInput } from '../../domain/desired.ts';
import { hostOf } from '../../domain/references/addresses.ts';

/** One DNS record, by its full name. */
export interface DomainRecord {
  readonly type: 'A' | 'CNAME' | 'TXT';
  readonly name: string;
  readonly value: string;
}

/**
 * What DNS has to say before a name can be added: where it leads, and whose it is
 * (https://learn.microsoft.com/azure/container-apps/custom-domains-managed-certificates).
 */
export function domainRecords(
  { outputs }: Pick<DesireInput, 'outputs'>,
  service: ServiceConfig,
  domain: DomainConfig,
): readonly DomainRecord[] {
  const { name } = domain;
  const type = pointingType(domain);
  return [
    { type, name, value: type === 'A' ? outputs.read('staticIp') : hostOf(service, outputs.read('defaultDomain')) },
    { type: 'TXT', name: `asuid.${name}`, value: outputs.read('domainVerificationId') },
  ];
}

/**
 * Where the certificate authority looks for its token. https://learn.microsoft.com/azure/container-apps/custom-domains-managed-certificates
 * does not say it, and the command line prints the token alone; it is that of a challenge by DNS (RFC 8555, section 8.4).
 */
export function tokenName({ name }: DomainConfig): string {
  return `_acme-challenge.${name}`;
}

/** `CNAME www.example.org → web.….azurecontainerapps.io` */
export function recordText({ type, name, value }: DomainRecord): string {
  return `${type.padEnd(5)} ${name} → ${value}`;
}
