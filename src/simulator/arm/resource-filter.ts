import type { ListedResource } from './listed-resource.ts';

/** Whether a resource or group is asked for. */
export type ResourceFilter = (resource: ListedResource) => boolean;

/**
 * The `$filter` of resource and group lists: comparisons by `eq` and `ne`, `substringof` and tags, joined by `and`, those
 * by `or` (https://learn.microsoft.com/rest/api/resources/resources/list). Undefined for anything else.
 */
export function resourceFilter(text: string): ResourceFilter | undefined {
  if (text.trim() === '') return () => true;
  const alternatives = text.split(/\s+or\s+/i).map((part) => conjunction(part.trim()));
  return alternatives.every((one) => one !== undefined)
    ? (resource) => alternatives.some((matches) => matches(resource))
    : undefined;
}

function conjunction(text: string): ResourceFilter | undefined {
  const terms = text.replace(/^\((.*)\)$/, '$1').split(/\s+and\s+/i);
  // A tag's name and value are one condition in two terms.
  const tags = terms.map(tagTerm);
  const rest = terms.filter((_, index) => tags[index] === undefined).map(comparison);
  if (rest.some((one) => one === undefined)) return undefined;
  const wanted = Object.assign({}, ...tags) as TagTerm;
  return (resource) => hasTag(resource, wanted) && rest.every((matches) => matches?.(resource));
}

interface TagTerm {
  readonly tagname?: string;
  readonly tagvalue?: string;
}

function tagTerm(term: string): TagTerm | undefined {
  const [, name, value] = /^(tagName|tagValue)\s+eq\s+'((?:[^']|'')*)'$/i.exec(term.trim()) ?? [];
  return name === undefined || value === undefined ? undefined : { [name.toLowerCase()]: value.replaceAll("''", "'") };
}

function hasTag({ tags = {} }: ListedResource, { tagname, tagvalue }: TagTerm): boolean {
  if (tagname === undefined && tagvalue === undefined) return true;
  return Object.entries(tags).some(
    ([name, value]) =>
      (tagname === undefined || name.toLowerCase() === tagname.toLowerCase()) &&
      (tagvalue === undefined || value === tagvalue),
  );
}

function comparison(term: string): ResourceFilter | undefined {
  const [, part, inWhat] = /^substringof\('((?:[^']|'')*)',\s*(name|resourceGroup)\)$/i.exec(term.trim()) ?? [];
  if (part !== undefined && inWhat !== undefined) {
    return (resource) => member(resource, inWhat).includes(part.toLowerCase());
  }
  const [, name, operator, value] =
    /^(resourceType|resourceGroup|location|name|kind)\s+(eq|ne)\s+'((?:[^']|'')*)'$/i.exec(term.trim()) ?? [];
  if (name === undefined || value === undefined) return undefined;
  const isWanted = operator?.toLowerCase() === 'eq';
  return (resource) => (member(resource, name) === plain(value, name)) === isWanted;
}

function member({ id, type, name, location, kind }: ListedResource, wanted: string): string {
  const group = /\/resourceGroups\/([^/]+)/i.exec(id)?.[1] ?? '';
  const values = { resourcetype: type, resourcegroup: group, location, name, kind: kind ?? '' };
  return plain(values[wanted.toLowerCase() as keyof typeof values], wanted);
}

/** `West Europe` is `westeurope`. */
function plain(text: string, name: string): string {
  const lower = text.replaceAll("''", "'").toLowerCase();
  return name.toLowerCase() === 'location' ? lower.replaceAll(' ', '') : lower;
}
