import { AzureError } from '../azure/errors.ts';
import type { ArmResource, Azure } from '../azure/ports.ts';
import { vaultSecretOf } from '../resources/app/secrets.ts';
import { CONTAINER_APP } from '../resources/container-app.ts';
import { isJsonObject, jsonAt, scalarText } from '../shared/json.ts';
import { mapLimited } from '../shared/map-limited.ts';

const AT_A_TIME = 8;

/**
 * Reads the secrets that an app has now, those of vaults in the version that it has and its own, so that whoever is told of each value that
 * passes can hide it. Asked again it reads what has come since: secrets are replaced with revisions.
 *
 * @returns why some cannot be read, each told once
 */
export function createSecretsReader(
  azure: Pick<Azure, 'apps' | 'vault'>,
): (app: ArmResource) => Promise<readonly string[]> {
  const asked = new Set<string>();
  const isNew = (what: string): boolean => !asked.has(what) && asked.add(what).has(what);

  /** @returns why there is no value to hide */
  async function read(app: ArmResource, keyVaultUrl: string): Promise<string | undefined> {
    if (keyVaultUrl === '') {
      await azure.apps.secretValues(app.id, CONTAINER_APP.apiVersion);
      return undefined;
    }
    const { origin } = new URL(keyVaultUrl);
    const { name = '', version } = vaultSecretOf(keyVaultUrl, origin) ?? {};
    const condition = await azure.vault(origin).inspect(name, version);
    return condition?.enabled ? undefined : `${name} is disabled or gone`;
  }

  return async (app) => {
    const found = jsonAt(app, 'properties.configuration.secrets');
    const urls = new Set(
      (Array.isArray(found) ? found.filter(isJsonObject) : []).map((one) => scalarText(one.keyVaultUrl)),
    );
    // Values of its own have no version; revisions that read another one are new.
    const revision = scalarText(jsonAt(app, 'properties.latestRevisionName'));
    const fresh = [...urls].filter((url) => isNew(url === '' ? `own of ${revision}` : url));
    const whys = await mapLimited(fresh, AT_A_TIME, async (url) => {
      try {
        return await read(app, url);
      } catch (error) {
        if (error instanceof AzureError) return error.message;
        throw error;
      }
    });
    return [...new Set(whys.filter((why) => why !== undefined))];
  };
}
