import type { ServiceConfig } from '../domain/config/model.ts';
import { servicesWithDomains, validationOf } from '../domain/config/service/domain-validation.ts';
import type { DomainConfig } from '../domain/config/service/service-domains.ts';
import type { DesiredResource, DesireInput } from '../domain/desired.ts';
import { resourceTags } from '../domain/tags.ts';
import { hashJson } from '../shared/json.ts';
import { pageOfParent } from './columns/portal.ts';
import { CONTAINER_APPS_ENVIRONMENT } from './container-apps-environment.ts';
import type { ResourceKind } from './kind.ts';

export const MANAGED_CERTIFICATE: ResourceKind<'Microsoft.App/managedEnvironments/managedCertificates'> = {
  type: 'Microsoft.App/managedEnvironments/managedCertificates',
  apiVersion: CONTAINER_APPS_ENVIRONMENT.apiVersion,
  provider: CONTAINER_APPS_ENVIRONMENT.provider,
  ownership: 'child',
  listing: 'absent',
  name: {
    pattern: /^[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?$/,
    allowed: '1 to 60 lower-case letters, digits and hyphens',
  },
  uniqueName: null,
  availability: [],
  permission: null,
  holdsData: false,
  update: 'put',
  // What has been issued is not asked for again because it would now be asked for in another way.
  createOnly: ['properties.domainControlValidation'],
  immutable: ['location', 'properties.subjectName'],
  readOnly: ['properties.provisioningState', 'properties.error', 'properties.validationToken'],
  settings: { location: 'locations.container_apps' },
  invariants: {},
  defaults: [],
  computed: ['tags', 'properties.subjectName'],
  // https://learn.microsoft.com/cli/azure/containerapp/env/certificate: up to 20 minutes, mostly.
  timeoutInSeconds: 3600,
  deletion: { how: 'request', softDeleted: null, whenUnwanted: true },
  cost: 'free',
  portalPage: pageOfParent('certificates'),
};

export type ManagedCertificate = DesiredResource<typeof MANAGED_CERTIFICATE>;

/** Every certificate that the configuration asks for. */
export function managedCertificates(input: DesireInput): readonly ManagedCertificate[] {
  return servicesWithDomains(input.config).flatMap((service) =>
    (service.domains ?? []).map((domain) => managedCertificate(input, service, domain)),
  );
}

/** The certificate of a name, which Azure renews by itself; an environment has one of each name at most. */
export function managedCertificate(
  input: DesireInput,
  service: ServiceConfig,
  domain: DomainConfig,
): ManagedCertificate {
  return {
    kind: MANAGED_CERTIFICATE,
    key: `certificate:${domain.name}`,
    title: `certificate of ${domain.name}`,
    id: certificateId(input, domain),
    body: {
      location: input.config.locations.containerApps,
      tags: resourceTags(input),
      properties: {
        subjectName: domain.name,
        domainControlValidation: validationOf(service, domain).toUpperCase(),
      },
    },
  };
}

/** Known before it is made, so that the app's binding can be compared with it. */
export function certificateId({ outputs }: Pick<DesireInput, 'outputs'>, { name }: DomainConfig): string {
  const readable = name.replaceAll('.', '-').slice(0, 40);
  return `${outputs.read('environmentId')}/managedCertificates/mc-${readable}-${hashJson(name).slice(0, 8)}`;
}
