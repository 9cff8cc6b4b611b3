/** What a span, and a metric, may say of a request: names, and nothing that an address may carry besides. */

type Facts = Readonly<Record<string, string | number>>;

/** A resource's address, taken apart: https://learn.microsoft.com/rest/api/azure/#components-of-a-rest-api-requestresponse */
interface ResourceAddress {
  /** The address with a word in place of each name. */
  readonly template: string;
  /** `Microsoft.App/containerApps`; undefined: a group, or a subscription. */
  readonly type: string | undefined;
  /** The id without the action that is asked of it. */
  readonly id: string | undefined;
}

const NAMED: Readonly<Record<string, string>> = {
  subscriptions: '{subscriptionId}',
  resourcegroups: '{resourceGroupName}',
};

/**
 * By https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-client-span. Queries are left out: they hold signatures. So is the path
 * where it is not Azure Resource Manager's: what stands there is not known.
 *
 * @returns attributes of the span, and those of few values, by which it may be counted
 */
export function requestFacts(
  method: string,
  address: string,
): { readonly name: string; readonly all: Facts; readonly few: Facts } {
  const url = new URL(address);
  const resource = resourceAddress(url.pathname);
  const { protocol, hostname } = url;
  const port = Number(url.port || (protocol === 'https:' ? 443 : 80));
  const few = {
    'http.request.method': method,
    'server.address': hostname,
    ...(resource?.type !== undefined && { 'azure.resource.type': resource.type }),
  };
  return {
    name: resource ? `${method} ${resource.template}` : method,
    few,
    all: {
      ...few,
      'server.port': port,
      'url.full': `${protocol}//${url.host}${resource ? url.pathname : '/'}`,
      ...(resource && { 'url.template': resource.template }),
      ...(resource?.type !== undefined && { 'azure.resource_provider.namespace': resource.type.split('/')[0] ?? '' }),
      ...(resource?.id !== undefined && { 'azure.resource.id': resource.id }),
    },
  };
}

function resourceAddress(path: string): ResourceAddress | undefined {
  const words = path.split('/').slice(1).map(decoded);
  if (!['subscriptions', 'providers'].includes(words[0]?.toLowerCase() ?? '')) return undefined;
  const template: string[] = [];
  let type: string[] | undefined;
  let named = 0;
  for (let at = 0; at < words.length; ) {
    const word = words[at] ?? '';
    if (word.toLowerCase() === 'providers' && at + 1 < words.length) {
      type = [words[at + 1] ?? ''];
      template.push(word, type[0] ?? '');
      at += 2;
      continue;
    }
    template.push(word);
    if (at + 1 < words.length) {
      template.push(type ? '{name}' : (NAMED[word.toLowerCase()] ?? '{name}'));
      type?.push(word);
      named = at + 2;
    } else if (type?.length === 1) {
      // A list of a type; further on it may be an action as well.
      type.push(word);
    }
    at += 2;
  }
  return {
    template: `/${template.join('/')}`,
    type: type && type.length > 1 ? type.join('/') : undefined,
    id: named > 0 ? `/${words.slice(0, named).join('/')}` : undefined,
  };
}

function decoded(word: string): string {
  try {
    return decodeURIComponent(word);
  } catch {
    return word;
  }
}
