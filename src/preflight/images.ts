import type { Azure, FoundImage, PullAccess } from '../azure/ports.ts';
import type { DeploymentConfig } from '../domain/config/model.ts';
import { accessTo } from '../domain/config/registries.ts';
import { SecretName } from '../domain/config/secrets.ts';
import { imageReference, registryServer } from '../domain/images/image-reference.ts';
import { settleAll } from '../engine/settle.ts';
import type { SecretSource } from '../engine/step.ts';
import { givenSecrets } from '../secrets/secret-hmacs.ts';
import type { Beforehand } from './beforehand.ts';

/** An image that a resource is about to run. */
export interface WantedImage {
  /** Of the resource. */
  readonly key: string;
  readonly image: string;
}

interface Registries {
  readonly azure: Pick<Azure, 'lookAtImage' | 'vault'>;
  readonly config: DeploymentConfig;
  readonly secrets: SecretSource;
  /** Undefined: there is no vault yet. */
  readonly vaultUri: string | undefined;
}

/** https://learn.microsoft.com/azure/container-apps/containers#limitations */
const PLATFORM = 'linux/amd64';

/**
 * Why images cannot be run: they are not there, may not be pulled with what the configuration gives, or are for other processors. What
 * cannot be asked from here is no reason: Azure pulls from elsewhere.
 */
export async function imageProblems(registries: Registries, wanted: readonly WantedImage[]): Promise<Beforehand> {
  const images = [...new Set(wanted.map(({ image }) => image))];
  const found = new Map(await settleAll(images.map(async (image) => [image, await judge(registries, image)] as const)));
  const all = wanted.map(({ key, image }) => ({ key, verdict: found.get(image) ?? {} }));
  return {
    refusals: new Map(
      all.flatMap(({ key, verdict: { problem } }) => (problem === undefined ? [] : [[key, problem] as const])),
    ),
    unseen: [...new Set(all.flatMap(({ verdict: { unseen } }) => unseen ?? []))],
  };
}

/** At most one of the two. */
interface Verdict {
  readonly problem?: string;
  readonly unseen?: string;
}

async function judge(registries: Registries, image: string): Promise<Verdict> {
  const { server } = imageReference(image);
  const access = await accessFor(registries, server);
  if (access === 'not given') return { unseen: `the image ${image}: the password of ${server} was not given` };
  const found = await registries.azure.lookAtImage(image, access);
  return verdictOf(image, server, found, access);
}

function verdictOf(image: string, server: string, found: FoundImage, access: PullAccess | undefined): Verdict {
  switch (found.kind) {
    case 'missing':
      return { problem: `the registry ${server} has no image ${image}` };
    case 'refused':
      if (access?.kind === 'deployer')
        return { unseen: `the image ${image}: the deployer may not pull from ${server}` };
      return {
        problem: access
          ? `${server} does not let ${access.username} pull ${image} with that password, or has no such image`
          : `${server} does not let everybody pull ${image}, or has no such image; how it is pulled stands in registries: {${server}: {username, password}}`,
      };
    case 'unknown':
      return { unseen: `the image ${image}: ${found.why}` };
    case 'found':
      if (found.platforms.includes(PLATFORM) || found.platforms.length === 0) return {};
      return {
        problem: `the image ${image} is for ${found.platforms.join(', ')}, and Container Apps run ${PLATFORM} only`,
      };
  }
}

async function accessFor(registries: Registries, server: string): Promise<PullAccess | undefined | 'not given'> {
  const { config } = registries;
  const access = accessTo(config, server);
  if (access?.kind === 'identity') return { kind: 'deployer' };
  const { registry } = config.docker;
  const isPrebuilt = registry?.username !== undefined && registryServer(registry.server.split('/')[0] ?? '') === server;
  const given = access ?? (isPrebuilt && { username: registry.username ?? '', secret: SecretName.registryPassword });
  if (!given) return undefined;
  const password = await passwordOf(registries, given.secret);
  return password === undefined ? 'not given' : { kind: 'password', username: given.username, password };
}

async function passwordOf({ azure, config, secrets, vaultUri }: Registries, name: string): Promise<string | undefined> {
  const { [name]: setting } = config.secrets;
  if (!setting) return undefined;
  if (setting.source === 'literal') return secrets.literal(setting.path);
  if (setting.source === 'environment') return secrets.environment(setting.variable);
  if (vaultUri === undefined) return undefined;
  return (await givenSecrets(azure.vault(vaultUri), { secrets: { [name]: setting } }, secrets))[name];
}
