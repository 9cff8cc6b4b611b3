import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { infraFiles } from './infra-files.ts';

const ROOT = new URL('../', import.meta.url);

rmSync(new URL('infra/modules', ROOT), { recursive: true, force: true });
for (const [path, text] of infraFiles()) {
  const file = new URL(path, ROOT);
  mkdirSync(new URL('.', file), { recursive: true });
  writeFileSync(file, text);
}
