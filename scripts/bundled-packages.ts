import { readdirSync, readFileSync } from 'node:fs';

/** A package of which something is in the bundle. */
export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
  /** What its files of licences and notices say; empty where it brings none. */
  readonly notices: readonly string[];
}

const ROOT = new URL('../', import.meta.url);
const NOTICE = /^(?:licen[cs]e|notice|copying|third.?party)/i;
/** The last one counts: packages may bring packages of their own. */
const FOLDER = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//;

/**
 * The packages in a bundle, by name and version.
 *
 * @param files those that are in it, by their paths from the root of the project
 */
export function bundledPackages(files: readonly string[]): readonly BundledPackage[] {
  const folders = new Set(files.flatMap((file) => FOLDER.exec(file)?.[1] ?? []));
  const packages = [...folders].map(readPackage);
  const byName = new Map(packages.map((one) => [`${one.name}@${one.version}`, one]));
  return [...byName].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}

function readPackage(folder: string): BundledPackage {
  const address = new URL(`${folder}/`, ROOT);
  const { name, version, license } = JSON.parse(readFileSync(new URL('package.json', address), 'utf8')) as {
    name: string;
    version: string;
    license?: string;
  };
  if (license === undefined) throw new Error(`${name} says no licence`);
  const files = readdirSync(address, { withFileTypes: true }).filter(
    (entry) => entry.isFile() && NOTICE.test(entry.name),
  );
  const notices = files.map((file) => readFileSync(new URL(file.name, address), 'utf8').trim());
  return { name, version, licence: license, notices };
}
