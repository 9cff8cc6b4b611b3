import { decimal } from '../../domain/cost/decimal.ts';
import type { CostInput, MeterUse, NotPriced } from '../../domain/cost/meter.ts';
import { use } from '../../domain/cost/quantity.ts';
import type { DesiredResource, DesireInput } from '../../domain/desired.ts';
import { jsonAt, scalarText } from '../../shared/json.ts';
import type { ResourceKind } from '../kind.ts';
import { storageAccount, storageOf } from './account.ts';
import { storageChild } from './child.ts';
import { redundancyOf } from './redundancy.ts';

export const FILE_SHARE: ResourceKind<'Microsoft.Storage/storageAccounts/fileServices/shares'> = {
  ...storageChild('fileServices', 'fileList'),
  type: 'Microsoft.Storage/storageAccounts/fileServices/shares',
  // https://learn.microsoft.com/rest/api/storagerp/file-shares/create, EnabledProtocols: only when it is made.
  immutable: ['properties.enabledProtocols'],
  // Premium shares only tell it: https://learn.microsoft.com/rest/api/storagerp/file-shares/get
  implied: { 'properties.enabledProtocols': 'SMB' },
  settings: {},
  cost: shareCost,
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

/**
 * A premium share is charged by what it is provisioned with, another one by what it holds:
 * https://learn.microsoft.com/azure/storage/files/understanding-billing
 */
function shareCost({ body, parent, assumptions }: CostInput): readonly MeterUse[] | NotPriced {
  if (!parent) return { notPriced: 'nothing is known of its storage account' };
  const copies = redundancyOf(parent).replace('RA-', '');
  const quota = decimal(scalarText(jsonAt(body, 'properties.shareQuota'), '0'));
  const meter = { service: 'Storage', unit: '1 GB/Month' };
  if (parent.kind === 'FileStorage') {
    const premium = {
      ...meter,
      product: 'Premium Files',
      sku: `Premium ${copies}`,
      name: `Premium ${copies} Provisioned`,
    };
    return [use('fixed', 'provisioned share', premium, quota)];
  }
  const standard = { ...meter, product: 'Files v2', sku: `Standard ${copies}`, name: `${copies} Data Stored` };
  return [use('use', 'share', standard, decimal(assumptions.shareGb), { most: quota })];
}
