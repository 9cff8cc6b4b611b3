import type { Azure } from '../azure/ports.ts';
import { CONTAINER_APP } from '../resources/container-app.ts';
import { isJsonObject, jsonAt, scalarText } from '../shared/json.ts';
import { mapLimited } from '../shared/map-limited.ts';

const AT_A_TIME = 8;

/**
 * Reads the secrets that an app has, those of vaults and its own, so that whoever is told of each value that passes can hide it.
 *
 * @throws AzureError when one may not be read
 */
export async function learnSecretsOf(azure: Azure, appId: string): Promise<void> {
  const app = await azure.arm.get(appId, CONTAINER_APP.apiVersion);
  const found = app && jsonAt(app, 'properties.configuration.secrets');
  const secrets = Array.isArray(found) ? found.filter(isJsonObject) : [];
  const addresses = new Set(secrets.map(({ keyVaultUrl }) => scalarText(keyVaultUrl)));
  if (addresses.delete('')) await azure.apps.secretValues(appId, CONTAINER_APP.apiVersion);
  await mapLimited([...addresses], AT_A_TIME, async (address) => {
    const { origin, pathname } = new URL(address);
    const [, , name = ''] = pathname.split('/');
    await azure.vault(origin).get(name);
  });
}
