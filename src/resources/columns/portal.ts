/** The page of the resource itself. */
export function ownPage(id: string): string {
  return `${id}/overview`;
}

/** A page of the resource that the id's resource is part of: children and extensions have none of their own. */
export function pageOfParent(page: string): (id: string) => string {
  return (id) => `${id.replace(/(\/providers\/[^/]+)?\/[^/]+\/[^/]+$/, '')}/${page}`;
}
