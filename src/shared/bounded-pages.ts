import { LIMITS } from './limits.ts';

/**
 * The pages of a list that one leads from to the next, as far as there can be any.
 *
 * @param linkOf what leads to the next page; of pages without it only their number is bounded
 * @param endless what is thrown when a page leads back to one before, or when there are too many
 */
export async function* boundedPages<Page>(
  pages: AsyncIterable<Page>,
  linkOf: (page: Page) => string | undefined,
  endless: (how: string) => Error,
): AsyncGenerator<Page> {
  const links = new Set<string>();
  const most = LIMITS.listPages.value;
  let count = 0;
  for await (const page of pages) {
    count += 1;
    const link = linkOf(page);
    if (link !== undefined && links.has(link)) throw endless('a page leads back to one before it');
    if (count > most) throw endless(`it has more than ${most} pages`);
    if (link !== undefined) links.add(link);
    yield page;
  }
}
