import type { EnvironmentView } from '../../domain/api/views.ts';
import { DEFAULT_ENVIRONMENT } from '../../domain/environment-name.ts';
import { portalPageOf } from '../../resources/registry.ts';
import { ExitCode, UserError } from '../../shared/errors.ts';
import { openInBrowser } from '../browser.ts';
import { writeOutput } from '../json/write-output.ts';
import { openDeployments } from '../open-deployments.ts';
import type { CommonOptions } from '../options.ts';
import { portalAddress } from '../render/portal-address.ts';
import type { Terminal } from '../terminal.ts';
import { type AppPage, findPage, pageNotServed } from './app/open-page.ts';

/** The word for the page of the app, where a service may be meant as well. */
const PAGE = 'page';

type OpenOptions = CommonOptions & { readonly print: boolean };

/** What is opened: an address that may be seen, and how it is opened by a person at this machine. */
interface Target {
  readonly address: string;
  /** The address that the browser is given. */
  forBrowser(): Promise<string>;
}

/**
 * Opens the page of the app, a service, or a page of the portal in the browser; where there is none it prints the address. A key is in
 * no address.
 *
 * @param what undefined: the page where an app is served or named, else the service that has an address
 */
export async function openCommand(
  terminal: Terminal,
  options: OpenOptions,
  what: string | undefined,
): Promise<ExitCode> {
  const { address, forBrowser } = (await pageFor(terminal, options, what)) ?? (await placeFor(terminal, options, what));
  const json = options.output === 'json';
  if (json) writeOutput(terminal, 'address', { type: 'address', address });
  else terminal.stdout.write(`${address}\n`);
  if (options.print || json || !terminal.interactive) return ExitCode.ok;
  await openInBrowser(forBrowser, (line) => void terminal.stderr.write(`${line}\n`));
  return ExitCode.ok;
}

/** Undefined: it is not the page that is meant, or there is none. */
async function pageFor(
  terminal: Terminal,
  options: OpenOptions,
  what: string | undefined,
): Promise<Target | undefined> {
  if (what !== undefined && what !== PAGE) return undefined;
  const page = await findPage(terminal, options);
  if (page) return targetOf(page, options.environment === DEFAULT_ENVIRONMENT ? undefined : options.environment);
  if (what === undefined) return undefined;
  throw pageNotServed();
}

/** A service, a page of the portal, or an environment of the app on its page. */
async function placeFor(terminal: Terminal, options: OpenOptions, what: string | undefined): Promise<Target> {
  try {
    const view = await (await openDeployments(terminal, options)).show();
    const address = addressOf(view, what, options.environment);
    return { address, forBrowser: async () => address };
  } catch (error) {
    const page = what === undefined ? undefined : await findPage(terminal, options);
    if (page && what !== undefined && (await page.environments()).includes(what)) return targetOf(page, what);
    throw error;
  }
}

function targetOf(page: AppPage, environment: string | undefined): Target {
  const address = page.address(environment);
  return { address, forBrowser: async () => await page.signedIn(address) };
}

function addressOf(view: EnvironmentView | undefined, what: string | undefined, environment: string): string {
  const addresses = view?.addresses ?? {};
  const pages = view ? portalPages(view) : new Map<string, string>();
  const names = Object.keys(addresses);
  const [only, another] = names;
  const wanted = what ?? (another === undefined ? only : undefined);
  const found = wanted === undefined ? undefined : (addresses[wanted] ?? pages.get(wanted));
  if (found !== undefined) return found;
  // Parts of a resource have a page by their key, too, and would only make the list long.
  const known = [...new Set([...names, ...pages.keys()])].filter((name) => !name.includes(':'));
  if (known.length === 0) {
    throw new UserError(`Nothing was deployed to ${environment} yet.`, {
      code: 'nothing_deployed',
      hint: 'Deploy first.',
    });
  }
  const message = what === undefined ? openWhat(names) : `There is nothing to open that is called ${what}.`;
  throw new UserError(message, { code: 'address_unknown', hint: `There are: ${known.join(', ')}` });
}

function openWhat(services: readonly string[]): string {
  return services.length === 0
    ? 'No service has an address of its own.'
    : 'Several services have an address: name one.';
}

/** `portal` is the group; a service without an address, and every other resource, has its page by its key. */
function portalPages({ resources, subscriptionId, resourceGroup }: EnvironmentView): ReadonlyMap<string, string> {
  const pages = resources.flatMap(({ key, id, type }) => {
    const address = portalAddress(portalPageOf(id, type));
    const [family, service] = key.split(':');
    return [[key, address] as const, ...(family === 'app' && service ? [[service, address] as const] : [])];
  });
  const group = `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/overview`;
  const ofGroup = subscriptionId !== null && resourceGroup !== null ? [['portal', portalAddress(group)] as const] : [];
  return new Map([...ofGroup, ...pages]);
}
