import { boundedPages } from '../shared/bounded-pages.ts';
import { AzureError } from './errors.ts';

/**
 * The pages of a list of Resource Manager, which answers up to a thousand resources a page, as far as there can be any.
 * @param linkOf what leads to the next page
 * @throws AzureError `EndlessList` when a page leads back to one before, or when there are too many
 */
export function armPages<Page>(
  pages: AsyncIterable<Page>,
  linkOf: (page: Page) => string | undefined,
): AsyncGenerator<Page> {
  return boundedPages(pages, linkOf, endless);
}

/** All items of a list of the SDKs, which follow whatever an answer names. */
export async function allItems<Item>(list: { byPage(): AsyncIterable<readonly Item[]> }): Promise<readonly Item[]> {
  const items: Item[] = [];
  for await (const page of boundedPages(list.byPage(), tokenOf, endless)) items.push(...page);
  return items;
}

function tokenOf(page: object): string | undefined {
  return 'continuationToken' in page && typeof page.continuationToken === 'string' ? page.continuationToken : undefined;
}

function endless(how: string): AzureError {
  return new AzureError({ code: 'EndlessList', message: `the list does not end: ${how}` });
}
