import { writeFileSync } from 'node:fs';
import { composePage } from './compose-page.ts';

writeFileSync(new URL('../docs/compose.md', import.meta.url), composePage());
