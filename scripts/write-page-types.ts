import { writeFile } from 'node:fs/promises';
import { pageTypes } from './page-types.ts';

/** Writes src/page/http-interface.d.ts; a test fails when it is not up to date. */
await writeFile(new URL('../src/page/http-interface.d.ts', import.meta.url), await pageTypes());
