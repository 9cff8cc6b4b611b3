import { registryServer } from '../images/image-reference.ts';
import type { DeploymentConfig } from './model.ts';
import type { RegistryAccess } from './model-choices.ts';
import { vaultName } from './secrets.ts';

/** The vault secret with the password of a registry: `REGISTRY-PASSWORD-GHCR-IO`. */
export function registrySecret(server: string): string {
  return vaultName(`registry-password-${server.replaceAll(/[^A-Za-z0-9-]/g, '-')}`);
}

/** How images of a registry are pulled, as `registries` of the file says; undefined: by everybody. */
export function accessTo(
  { registries = {} }: Pick<DeploymentConfig, 'registries'>,
  server: string,
): RegistryAccess | undefined {
  const found = Object.entries(registries).find(([name]) => registryServer(name) === server);
  return found?.[1];
}
