import { cp, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { bundle, type Part } from './bundle.ts';
import { bundledPackages } from './bundled-packages.ts';
import { noticesFile } from './licences.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));

/** Bundles parts of the product into a folder, with what they need beside them. They need no other package at run time. */
export async function writeParts(parts: readonly Part[], target: string): Promise<void> {
  const files = await bundle(parts, target);
  await writeFile(`${target}/THIRD-PARTY-NOTICES.txt`, noticesFile(bundledPackages(files)));
  // The chunks of the app are in one folder with what they require.
  if (parts.includes('functionsApp')) await writeFile(`${target}/main.js`, "import './main/start.js';\n");
  const { name, version, license, engines } = await productManifest();
  // The host's Node worker finds the first file in this one: https://github.com/Azure/azure-functions-nodejs-worker
  const manifest = { name, version, license, private: true, type: 'module', main: 'main.js', engines };
  await writeFile(`${target}/package.json`, `${JSON.stringify(manifest, null, 2)}\n`);
  await cp(`${ROOT}host.json`, `${target}/host.json`);
  if (parts.includes('page')) {
    for (const file of ['page.html', 'icon.svg']) await cp(`${ROOT}src/page/${file}`, `${target}/page/${file}`);
  }
  if (parts.includes('commandLine')) {
    await cp(`${ROOT}src/simulator/schemas`, `${target}/simulator-schemas`, { recursive: true });
  }
}

export async function productManifest(): Promise<Readonly<Record<string, unknown>>> {
  return JSON.parse(await readFile(`${ROOT}package.json`, 'utf8')) as Record<string, unknown>;
}
