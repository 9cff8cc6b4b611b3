import type { KeyVaultSecret, SecretClient, SecretProperties } from '@azure/keyvault-secrets';
import type { ArmConnection } from './arm.ts';
import { clientOptions } from './client-options.ts';
import { vaultTerms } from './client-terms.ts';
import { errorOfSdk } from './errors.ts';
import { allItems } from './pages.ts';
import type { ListedSecret, SecretCondition, Vault, VaultSecret } from './ports.ts';

/**
 * One vault's secrets, on @azure/keyvault-secrets.
 * @param keepSecret called with every value that is read or written, so that none reaches a log.
 */
export function createVault(connection: ArmConnection, vaultUri: string, keepSecret: (value: string) => void): Vault {
  let client: Promise<SecretClient> | undefined;
  const connect = (): Promise<SecretClient> => {
    client ??= import('@azure/keyvault-secrets').then(
      ({ SecretClient: Client }) =>
        new Client(vaultUri, connection.credential, {
          ...clientOptions(connection.transport, vaultTerms(connection.cloud)),
        }),
    );
    return client;
  };
  const keep = (secret: KeyVaultSecret): VaultSecret => {
    const { name, value = '', properties } = secret;
    keepSecret(value);
    return { name, value, id: properties.id ?? '', tags: properties.tags ?? {} };
  };

  return {
    async list() {
      try {
        return (await allItems((await connect()).listPropertiesOfSecrets())).map(listedSecret);
      } catch (error) {
        throw errorOfSdk(error);
      }
    },

    async get(name) {
      try {
        return keep(await (await connect()).getSecret(name));
      } catch (error) {
        const known = errorOfSdk(error);
        if (known.statusCode === 404) return undefined;
        throw known;
      }
    },

    async inspect(name, version) {
      try {
        const { value = '', properties } = await (await connect()).getSecret(name, version ? { version } : {});
        keepSecret(value);
        return conditionOf(value, properties);
      } catch (error) {
        const known = errorOfSdk(error);
        if (known.statusCode === 404) return undefined;
        if (known.code !== 'SecretDisabled') throw known;
        const id = `${vaultUri.replace(/\/+$/, '')}/secrets/${name}${version ? `/${version}` : ''}`;
        return { id, enabled: false, text: 'not to be read' };
      }
    },

    async set(name, value, tags = {}) {
      keepSecret(value);
      try {
        return keep(await (await connect()).setSecret(name, value, { tags, contentType: 'text/plain' }));
      } catch (error) {
        throw errorOfSdk(error);
      }
    },

    async recover(name) {
      try {
        await (await connect()).beginRecoverDeletedSecret(name);
        return true;
      } catch (error) {
        const known = errorOfSdk(error);
        if (known.statusCode === 404) return false;
        throw known;
      }
    },
  };
}

function conditionOf(value: string, properties: SecretProperties): SecretCondition {
  return { id: properties.id ?? '', ...validity(properties), text: textOf(value) };
}

function listedSecret(properties: SecretProperties): ListedSecret {
  const { name, updatedOn } = properties;
  return { name, ...validity(properties), ...(updatedOn && { updated: updatedOn.toISOString() }) };
}

function validity({ enabled, notBefore, expiresOn }: SecretProperties): Omit<SecretCondition, 'id' | 'text'> {
  return {
    enabled: enabled ?? true,
    ...(notBefore && { notBefore: notBefore.toISOString() }),
    ...(expiresOn && { expires: expiresOn.toISOString() }),
  };
}

function textOf(value: string): SecretCondition['text'] {
  if (value === '') return 'empty';
  if (value.trim() === '') return 'blank';
  return /[\r\n]$/.test(value) ? 'ends in a newline' : 'plain';
}
