import { readFileSync } from 'node:fs';

/** What package-lock.json says of one installed package. */
export interface LockedPackage {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly hasInstallScript?: boolean;
  readonly dev?: boolean;
  readonly devOptional?: boolean;
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

/** The page that lists the licences of everything a user of the product gets. */
export function licencesPage(): string {
  const shipped = lockedPackages().filter(({ dev, devOptional }) => !dev && !devOptional);
  const rows = [
    ...new Set(shipped.map(({ name, version, license }) => `| ${name} | ${version} | ${license} |`)),
  ].sort();
  const counts = Map.groupBy(shipped, ({ license }) => license ?? 'unknown');
  const summary = [...counts].sort().map(([licence, { length }]) => `${licence} (${length})`);
  return [
    '# Licences of what is shipped',
    '',
    'Made by `npm run licences` from package-lock.json; a test compares.',
    '',
    `${summary.join(', ')}.`,
    '',
    '| Package | Version | Licence |',
    '| --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}
