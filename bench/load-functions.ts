import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { loadFunctions } from '../src/runtime/worker.ts';

/**
 * Loads a Functions app as a worker does, and ends when every function is registered. With `--bytes` it prints instead how
 * much code that reads.
 */
async function load(): Promise<void> {
  const [main = '', mode] = process.argv.slice(2);
  process.env.DEPLOYMENT_STORAGE = 'UseDevelopmentStorage=true';
  const read = mode === '--bytes' ? countBytes() : undefined;
  const worker = await loadFunctions(async () => {
    await import(main);
  });
  if (worker.functions().length === 0) throw new Error(`${main} registered no functions`);
  if (read) process.stdout.write(String(read()));
  process.exit(0);
}

function countBytes(): () => number {
  let bytes = 0;
  registerHooks({
    load(url, context, next) {
      if (url.startsWith('file:')) bytes += readFileSync(fileURLToPath(url)).length;
      return next(url, context);
    },
  });
  return () => bytes;
}

void load();
