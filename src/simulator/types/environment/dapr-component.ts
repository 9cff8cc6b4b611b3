import { isJsonObject, type Json, type JsonObject } from '../../../shared/json.ts';
import { ok } from '../../arm/message.ts';
import { propertiesOf } from '../../arm/resource-body.ts';
import type { ResourceType } from '../../arm/resource-type.ts';
import { APP_API_VERSIONS } from '../../container-apps/api-versions.ts';
import { refuse } from '../../refusal.ts';

/**
 * Components of Dapr for the apps of an environment
 * (https://learn.microsoft.com/rest/api/containerapps/dapr-components): secrets by their names alone, their values by `listSecrets`.
 * Names: https://github.com/hashicorp/terraform-provider-azurerm/blob/main/internal/services/containerapps/validate/validate.go
 */
export const daprComponent: ResourceType = {
  type: 'Microsoft.App/managedEnvironments/daprComponents',
  apiVersions: APP_API_VERSIONS,
  name: /^(?=.{1,60}$)[a-z](?:[a-z0-9]|-(?!-))*(?<!-)$/,
  nameError: 'DaprComponentInvalidName',
  listed: false,
  withoutLocation: true,
  withoutProvisioningState: true,
  style: 'sync',
  createdAs200: true,
  seconds: { create: 1, update: 1, delete: 0 },
  check({ body }) {
    const { componentType, version, metadata, secrets, secretStoreComponent } = propertiesOf(body);
    const missing = Object.entries({ componentType, version }).find(([, value]) => !value);
    if (missing) return refuse(400, 'DaprComponentInvalid', `The Dapr component needs ${missing[0]}.`);
    // As secrets of apps: what GET answered has no values, and none are kept for it.
    const empty = objects(secrets).find(({ value, keyVaultUrl }) => !value && !keyVaultUrl);
    if (empty) return refuse(400, 'DaprComponentInvalid', `The secret '${String(empty.name)}' has no value.`);
    const names = objects(secrets).map(({ name }) => name);
    const lost = objects(metadata).find(({ secretRef }) => secretRef && !names.includes(secretRef));
    // https://github.com/microsoft/azure-container-apps/issues/643
    return lost && !secretStoreComponent
      ? refuse(
          400,
          'DaprComponentMetadataSecretRefNotFound',
          `SecretRef '${String(lost.secretRef)}' defined for dapr metadata setting '${String(lost.name)}' not found`,
        )
      : undefined;
  },
  defaults: () => ({
    properties: { ignoreErrors: false, initTimeout: null, secrets: null, metadata: null, scopes: null },
  }),
  view: ({ body }): JsonObject => {
    const secrets = objects(propertiesOf(body).secrets);
    const named = secrets.map(({ value: _, ...rest }): JsonObject => rest);
    return { properties: { secrets: named.length > 0 ? named : null } };
  },
  handle: ({ resource, request, rest }) =>
    request.method === 'POST' && rest.length === 1 && rest[0]?.toLowerCase() === 'listsecrets'
      ? ok({ value: objects(propertiesOf(resource.body).secrets) })
      : undefined,
};

function objects(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}
