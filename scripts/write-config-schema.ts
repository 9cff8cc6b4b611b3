import { writeFile } from 'node:fs/promises';
import { configJsonSchema } from '../src/domain/config/json-schema.ts';

/** Writes config.schema.json; a test fails when it is not up to date. */
await writeFile(new URL('../config.schema.json', import.meta.url), `${JSON.stringify(configJsonSchema(), null, 2)}\n`);
