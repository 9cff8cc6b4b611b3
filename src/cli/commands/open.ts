import type { EnvironmentView } from '../../domain/api/views.ts';
import { portalPageOf } from '../../resources/registry.ts';
import { ExitCode, UserError } from '../../shared/errors.ts';
import { openInBrowser } from '../browser.ts';
import { writeOutput } from '../json/write-output.ts';
import { openDeployments } from '../open-deployments.ts';
import type { CommonOptions } from '../options.ts';
import { portalAddress } from '../render/portal-address.ts';
import type { Terminal } from '../terminal.ts';

type OpenOptions = CommonOptions & { readonly print: boolean };

/** Opens a service, or a page of the portal, in the browser; where there is none it prints the address. */
export async function openCommand(
  terminal: Terminal,
  options: OpenOptions,
  what: string | undefined,
): Promise<ExitCode> {
  const deployments = await openDeployments(terminal, options);
  const view = await deployments.show();
  const address = addressOf(view, what, options.environment);
  const json = options.output === 'json';
  if (json) writeOutput(terminal, 'address', { type: 'address', address });
  else terminal.stdout.write(`${address}\n`);
  if (options.print || json || !terminal.interactive) return ExitCode.ok;
  await openInBrowser(address, (line) => void terminal.stderr.write(`${line}\n`));
  return ExitCode.ok;
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
