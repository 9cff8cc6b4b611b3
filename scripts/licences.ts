import type { BundledPackage } from './bundled-packages.ts';

/** The page that lists the licences of everything a user of the product gets. */
export function licencesPage(packages: readonly BundledPackage[]): string {
  const rows = packages.map(({ name, version, licence }) => `| ${name} | ${version} | ${licence} |`);
  const counts = Map.groupBy(packages, ({ licence }) => licence);
  const summary = [...counts].sort().map(([licence, { length }]) => `${licence} (${length})`);
  return [
    '# Licences of what is shipped',
    '',
    'The packages of which something is in the bundle. Made by `npm run licences`; a test compares. Their texts are in the package, in',
    '`dist/THIRD-PARTY-NOTICES.txt`.',
    '',
    `${summary.join(', ')}.`,
    '',
    '| Package | Version | Licence |',
    '| --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

/** What the licences ask to be told to whoever gets the bundle. */
export function noticesFile(packages: readonly BundledPackage[]): string {
  const parts = packages.map(({ name, version, licence, notices }) =>
    [`${name} ${version} (${licence})`, ...notices].join('\n\n'),
  );
  return `${['This product has parts of the packages below in it.', ...parts].join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}
