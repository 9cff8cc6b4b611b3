import { readFileSync } from 'node:fs';

/** What package-lock.json says of one installed package. */
export interface LockedPackage {
  readonly name: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly hasInstallScript?: boolean;
}

/** Every package of the lock file, the repository itself left out. */
export function lockedPackages(): readonly LockedPackage[] {
  const { packages } = readJson<{ packages: Record<string, Omit<LockedPackage, 'name'>> }>('package-lock.json');
  return Object.entries(packages).flatMap(([path, found]) =>
    path === '' ? [] : [{ ...found, name: path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length) }],
  );
}

export function readJson<T>(path: string): T {
  return JSON.parse(readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')) as T;
}
