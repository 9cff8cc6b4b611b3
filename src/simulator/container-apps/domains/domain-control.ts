import { plainName } from '../../dns/record.ts';
import type { Cloud } from '../cloud.ts';

/** What a managed certificate is asked for with, and what it is for. */
export interface CertificateRequest {
  readonly name: string;
  readonly method: string;
  /** Of a validation by TXT. */
  readonly token: string | undefined;
  /** The app that has the name. */
  readonly appAddress: string | undefined;
  readonly isExternal: boolean;
  /** The environment's. */
  readonly staticIp: string;
  readonly isInternalEnvironment: boolean;
}

/** Who issues the certificates; the value of a CAA record that lets it. */
const ISSUER = 'digicert.com';

/**
 * Why the name is not shown to be under the caller's control, or no certificate is issued for it; undefined: it is issued.
 * Requirements: https://learn.microsoft.com/azure/container-apps/custom-domains-managed-certificates: the app is public, a subdomain
 * is an alias of the app's own address without anything between them, an apex has the environment's address, CAA records allow DigiCert.
 */
export function domainControlProblem(cloud: Cloud, request: CertificateRequest): string | undefined {
  const { name, appAddress, isExternal, isInternalEnvironment } = request;
  if (appAddress === undefined)
    return `Hostname '${name}' is no custom hostname of a container app of the environment any more.`;
  if (!isExternal || isInternalEnvironment)
    return `Container app with hostname '${name}' is not accessible from the public internet.`;
  return controlProblem(cloud, { ...request, appAddress }) ?? issuanceProblem(cloud, name);
}

function controlProblem(
  cloud: Cloud,
  { name, method, token, appAddress, staticIp }: CertificateRequest & { readonly appAddress: string },
): string | undefined {
  switch (method.toUpperCase()) {
    // The words: https://github.com/microsoft/azure-container-apps/issues/525
    case 'CNAME':
      return cloud.lookup(name, 'CNAME').some((target) => plainName(target) === plainName(appAddress))
        ? undefined
        : `Not found CNAME of hostname '${name}' directly pointing to a default hostname.`;
    case 'HTTP':
      return cloud.lookup(name, 'A').includes(staticIp)
        ? undefined
        : `Not found A record of hostname '${name}' pointing to ${staticIp}.`;
    default:
      return token !== undefined && cloud.lookup(tokenName(name), 'TXT').includes(token)
        ? undefined
        : `Not found TXT record of hostname '${tokenName(name)}' with the validation token.`;
  }
}

/**
 * Where the token of a validation by TXT stands. The page on managed certificates does not say; seen by a public project with
 * `az containerapp hostname bind --validation-method TXT`: a challenge of ACME.
 */
function tokenName(name: string): string {
  return `_acme-challenge.${plainName(name)}`;
}

/** The records of the closest name upwards that has any: https://www.rfc-editor.org/rfc/rfc8659#section-3 */
function issuanceProblem(cloud: Cloud, name: string): string | undefined {
  const labels = plainName(name).split('.');
  const names = labels.map((_, index) => labels.slice(index).join('.'));
  const [closest = []] = names.map((one) => cloud.lookup(one, 'CAA')).filter((records) => records.length > 0);
  const issuers = closest.flatMap((record) => {
    const [, issuer] = /^\d+ issue "?([^";]*)/i.exec(record) ?? [];
    return issuer === undefined ? [] : [issuer.trim().toLowerCase()];
  });
  return issuers.length === 0 || issuers.includes(ISSUER)
    ? undefined
    : `CAA records of hostname '${name}' do not allow '${ISSUER}' to issue a certificate.`;
}
