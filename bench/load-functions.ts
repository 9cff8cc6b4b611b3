import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { loadFunctions } from '../src/runtime/worker.ts';

/**
 * Loads a Functions app as a worker does, and ends when every function is registered. With `--bytes` it prints instead how
 * much code that reads.
 */
const [main = '', mode] = process.argv.slice(2);
process.env.DEPLOYMENT_STORAGE = 'UseDevelopmentStorage=true';
let bytes = 0;
if (mode === '--bytes') {
  registerHooks({
    load(url, context, next) {
      if (url.startsWith('file:')) bytes += readFileSync(fileURLToPath(url)).length;
      return next(url, context);
    },
  });
}
const worker = await loadFunctions(async () => {
  await import(main);
});
if (worker.functions().length === 0) throw new Error(`${main} registered no functions`);
if (mode === '--bytes') process.stdout.write(String(bytes));
process.exit(0);
