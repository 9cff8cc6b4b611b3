import { askHost } from '../app-service/ask-host.ts';
import { admission } from '../app-service/front.ts';
import type { HostedApps } from '../app-service/hosted-apps.ts';
import { siteAt } from '../app-service/site-state.ts';
import type { World } from '../world.ts';

/** Where Event Grid seems to be, as access rules name it. */
const EVENT_GRID = { address: '198.51.100.8', tags: ['AzureEventGrid'] };
/** https://learn.microsoft.com/azure/event-grid/delivery-and-retry: an endpoint has 30 seconds. */
const TIME_LIMIT_IN_MS = 30_000;

/**
 * Sends events to a webhook. Of all the addresses of the world only those of function apps lead anywhere from here.
 *
 * @returns status 0 when nobody answers
 */
export async function askEndpoint(
  world: World,
  apps: HostedApps,
  endpoint: string,
  kind: 'SubscriptionValidation' | 'Notification',
  events: readonly object[],
): Promise<{ readonly status: number; readonly text: string }> {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  const site = url?.protocol === 'https:' ? siteAt(world, url.host) : undefined;
  if (!url || !site) return { status: 0, text: '' };
  const headers = { 'content-type': 'application/json', 'aeg-event-type': kind };
  const admitted = admission(world, site, EVENT_GRID, { headers, url: `${url.pathname}${url.search}` });
  if ('status' in admitted) return { status: admitted.status, text: admitted.body };
  const address = await apps.address(site.id);
  if (address === undefined) return { status: 503, text: '' };
  const { status, text } = await askHost(`${address}${url.pathname}${url.search}`, {
    method: 'POST',
    headers: { ...headers, host: url.host, ...admitted.headers },
    body: JSON.stringify(events),
    timeoutInMs: TIME_LIMIT_IN_MS,
  });
  return { status, text };
}
