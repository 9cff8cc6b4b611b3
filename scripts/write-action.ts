import { mkdirSync, writeFileSync } from 'node:fs';
import { ACTION_BUNDLE, bundleAction } from './bundle.ts';
import { bundledPackages } from './bundled-packages.ts';
import { noticesFile } from './licences.ts';

/** Writes action/bundle: the step of action.yml, with the packages that it uses, and their licences. */
const folder = new URL(`../${ACTION_BUNDLE}/`, import.meta.url);
const { text, files } = await bundleAction();
mkdirSync(folder, { recursive: true });
writeFileSync(new URL('run.mjs', folder), text);
writeFileSync(new URL('THIRD-PARTY-NOTICES.txt', folder), noticesFile(bundledPackages(files)));
