import { isJsonObject, type JsonObject } from '../../shared/json.ts';
import { type ArmReply, apiVersionOf, objectBody, ok, refused } from '../arm/message.ts';
import { propertiesOf } from '../arm/resource-body.ts';
import type { SubRequest } from '../arm/resource-type.ts';
import { schemaProblem } from '../arm/write-rules.ts';
import type { Refusal } from '../refusal.ts';
import { flexSettingsProblem, flexSiteConfigProblem } from './flex-rules.ts';
import { ipRulesProblem } from './ip-rules.ts';
import { badRequest, refuseApp } from './refusals.ts';
import { configOf, keepConfig, keepSettings, settingsOf } from './site-state.ts';

const NAMES: Readonly<Record<string, string>> = {
  appsettings: 'appsettings',
  authsettingsv2: 'authsettingsV2',
  web: 'web',
};

/**
 * `config/appsettings`, `config/authsettingsV2` and `config/web`. Settings are written as a whole, and told by POST alone, since they
 * hold secrets (https://learn.microsoft.com/rest/api/appservice/web-apps/list-application-settings); `web` keeps what a write does
 * not name, the others do not.
 */
export function answerConfig(call: SubRequest, [given = '', ...more]: readonly string[]): ArmReply | undefined {
  const name = NAMES[given.toLowerCase()];
  const { request, resource } = call;
  if (name === undefined) return undefined;
  if (more.length === 1 && more[0]?.toLowerCase() === 'list') {
    const isListed =
      request.method === 'POST' ? name === 'appsettings' : request.method === 'GET' && name === 'authsettingsV2';
    return isListed ? ok(viewOf(call, name)) : undefined;
  }
  if (more.length > 0) return undefined;
  if (request.method === 'GET') {
    return name === 'appsettings'
      ? refused(refuseApp(405, 'MethodNotAllowed', 'The settings of an app are listed by POST.'))
      : ok(viewOf(call, name));
  }
  if (request.method !== 'PUT' && !(request.method === 'PATCH' && name === 'web')) return undefined;
  const sent = objectBody(request.body);
  if (!sent) return refused(badRequest('The request content was invalid and could not be deserialized.'));
  const properties = propertiesOf(sent);
  const problem =
    schemaProblem({ type: `Microsoft.Web/sites/config/${name}` }, writable(sent), apiVersionOf(request)) ??
    contentProblem(name, properties);
  if (problem) return refused(problem);
  if (name === 'appsettings') keepSettings(resource, texts(properties));
  else keepConfig(resource, name, name === 'web' ? { ...configOf(resource, name), ...properties } : properties);
  call.world.listeners.appChanged?.(resource.id);
  return ok(viewOf(call, name));
}

/** Members of the answer that come back with the body. */
function writable({ id: _, name: __, type: ___, location: ____, tags: _____, ...sent }: JsonObject): JsonObject {
  return sent;
}

function contentProblem(name: string, properties: JsonObject): Refusal | undefined {
  if (name === 'appsettings') return flexSettingsProblem(Object.keys(properties));
  if (name === 'web') return flexSiteConfigProblem(properties) ?? ipRulesProblem(properties);
  return undefined;
}

function texts(properties: JsonObject): Record<string, string> {
  return Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, String(value ?? '')]));
}

function viewOf({ resource }: SubRequest, name: string): JsonObject {
  return {
    id: `${resource.id}/config/${name}`,
    name,
    type: 'Microsoft.Web/sites/config',
    location: resource.body.location ?? '',
    properties: propertiesTold(name, resource),
  };
}

function propertiesTold(name: string, resource: SubRequest['resource']): JsonObject {
  if (name === 'appsettings') return { ...settingsOf(resource) };
  const kept = configOf(resource, name);
  if (name === 'authsettingsV2') return { platform: { enabled: false }, ...kept };
  const { ipSecurityRestrictions } = kept;
  return {
    numberOfWorkers: 1,
    minTlsVersion: '1.2',
    http20Enabled: true,
    ipSecurityRestrictionsDefaultAction: 'Allow',
    scmIpSecurityRestrictionsDefaultAction: 'Allow',
    scmIpSecurityRestrictionsUseMain: false,
    ...kept,
    // Who has none has the rule that lets everybody in: https://learn.microsoft.com/azure/app-service/app-service-ip-restrictions
    ipSecurityRestrictions:
      Array.isArray(ipSecurityRestrictions) && ipSecurityRestrictions.filter(isJsonObject).length > 0
        ? ipSecurityRestrictions
        : [
            {
              ipAddress: 'Any',
              action: 'Allow',
              priority: 2147483647,
              name: 'Allow all',
              description: 'Allow all access',
            },
          ],
  };
}
