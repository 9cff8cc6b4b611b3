import type { DesiredResource, DesireInput } from '../../domain/desired.ts';
import { jsonAt, scalarText } from '../../shared/json.ts';
import type { ResourceKind } from '../kind.ts';
import { storageAccount, storageOf } from './account.ts';
import { storageChild } from './child.ts';

export const FILE_SHARE: ResourceKind<'Microsoft.Storage/storageAccounts/fileServices/shares'> = {
  ...storageChild('fileServices', 'fileList'),
  type: 'Microsoft.Storage/storageAccounts/fileServices/shares',
  // https://learn.microsoft.com/rest/api/storagerp/file-shares/create, EnabledProtocols: only when it is made.
  immutable: ['properties.enabledProtocols'],
  // Premium shares only tell it: https://learn.microsoft.com/rest/api/storagerp/file-shares/get
  implied: { 'properties.enabledProtocols': 'SMB' },
  settings: {},
  invariants: {},
  onlyGrows: ['properties.shareQuota'],
  dataSize: (live) => {
    const quota = scalarText(jsonAt(live, 'properties.shareQuota'));
    return quota === '' ? undefined : `up to ${quota} GiB`;
  },
  foreign: () => ({ text: 'a share beside ours' }),
};

export function fileShares(input: DesireInput): readonly DesiredResource<typeof FILE_SHARE>[] {
  const account = storageAccount(input);
  return Object.entries(storageOf(input.config).shares).map(([name, { quotaInGb, protocol }]) => {
    const section = `storage.shares.${name}`;
    return {
      kind: FILE_SHARE,
      key: `storage:share:${name}`,
      title: `file share ${name} of ${account.title}`,
      id: `${account.id}/${FILE_SHARE.within}/shares/${name}`,
      settings: {
        'properties.shareQuota': `${section}.quota`,
        'properties.enabledProtocols': [`${section}.protocol`, 'storage.shares'],
      },
      body: { properties: { shareQuota: quotaInGb, enabledProtocols: protocol.toUpperCase() } },
    };
  });
}
