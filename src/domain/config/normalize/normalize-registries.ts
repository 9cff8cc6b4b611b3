import type { DeploymentConfig } from '../model.ts';
import type { RegistryAccess } from '../model-choices.ts';
import { registrySecret } from '../registries.ts';
import type { RawConfig } from '../schema.ts';
import type { SecretEntry } from '../secrets.ts';
import { given } from './given.ts';

export function normalizeRegistries({ registries }: RawConfig): Pick<DeploymentConfig, 'registries'> {
  const found = Object.entries(registries ?? {}).map(([server, { username, identity }]): [string, RegistryAccess] => {
    if (!identity)
      return [server, { kind: 'password', username: given(username) ?? '', secret: registrySecret(server) }];
    return [server, { kind: 'identity', ...(typeof identity === 'string' && { registryId: identity }) }];
  });
  return found.length === 0 ? {} : { registries: Object.fromEntries(found) };
}

export function registryPasswords({ registries }: RawConfig): readonly SecretEntry[] {
  return Object.entries(registries ?? {}).map(([server, { password }]) => ({
    name: registrySecret(server),
    place: ['registries', server, 'password'],
    value: password,
  }));
}
