import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { isJsonObject, type JsonObject } from '../../../shared/json.ts';

/** A folder in which docker keeps what it signs in with, apart from the user's own. */
export interface DockerHome {
  readonly env: NodeJS.ProcessEnv;
  remove(): Promise<void>;
}

/**
 * The user's own settings, so that base images are pulled as ever, but for what `docker login` would write somewhere else than here:
 * a store of credentials for everything (https://docs.docker.com/reference/cli/docker/login/#credential-stores). Plugins and
 * builders stay where they are; a context is known by its host only.
 *
 * @param host of the daemon, where the user has chosen one
 */
export async function openDockerHome(
  env: NodeJS.ProcessEnv,
  { loginServer, host }: { readonly loginServer: string; readonly host: string | undefined },
): Promise<DockerHome> {
  const own = env.DOCKER_CONFIG ?? join(homedir(), '.docker');
  const folder = await mkdtemp(join(tmpdir(), 'draftgenie-docker-'));
  await writeFile(join(folder, 'config.json'), JSON.stringify(settings(await ownSettings(own), own, loginServer)), {
    mode: 0o600,
  });
  return {
    env: {
      ...env,
      DOCKER_CONFIG: folder,
      BUILDX_CONFIG: env.BUILDX_CONFIG ?? join(own, 'buildx'),
      ...(host !== undefined && { DOCKER_HOST: host }),
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

async function ownSettings(folder: string): Promise<JsonObject> {
  try {
    const found: unknown = JSON.parse(await readFile(join(folder, 'config.json'), 'utf8'));
    return isJsonObject(found as JsonObject) ? (found as JsonObject) : {};
  } catch (error) {
    // Docker itself takes what it cannot read for nothing.
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}

function settings(own: JsonObject, folder: string, loginServer: string): JsonObject {
  const { credsStore, currentContext: _, auths, credHelpers, cliPluginsExtraDirs, ...others } = own;
  const known = isJsonObject(auths ?? null) ? (auths as JsonObject) : {};
  const byStore = typeof credsStore === 'string' ? Object.keys(known).map((server) => [server, credsStore]) : [];
  const helpers: JsonObject = {
    ...Object.fromEntries(byStore),
    ...(isJsonObject(credHelpers ?? null) && (credHelpers as JsonObject)),
  };
  return {
    ...others,
    auths: without(known, loginServer),
    credHelpers: without(helpers, loginServer),
    cliPluginsExtraDirs: [
      ...(Array.isArray(cliPluginsExtraDirs) ? cliPluginsExtraDirs : []),
      join(folder, 'cli-plugins'),
    ],
  };
}

function without(object: JsonObject, key: string): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));
}
