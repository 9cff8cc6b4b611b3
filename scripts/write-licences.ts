import { writeFileSync } from 'node:fs';
import { licencesPage } from './licences.ts';

writeFileSync(new URL('../docs/licences.md', import.meta.url), licencesPage());
