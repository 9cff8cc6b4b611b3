import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { OUTPUT_SCHEMAS, outputPage, outputSchemaFiles } from './output-schemas.ts';

/** Writes schemas/output and docs/output.md; a test fails when they are not up to date. */
const root = new URL('../', import.meta.url);
rmSync(new URL(OUTPUT_SCHEMAS, root), { recursive: true, force: true });
for (const [path, text] of outputSchemaFiles()) {
  const file = new URL(path, root);
  mkdirSync(dirname(file.pathname), { recursive: true });
  writeFileSync(file, text);
}
writeFileSync(new URL('docs/output.md', root), outputPage());
