import { isJsonObject, type JsonObject } from '../../shared/json.ts';
import { propertiesOf, skuOf } from '../arm/resource-body.ts';
import type { StoredResource } from '../store.ts';
import type { World } from '../world.ts';

export const SITE = 'Microsoft.Web/sites';
export const PLAN = 'Microsoft.Web/serverfarms';

/** Texts by name that an app has beside its body: settings. */
export function settingsOf({ extra }: StoredResource): Readonly<Record<string, string>> {
  return isJsonObject(extra.settings) ? (extra.settings as Record<string, string>) : {};
}

export function keepSettings(site: StoredResource, settings: Readonly<Record<string, string>>): void {
  site.extra.settings = { ...settings };
}

/** The properties of one of an app's configurations, as somebody wrote them: `web`, `authsettingsV2`. */
export function configOf({ extra }: StoredResource, name: string): JsonObject {
  const kept = isJsonObject(extra.config) ? extra.config[name.toLowerCase()] : undefined;
  return isJsonObject(kept) ? kept : {};
}

export function keepConfig({ extra }: StoredResource, name: string, properties: JsonObject): void {
  extra.config = { ...(isJsonObject(extra.config) ? extra.config : {}), [name.toLowerCase()]: properties };
}

export function isStopped({ body, extra }: StoredResource): boolean {
  return extra.stopped === true || propertiesOf(body).enabled === false;
}

/** `NAME.azurewebsites.net`, or with a hash and the region where the app asks for a name that nobody can take after it. */
export function hostNameOf({ name, body, extra }: StoredResource): string {
  const label = typeof extra.hostLabel === 'string' ? extra.hostLabel : undefined;
  const region = String(body.location).toLowerCase().replaceAll(' ', '');
  return label === undefined ? `${name.toLowerCase()}.azurewebsites.net` : `${label}.${region}-01.azurewebsites.net`;
}

/** `https://….scm.azurewebsites.net`, where code is published. */
export function scmNameOf(site: StoredResource): string {
  return hostNameOf(site).replace('.', '.scm.');
}

export function planOf(world: World, { body }: Pick<StoredResource, 'body'>): StoredResource | undefined {
  const { serverFarmId } = propertiesOf(body);
  return typeof serverFarmId === 'string' ? world.resource(serverFarmId) : undefined;
}

/** https://learn.microsoft.com/azure/azure-functions/flex-consumption-plan */
export function isFlex(plan: StoredResource | undefined): boolean {
  return plan !== undefined && skuOf(plan.body) === 'FC1';
}

export function siteAt(world: World, host: string): StoredResource | undefined {
  return world.resourcesOfType(SITE).find((site) => [hostNameOf(site), scmNameOf(site)].includes(host));
}

/** The principals of the identities that an app has, by their resource ids in lower case. */
export function identitiesOf(world: World, { body }: StoredResource): ReadonlyMap<string, StoredResource> {
  const assigned = isJsonObject(body.identity) ? body.identity.userAssignedIdentities : undefined;
  const ids = isJsonObject(assigned) ? Object.keys(assigned) : [];
  return new Map(
    ids.flatMap((id) => {
      const identity = world.resource(id);
      return identity ? [[id.toLowerCase(), identity] as const] : [];
    }),
  );
}
