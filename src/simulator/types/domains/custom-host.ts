import { isJsonObject, type JsonObject, jsonAt } from '../../../shared/json.ts';
import { issuedFor } from '../../container-apps/domains/certificate.ts';
import type { Configuration, CustomDomain } from '../../container-apps/model.ts';
import { plainName } from '../../dns/record.ts';
import type { StoredResource } from '../../store.ts';
import { provisioningState, type World } from '../../world.ts';
import { revisionsOf } from '../container-app.ts';
import { environmentIdOf } from '../workload.ts';

const APP = 'Microsoft.App/containerApps';

/** An app that serves a name of somebody's own. */
interface CustomHost {
  readonly resource: StoredResource;
  readonly domain: CustomDomain;
  readonly isExternal: boolean;
}

/** The app of an environment, or of any, that has a name by now: what a running or failed write asks for is not there. */
export function appWithHostName(world: World, name: string, environment?: string): CustomHost | undefined {
  for (const resource of world.resourcesOfType(APP)) {
    if (environment !== undefined && environmentIdOf(resource.body) !== environment.toLowerCase()) continue;
    if (provisioningState(resource, world) === 'Creating') continue;
    const { ingress } = revisionsOf(resource, world).configuration;
    const domain = ingress?.customDomains?.find((one) => plainName(one.name ?? '') === plainName(name));
    if (domain) return { resource, domain, isExternal: ingress?.external === true };
  }
  return undefined;
}

/** Names that are bound to a certificate, or will be when a running write ends. */
export function appsWithCertificate(world: World, id: string): readonly string[] {
  const wanted = id.toLowerCase();
  const found = world.resourcesOfType(APP).flatMap((resource) => {
    const configuration = jsonAt(resource.body, 'properties.configuration');
    const domains = [configuration, revisionsOf(resource, world).configuration].flatMap(domainsOf);
    const environment = environmentIdOf(resource.body);
    return domains.filter((domain) => boundTo(world, environment, domain)?.toLowerCase() === wanted);
  });
  return [...new Set(found.map(({ name = '' }) => name))];
}

function boundTo(world: World, environment: string, { name = '', bindingType, certificateId }: CustomDomain) {
  const isAuto = bindingType?.toLowerCase() === 'auto';
  return certificateId ?? (isAuto ? issuedFor(world.cloud(), environment, name)?.id : undefined);
}

function domainsOf(configuration: unknown): readonly CustomDomain[] {
  return (
    (isJsonObject(configuration) ? (configuration as JsonObject & Configuration).ingress?.customDomains : []) ?? []
  );
}

/** The app that a request by a name of somebody's own reaches: the public DNS must lead to its environment. */
export function appAtCustomHost(world: World, host: string): StoredResource | undefined {
  const found = appWithHostName(world, host);
  const address =
    found && jsonAt(world.resource(environmentIdOf(found.resource.body))?.body ?? {}, 'properties.staticIp');
  return found && world.cloud().lookup(host, 'A').includes(String(address)) ? found.resource : undefined;
}

/**
 * For which name a server shows a certificate when it is asked for this one: where the name of an app has no certificate, the
 * environment shows its own, which clients do not take.
 */
export function certifiedName(world: World, host: string): string {
  const found = appWithHostName(world, host);
  if (!found) return host;
  const environment = environmentIdOf(found.resource.body);
  const isBound =
    found.domain.bindingType?.toLowerCase() !== 'disabled' && boundTo(world, environment, found.domain) !== undefined;
  if (isBound) return host;
  return String(jsonAt(world.resource(environment)?.body ?? {}, 'properties.defaultDomain'));
}
