import { appendFileSync } from 'node:fs';
import { registerHooks } from 'node:module';

// Loaded with `node --import` before the product: writes down the address of every module that is loaded, one a line.
registerHooks({
  load(url, context, next) {
    appendFileSync(process.env.LOADED_IN, `${url}\n`);
    return next(url, context);
  },
});
