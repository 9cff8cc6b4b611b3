import { type ArmReply, type HandOn, refused } from '../arm/message.ts';
import type { SubRequest } from '../arm/resource-type.ts';
import type { HttpReply, HttpRequest } from '../http.ts';
import type { World } from '../world.ts';
import { askHost } from './ask-host.ts';
import { authenticated } from './easy-auth.ts';
import { startingKeysOf } from './host-keys.ts';
import type { HostedApps } from './hosted-apps.ts';
import { badRequest } from './refusals.ts';
import { configOf, hostNameOf } from './site-state.ts';

/** Resource Manager has an answer within a minute, or none: https://learn.microsoft.com/azure/azure-resource-manager/management/async-operations */
const TIME_LIMIT_IN_MS = 60_000;

/**
 * `hostruntime/…`: what Resource Manager hands on to the host of an app as its owner, whatever networks may reach it. Of a host it
 * is used for `admin/` (https://github.com/Azure/azure-functions-ux) and for the webhooks of extensions, the durable one's among them
 * (https://github.com/cblomart/durableops).
 */
export function answerHostRuntime({ resource, request }: SubRequest, rest: readonly string[]): ArmReply | undefined {
  const isKnown = rest[0]?.toLowerCase() === 'runtime' || rest[0]?.toLowerCase() === 'admin';
  if (!isKnown) return undefined;
  const query = new URLSearchParams(request.query);
  query.delete('api-version');
  return { status: 200, handOn: { site: resource.id, path: `/${rest.join('/')}?${query}` } };
}

/** The answer of the host; built-in authentication stands before it, and takes no token of Resource Manager's for one of its own. */
export async function askedThroughArm(
  world: World,
  apps: HostedApps,
  { method, headers, body }: HttpRequest,
  { site: id, path }: HandOn,
): Promise<Pick<HttpReply, 'status' | 'headers' | 'body'>> {
  const site = world.resource(id);
  const type = { 'content-type': 'application/json; charset=utf-8' };
  const address = site && (await apps.address(id));
  if (!site || address === undefined) {
    const { status, body: error } = refused(
      badRequest('Encountered an error (InternalServerError) from host runtime.'),
    );
    return { status, headers: type, body: JSON.stringify(error) };
  }
  const signedIn = authenticated(configOf(site, 'authsettingsV2'), { headers: {}, url: path }, () => undefined);
  if (signedIn.status !== undefined) return { status: signedIn.status, headers: {} };
  const token = headers['x-ms-continuation-token'];
  const answer = await askHost(`${address}${path}`, {
    method,
    headers: {
      host: hostNameOf(site),
      'x-functions-key': startingKeysOf(world, site).master,
      ...(token !== undefined && { 'x-ms-continuation-token': String(token) }),
    },
    body,
    timeoutInMs: TIME_LIMIT_IN_MS,
  });
  const next = answer.headers['x-ms-continuation-token'];
  const told = { ...type, ...(next !== undefined && { 'x-ms-continuation-token': String(next) }) };
  return answer.status === 0
    ? { status: 502, headers: type, body: '{}' }
    : { status: answer.status, headers: told, body: answer.text };
}
