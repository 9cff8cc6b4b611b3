import { AzureError } from './errors.ts';

/** Resource Manager answers up to a thousand resources a page; a list that is longer than this many pages leads in a circle. */
const MAX_PAGES = 1000;

/**
 * The pages of a list that one leads from to the next, as far as there can be any.
 * @param linkOf what leads to the next page; without it only the number of pages is bounded
 * @throws AzureError `EndlessList` when a page leads back to one before, or when there are too many
 */
export async function* boundedPages<Page>(
  pages: AsyncIterable<Page>,
  linkOf: (page: Page) => string | undefined = () => undefined,
): AsyncGenerator<Page> {
  const links = new Set<string>();
  let count = 0;
  for await (const page of pages) {
    count += 1;
    const link = linkOf(page);
    if (link !== undefined && links.has(link)) throw endless('a page leads back to one before it');
    if (count > MAX_PAGES) throw endless(`it has more than ${MAX_PAGES} pages`);
    if (link !== undefined) links.add(link);
    yield page;
  }
}

/** All items of a list of the SDKs, which follow whatever an answer names. */
export async function allItems<Item>(list: { byPage(): AsyncIterable<readonly Item[]> }): Promise<readonly Item[]> {
  const items: Item[] = [];
  for await (const page of boundedPages(list.byPage(), tokenOf)) items.push(...page);
  return items;
}

function tokenOf(page: object): string | undefined {
  return 'continuationToken' in page && typeof page.continuationToken === 'string' ? page.continuationToken : undefined;
}

function endless(how: string): AzureError {
  return new AzureError({ code: 'EndlessList', message: `the list does not end: ${how}` });
}
