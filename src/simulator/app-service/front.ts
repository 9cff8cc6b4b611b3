import { type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import { propertiesOf } from '../arm/resource-body.ts';
import { claimsOf } from '../entra.ts';
import { DEPLOYER_ADDRESS } from '../key-vault/firewall.ts';
import type { StoredResource } from '../store.ts';
import type { World } from '../world.ts';
import { authenticated } from './easy-auth.ts';
import type { HostedApps } from './hosted-apps.ts';
import { type Caller, isLetIn } from './ip-rules.ts';
import { configOf, isStopped } from './site-state.ts';

/** Of one hop alone: RFC 9110, section 7.6.1. */
const HOP_BY_HOP = ['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade'];

/** Whether somebody gets to an app, and as whom. */
export type Admission =
  | { readonly status: number; readonly body: string }
  | { readonly headers: Readonly<Record<string, string>> };

/** What stands before an app: whether it is there and runs, who may reach it, and who must be signed in. */
export function admission(
  world: World,
  site: StoredResource | undefined,
  caller: Caller,
  request: Pick<IncomingMessage, 'headers' | 'url'>,
): Admission {
  if (!site) return { status: 404, body: '404 Web Site not found' };
  if (isStopped(site)) return { status: 403, body: 'Error 403 - This web app is stopped.' };
  const isPrivate = propertiesOf(site.body).publicNetworkAccess === 'Disabled';
  if (isPrivate || !isLetIn(configOf(site, 'web'), caller)) return { status: 403, body: 'Error 403 - Forbidden' };
  const { status, headers } = authenticated(configOf(site, 'authsettingsV2'), request, (token) =>
    claimsOf(world, token),
  );
  return status === undefined ? { headers } : { status, body: '' };
}

/**
 * The front end of an app: who may come in, then the request as it is, streamed to the host and back. It stands outside the
 * order of requests of the cloud, since the app asks the cloud itself while it answers.
 *
 * @returns the status that went out
 */
export async function answerAppHost(
  world: World,
  apps: HostedApps,
  site: StoredResource | undefined,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<number> {
  const page = (status: number, body: string): number => {
    message.resume();
    response.writeHead(status, { 'content-type': 'text/html' }).end(body);
    return status;
  };
  const admitted = admission(world, site, { address: DEPLOYER_ADDRESS, tags: [] }, message);
  if ('status' in admitted) return page(admitted.status, admitted.body);
  const address = await apps.address(site?.id ?? '');
  if (address === undefined) return page(503, 'Function host is not running.');
  return await forward(message, response, address, admitted.headers);
}

function forward(
  message: IncomingMessage,
  response: ServerResponse,
  address: string,
  added: Readonly<Record<string, string>>,
): Promise<number> {
  return new Promise((resolve) => {
    const headers = Object.fromEntries(
      Object.entries(message.headers).filter(
        ([name]) => !HOP_BY_HOP.includes(name) && !name.startsWith('x-ms-client-principal'),
      ),
    );
    const forwarded = [headers['x-forwarded-for'] ?? [], DEPLOYER_ADDRESS].flat().join(', ');
    const outgoing = send(`${address}${message.url ?? '/'}`, {
      method: message.method,
      headers: { ...headers, 'x-forwarded-for': forwarded, 'x-forwarded-proto': 'https', ...added },
    });
    outgoing.on('response', (answer) => {
      const { statusCode = 502 } = answer;
      const kept = Object.entries(answer.headers).filter(([name]) => !HOP_BY_HOP.includes(name));
      response.writeHead(statusCode, Object.fromEntries(kept));
      response.flushHeaders();
      answer.pipe(response);
      answer.on('error', () => response.destroy());
      resolve(statusCode);
    });
    outgoing.on('error', () => {
      if (response.headersSent) response.destroy();
      else
        response.writeHead(502, { 'content-type': 'text/html' }).end('502 - Web server received an invalid response.');
      resolve(502);
    });
    // Who asked has gone: so has the reason to answer.
    response.on('close', () => outgoing.destroy());
    message.pipe(outgoing);
  });
}
