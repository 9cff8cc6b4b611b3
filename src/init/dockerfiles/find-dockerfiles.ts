import { posix } from 'node:path';

export interface FoundDockerfile {
  /** Relative to the folder that was looked through. */
  readonly path: string;
  /** Empty: that folder itself. */
  readonly folder: string;
  /** Of `Dockerfile.api` and `api.Dockerfile`; absent for those that are called as usual. */
  readonly label?: string;
}

export interface FoundDockerfiles {
  readonly taken: readonly FoundDockerfile[];
  /** What another one is there for: how the same program is built elsewhere. */
  readonly variants: readonly FoundDockerfile[];
}

/**
 * `Dockerfile`, which `docker build` looks for, `Dockerfile.NAME` and `NAME.Dockerfile`, as its documentation has them
 * (https://docs.docker.com/build/concepts/dockerfile/#filename), and `Containerfile`, which podman takes as well.
 */
const NAMES = /^(?:(?:docker|container)file(?:\.(?<after>[\w.-]+))?|(?<before>[\w.-]+)\.dockerfile)$/i;
const IGNORE_FILE = /\.dockerignore$/i;
/** Labels, and names of stages, that say where or how, and not what, is built. */
export const VARIANT =
  /^(?:dev|devel|development|local|debug|test|tests|testing|ci|stage|staging|prod|production|release|alpine|debian|ubuntu|slim|base|arm64|amd64|windows|gpu|cpu)$/i;
/** Of several for one program, what is deployed. */
const PRODUCTION = /^(?:prod|production|release)$/i;

/** @param paths of all files */
export function findDockerfiles(paths: readonly string[]): FoundDockerfiles {
  const all = paths.flatMap((path): FoundDockerfile[] => {
    const { after, before } = NAMES.exec(posix.basename(path))?.groups ?? {};
    if (!NAMES.test(posix.basename(path)) || IGNORE_FILE.test(path)) return [];
    const folder = posix.dirname(path) === '.' ? '' : posix.dirname(path);
    const label = after ?? before;
    return [{ path, folder, ...(label !== undefined && { label }) }];
  });
  const taken: FoundDockerfile[] = [];
  for (const group of Map.groupBy(all, ({ folder }) => folder).values()) {
    const services = group.filter(({ label }) => label !== undefined && !VARIANT.test(label));
    const plain = group.filter(({ label }) => label === undefined || VARIANT.test(label));
    const one =
      plain.find(({ label }) => PRODUCTION.test(label ?? '')) ??
      plain.find(({ label }) => label === undefined) ??
      // Whose folder has others by name, a variant alone belongs to these.
      (services.length === 0 ? plain[0] : undefined);
    taken.push(...services, ...(one ? [withoutVariant(one)] : []));
  }
  const isTaken = new Set(taken.map(({ path }) => path));
  return { taken, variants: all.filter(({ path }) => !isTaken.has(path)) };
}

function withoutVariant({ path, folder }: FoundDockerfile): FoundDockerfile {
  return { path, folder };
}
