import { writeFileSync } from 'node:fs';
import { ALL_PARTS, bundle } from './bundle.ts';
import { bundledPackages } from './bundled-packages.ts';
import { licencesPage } from './licences.ts';

writeFileSync(new URL('../docs/licences.md', import.meta.url), licencesPage(bundledPackages(await bundle(ALL_PARTS))));
