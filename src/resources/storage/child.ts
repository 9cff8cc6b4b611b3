import { NAME_RULES } from '../../domain/name-rules.ts';
import { pageOfParent } from '../columns/portal.ts';
import type { ResourceKind } from '../kind.ts';
import { STORAGE_ACCOUNT } from './account.ts';

/** What containers, queues and shares have in common: each lies in the one service of its kind that an account has. */
export function storageChild(service: 'blobServices' | 'queueServices' | 'fileServices', page: string) {
  return {
    apiVersion: STORAGE_ACCOUNT.apiVersion,
    provider: STORAGE_ACCOUNT.provider,
    ownership: 'child',
    within: `${service}/default`,
    listing: 'absent',
    name: NAME_RULES.storageChild,
    uniqueName: null,
    availability: [],
    permission: null,
    holdsData: true,
    update: 'patch',
    createOnly: [],
    defaults: [],
    computed: [],
    timeoutInSeconds: 300,
    deletion: { how: 'request', softDeleted: null },
    portalPage: (id) => pageOfParent(page)(id.replace(`/${service}/default`, '')),
  } as const satisfies Partial<ResourceKind>;
}
