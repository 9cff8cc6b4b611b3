import { isJsonObject, type JsonObject } from '../../../shared/json.ts';
import { propertiesOf, skuOf } from '../../arm/resource-body.ts';
import { type Refusal, refuse } from '../../refusal.ts';
import { isPremium } from '../../storage/account.ts';

/**
 * https://learn.microsoft.com/azure/storage/common/storage-account-create#storage-account-type-parameters; zone-redundant page
 * blobs are not among them: https://github.com/hashicorp/terraform-provider-azurerm/issues/8089.
 */
const SKUS: Readonly<Record<string, readonly string[]>> = {
  StorageV2: [
    'Standard_LRS',
    'Standard_GRS',
    'Standard_RAGRS',
    'Standard_ZRS',
    'Standard_GZRS',
    'Standard_RAGZRS',
    'Premium_LRS',
  ],
  BlockBlobStorage: ['Premium_LRS', 'Premium_ZRS'],
  FileStorage: [
    'Premium_LRS',
    'Premium_ZRS',
    'PremiumV2_LRS',
    'PremiumV2_ZRS',
    'StandardV2_LRS',
    'StandardV2_ZRS',
    'StandardV2_GRS',
    'StandardV2_GZRS',
  ],
};

/**
 * Not made any more since September 2026: https://github.com/ansible-collections/azure/pull/2327; the code:
 * https://github.com/redhat-cop/agnosticd/pull/9931.
 */
const RETIRED = ['Storage', 'BlobStorage'];

/** Set when the account is made and never after: https://github.com/Azure/azure-rest-api-specs/issues/18441 */
const FOREVER = ['isHnsEnabled', 'isNfsV3Enabled', 'dnsEndpointType', 'immutableStorageWithVersioning'] as const;

/** What is wrong with an account, but for its network. `before` is its body until now. */
export function accountProblem(
  body: JsonObject,
  sent: JsonObject,
  before: JsonObject | undefined,
): Refusal | undefined {
  return (
    missingProblem(body) ??
    tagNamesProblem(body) ??
    (before ? changeProblem(sent, before) : kindProblem(body)) ??
    featureProblem(body)
  );
}

/** Shorter than those of others: https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources#limitations */
const LONGEST_TAG_NAME = 128;

function tagNamesProblem({ tags }: JsonObject): Refusal | undefined {
  const names = Object.keys(isJsonObject(tags) ? tags : {});
  const long = names.find((name) => name.length > LONGEST_TAG_NAME);
  if (long === undefined) return undefined;
  const message = `Tag name too large. Following tag name '${long}' exceeded the maximum length. Maximum allowed length for tag name - '${LONGEST_TAG_NAME}' characters.`;
  return refuse(400, 'InvalidTagNameLength', message);
}

function missingProblem(body: JsonObject): Refusal | undefined {
  const missing = [['sku.name', skuOf(body)] as const, ['kind', body.kind] as const].find(
    ([, value]) => value === undefined || value === '',
  );
  return missing && refuse(400, 'InvalidRequestContent', `The request content was invalid: '${missing[0]}' is needed.`);
}

function kindProblem(body: JsonObject): Refusal | undefined {
  const kind = String(body.kind);
  if (RETIRED.includes(kind)) {
    return refuse(400, 'AccountKindNotSupported', `New storage accounts of kind '${kind}' cannot be created.`);
  }
  return SKUS[kind]?.includes(skuOf(body)) ? undefined : invalidValues('kind, sku');
}

/**
 * Kinds: https://github.com/microsoft/CromwellOnAzure/issues/159, but for the upgrade of the older ones
 * (https://learn.microsoft.com/azure/storage/common/storage-account-upgrade). Skus:
 * https://github.com/hashicorp/terraform-provider-azurerm/issues/110; without a conversion of its own only from one to the
 * other of the same disks and zones (https://learn.microsoft.com/azure/storage/common/redundancy-migration).
 */
function changeProblem(sent: JsonObject, before: JsonObject): Refusal | undefined {
  const isUpgrade = RETIRED.includes(String(before.kind)) && sent.kind === 'StorageV2';
  if (sent.kind !== undefined && sent.kind !== before.kind && !isUpgrade) return invalidValues('kind');
  const [from, to] = [skuOf(before), skuOf(sent)];
  if (to !== '' && to !== from && !isPlain(from, to)) {
    return refuse(400, 'StorageAccountTypeConversionNotAllowed', `Storage account type cannot be changed to ${to}.`);
  }
  const changed = FOREVER.find(
    (name) =>
      propertiesOf(sent)[name] !== undefined &&
      JSON.stringify(propertiesOf(sent)[name]) !== JSON.stringify(propertiesOf(before)[name]),
  );
  return (
    changed &&
    refuse(
      400,
      'AccountPropertyCannotBeUpdated',
      `The property '${changed}' was specified in the input, but it cannot be updated as it is read-only. For more information, see - https://aka.ms/storageaccountupdate`,
    )
  );
}

function isPlain(from: string, to: string): boolean {
  const family = (sku: string): string => `${sku.split('_')[0]} ${sku.includes('Z')}`;
  return family(from) === family(to);
}

/**
 * Hierarchical namespaces: https://github.com/Azure/azure-cli/issues/25748; NFS 3 of blobs, which is not that of file shares:
 * https://github.com/kubernetes-sigs/azurefile-csi-driver/issues/1057. Tiers of premium accounts: the description of the type;
 * the code is that of a wrong kind in https://github.com/kubernetes/kubernetes/issues/65845.
 */
function featureProblem(body: JsonObject): Refusal | undefined {
  const { isHnsEnabled, isNfsV3Enabled, accessTier } = propertiesOf(body);
  const hasBlobTiers = body.kind === 'StorageV2' && !isPremium(body);
  if (isHnsEnabled === true && !hasBlobTiers && body.kind !== 'BlockBlobStorage') {
    return refuse(
      400,
      'InvalidRequestPropertyValue',
      "The value 'True' is not allowed for property isHnsEnabled. For more information, see - https://aka.ms/storageaccounthns",
    );
  }
  if (isNfsV3Enabled === true && isHnsEnabled !== true) {
    return refuse(400, 'InvalidRequestPropertyValue', "The value 'True' is not allowed for property isNfsv3Enabled.");
  }
  const tiers = hasBlobTiers ? ['Hot', 'Cool', 'Cold'] : ['Premium'];
  const isKnown = accessTier === undefined || RETIRED.includes(String(body.kind)) || tiers.includes(String(accessTier));
  return isKnown
    ? undefined
    : refuse(400, 'AccountPropertyIsInvalid', 'Account property accessTier is invalid for the request.');
}

/** The words: https://github.com/hashicorp/terraform-provider-azurerm/issues/8089. */
export function invalidValues(names: string): Refusal {
  return refuse(400, 'InvalidValuesForRequestParameters', `Values for request parameters are invalid: ${names}.`);
}
