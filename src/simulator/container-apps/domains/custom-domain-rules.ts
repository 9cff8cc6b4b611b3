import { isBelowName, plainName } from '../../dns/record.ts';
import type { Refusal } from '../../refusal.ts';
import { environmentId } from '../app-rules.ts';
import type { Cloud, CloudResource } from '../cloud.ts';
import { type CustomDomain, invalidField, type ManagedEnvironment, refusal, type Workload } from '../model.ts';
import { certificateOf, covers, isOfEnvironment } from './certificate.ts';

const FIELD = 'configuration.ingress.customDomains';
const NAME = /^(?:\*\.)?(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** Why an app cannot have these names, in the order in which they stand. `id` is the app's own. */
export function customDomainsProblem(
  cloud: Cloud,
  id: string,
  app: Workload,
  environment: ManagedEnvironment | undefined,
): Refusal | undefined {
  const ingress = app.properties?.configuration?.ingress;
  const domains = ingress?.customDomains ?? [];
  if (domains.length === 0 || !environment) return undefined;
  // They are of HTTP ingress: https://learn.microsoft.com/azure/container-apps/custom-domains-managed-certificates
  if (ingress?.transport?.toLowerCase() === 'tcp')
    return invalidField(FIELD, 'Custom domains are for HTTP ingress only');
  for (const domain of domains) {
    const problem =
      nameProblem(domain, domains, environment) ??
      conflictProblem(cloud, id, app, domain) ??
      ownershipProblem(cloud, domain, environment) ??
      bindingProblem(cloud, domain, environment);
    if (problem) return problem;
  }
  return undefined;
}

function nameProblem(
  { name = '' }: CustomDomain,
  domains: readonly CustomDomain[],
  { properties }: ManagedEnvironment,
): Refusal | undefined {
  if (!NAME.test(name.toLowerCase())) return invalidField(FIELD, `'${name}' is no host name`);
  if (domains.filter((other) => sameName(other.name, name)).length > 1)
    return invalidField(FIELD, `Custom domain '${name}' is used more than once`);
  // Names of the environment's own suffix are none: https://github.com/microsoft/azure-container-apps/issues/1366
  const suffix = properties.customDomainConfiguration?.dnsSuffix ?? undefined;
  const isOwn = [suffix, properties.defaultDomain].some((one) => one && isBelowName(plainName(name), plainName(one)));
  return isOwn ? invalidField(FIELD, `Custom domain '${name}' is below the environment's own domain`) : undefined;
}

/** `hasConflictOnManagedEnvironment` of https://learn.microsoft.com/rest/api/containerapps/container-apps/list-custom-host-name-analysis */
function conflictProblem(cloud: Cloud, id: string, app: Workload, { name = '' }: CustomDomain): Refusal | undefined {
  const other = conflictingApp(cloud, id, environmentId(app) ?? '', name);
  return (
    other &&
    invalidField(FIELD, `Custom domain '${name}' is in use by container app '${other.name}' of this environment`)
  );
}

/** Another app of the environment that has the name. */
export function conflictingApp(cloud: Cloud, id: string, environment: string, name: string): CloudResource | undefined {
  return cloud
    .resourcesOfType('Microsoft.App/containerApps')
    .filter((other) => other.id.toLowerCase() !== id.toLowerCase())
    .find(({ body }) => {
      const workload = body as unknown as Workload;
      return (
        environmentId(workload)?.toLowerCase() === environment.toLowerCase() &&
        customDomainsOf(workload).some((domain) => sameName(domain.name, name))
      );
    });
}

/**
 * The record must be there with every write, not only with the first: who uses a name keeps it "in perpetuity"
 * (https://github.com/microsoft/azure-container-apps/issues/525, which has the words, too). An internal environment is in no
 * public DNS, and nothing is asked of it (https://github.com/Azure/azure-cli/issues/29128).
 */
function ownershipProblem(
  cloud: Cloud,
  { name = '' }: CustomDomain,
  { properties }: ManagedEnvironment,
): Refusal | undefined {
  return properties.vnetConfiguration?.internal ? undefined : verificationProblem(cloud, name);
}

/** Why nobody believes that a name is this subscription's. */
export function verificationProblem(cloud: Cloud, name: string): Refusal | undefined {
  const record = verificationName(name);
  const isThere = cloud
    .lookup(record, 'TXT')
    .some((text) => text.toLowerCase() === cloud.customDomainVerificationId.toLowerCase());
  return isThere
    ? undefined
    : refusal(
        'InvalidCustomHostNameValidation',
        `A TXT record pointing from ${record} to ${cloud.customDomainVerificationId} was not found.`,
      );
}

function verificationName(name: string): string {
  return `asuid.${plainName(name).replace(/^\*\./, '')}`;
}

/**
 * `SniEnabled` needs a certificate of the environment that is ready and has the name; `Auto` takes the managed one as soon as
 * there is one (https://github.com/microsoft/azure-container-apps/issues/796).
 */
function bindingProblem(
  cloud: Cloud,
  { name = '', bindingType, certificateId }: CustomDomain,
  environment: ManagedEnvironment,
): Refusal | undefined {
  const isBound = bindingType?.toLowerCase() === 'snienabled';
  if (!certificateId)
    return isBound ? invalidField(FIELD, `Custom domain '${name}' with SNI needs a certificateId`) : undefined;
  const certificate = certificateOf(cloud, certificateId);
  // The words: https://github.com/microsoft/azure-container-apps/issues/1652
  if (!certificate || !isOfEnvironment(certificateId, environment.id))
    return refusal('CertificateNotFound', `Certificate '${certificateId}' doesn't exist.`);
  if (!certificate.isReady) {
    return refusal(
      'CertificateProvisioningError',
      `Certificate '${certificateId}' is not in succeeded provisioning state.`,
    );
  }
  return certificate.names.some((one) => covers(one, name))
    ? undefined
    : invalidField(FIELD, `Certificate '${certificateId}' is not for custom domain '${name}'`);
}

function customDomainsOf({ properties }: Workload): readonly CustomDomain[] {
  return properties?.configuration?.ingress?.customDomains ?? [];
}

function sameName(one: string | undefined, other: string): boolean {
  return plainName(one ?? '') === plainName(other);
}
