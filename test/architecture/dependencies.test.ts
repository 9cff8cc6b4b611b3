import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ALL_PARTS, bundle } from '../../scripts/bundle.ts';
import { bundledPackages } from '../../scripts/bundled-packages.ts';
import { licencesPage } from '../../scripts/licences.ts';
import { lockedPackages, readJson } from '../../scripts/lock-file.ts';

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly allowScripts: Readonly<Record<string, boolean>>;
}

const packages = lockedPackages();
const manifest = readJson<Manifest>('package.json');
/** Licences that ask for no more than their own text. */
const PERMISSIVE = ['MIT', 'Apache-2.0', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'BlueOak-1.0.0'];

describe('the packages', () => {
  it('have a hash in the lock file, each of them, and no address', () => {
    expect(packages.length).toBeGreaterThan(100);
    expect(packages.filter(({ integrity }) => !/^sha512-/.test(integrity ?? '')).map(({ name }) => name)).toEqual([]);
    expect(packages.filter(({ resolved }) => resolved !== undefined).map(({ name }) => name)).toEqual([]);
  });

  it('run no script when they are installed, but the one that was approved', () => {
    const asking = new Set(packages.flatMap(({ name, hasInstallScript }) => (hasInstallScript ? [name] : [])));
    expect([...asking].sort()).toEqual(Object.keys(manifest.allowScripts).sort());
    const approved = Object.entries(manifest.allowScripts).flatMap(([name, isApproved]) => (isApproved ? [name] : []));
    expect(approved).toEqual(['node']);
  });

  it('are asked for in one exact version each', () => {
    const versions = Object.entries(manifest.devDependencies);
    expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  });

  it('are asked for by nobody who installs the product, since they are in the bundle', () => {
    expect(manifest.dependencies).toBeUndefined();
  });

  it('that users get have permissive licences, all listed in docs/licences.md', async () => {
    const bundled = bundledPackages(await bundle(ALL_PARTS));
    expect(bundled.filter(({ licence }) => !PERMISSIVE.includes(licence))).toEqual([]);
    const page = readFileSync(new URL('../../docs/licences.md', import.meta.url), 'utf8');
    expect(page, 'run: npm run licences').toBe(licencesPage(bundled));
    // It bundles the whole product.
  }, 180_000);
});
