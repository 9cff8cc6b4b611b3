import type { ModuleScope } from './model.ts';

/** Where something lies, as its id says. */
export interface Place {
  readonly scope: ModuleScope;
  /** The id of what it is in: its parent, what it extends, its group or its subscription. */
  readonly within: string;
  /** `child`: its type continues the parent's. `extension`: it is of another provider. `root`: in a group or a subscription. */
  readonly kind: 'child' | 'extension' | 'root';
}

const GROUP = /^\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)/i;
const SUBSCRIPTION = /^\/subscriptions\/([^/]+)/i;

/**
 * @param id of a resource that is not the group itself
 * @param ownGroup id of the environment's group
 * @returns undefined: in no subscription, as what is of the tenant
 */
export function placeOf(id: string, ownGroup: string): Place | undefined {
  const scope = scopeOf(id, ownGroup);
  if (!scope) return undefined;
  const at = id.toLowerCase().lastIndexOf('/providers/');
  const base = id.slice(0, at);
  const [namespace = '', ...path] = id.slice(at + '/providers/'.length).split('/');
  if (path.length > 2) {
    const parent = `${base}/providers/${[namespace, ...path.slice(0, -2)].join('/')}`;
    return { scope, within: parent, kind: 'child' };
  }
  return { scope, within: base, kind: base.toLowerCase().includes('/providers/') ? 'extension' : 'root' };
}

function scopeOf(id: string, ownGroup: string): ModuleScope | undefined {
  const [whole, subscription, group] = GROUP.exec(id) ?? [];
  if (whole !== undefined && subscription !== undefined && group !== undefined) {
    if (whole.toLowerCase() === ownGroup.toLowerCase()) return { kind: 'group' };
    const isOwn = ownGroup.toLowerCase().startsWith(`/subscriptions/${subscription.toLowerCase()}/`);
    return { kind: 'other', group, ...(!isOwn && { subscription }) };
  }
  const [ofSubscription] = SUBSCRIPTION.exec(id) ?? [];
  const isOwn = ofSubscription !== undefined && ownGroup.toLowerCase().startsWith(`${ofSubscription.toLowerCase()}/`);
  return isOwn ? { kind: 'subscription' } : undefined;
}
