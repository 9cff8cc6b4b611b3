import { isJsonObject } from '../../../shared/json.ts';
import { plainName } from '../../dns/record.ts';
import type { Cloud, CloudResource } from '../cloud.ts';

export const MANAGED_CERTIFICATE = 'Microsoft.App/managedEnvironments/managedCertificates';
const KINDS = /\/managedEnvironments\/[^/]+\/(?:managedCertificates|certificates)\/[^/]+$/i;

/** A certificate of an environment, as apps see it. */
interface Certificate {
  /** Its subject and alternative names; the first label may be `*`. */
  readonly names: readonly string[];
  readonly isReady: boolean;
}

export function certificateOf(cloud: Cloud, id: string): Certificate | undefined {
  const resource = KINDS.test(id) ? cloud.resource(id) : undefined;
  return resource && asCertificate(resource);
}

function asCertificate({ body }: CloudResource): Certificate {
  const { subjectName, subjectAlternativeNames, provisioningState } = isJsonObject(body.properties)
    ? body.properties
    : {};
  const others = Array.isArray(subjectAlternativeNames) ? subjectAlternativeNames.map(String) : [];
  return { names: [String(subjectName), ...others].map(plainName), isReady: provisioningState === 'Succeeded' };
}

export function isOfEnvironment(certificateId: string, environmentId: string): boolean {
  return certificateId.toLowerCase().startsWith(`${environmentId.toLowerCase()}/`);
}

/** A wildcard stands for one label: https://www.rfc-editor.org/rfc/rfc6125#section-6.4.3 */
export function covers(certified: string, name: string): boolean {
  const wanted = plainName(name);
  return (
    certified === wanted || (certified.startsWith('*.') && certified.slice(1) === wanted.slice(wanted.indexOf('.')))
  );
}

/** The managed certificate of an environment for a name, once it is issued: what `Auto` binds. */
export function issuedFor(cloud: Cloud, environmentId: string, name: string): CloudResource | undefined {
  return cloud
    .resourcesOfType(MANAGED_CERTIFICATE)
    .find(
      (one) =>
        isOfEnvironment(one.id, environmentId) &&
        asCertificate(one).isReady &&
        asCertificate(one).names[0] === plainName(name),
    );
}
