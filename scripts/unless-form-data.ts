import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

const ASKED = 'typeof FormData !== "undefined" && body instanceof FormData';

/**
 * Has the pipeline of Azure's SDKs look whether a body says that it is FormData before it asks for the class. Node makes `FormData` when somebody
 * first names it, and with it all of `fetch`: a tenth of a second's work for every process that sends one request.
 * https://github.com/nodejs/node/blob/v24.x/lib/internal/bootstrap/web/exposed-window-or-worker.js
 *
 * @throws Error when the package asks in other words
 */
export function unlessFormData(): Plugin {
  return {
    name: 'unless-form-data',
    setup(build) {
      build.onLoad({ filter: /\/@typespec\/ts-http-runtime\/.*\/formData\.js$/ }, async ({ path }) => {
        const code = await readFile(path, 'utf8');
        if (!code.includes(ASKED)) throw new Error(`${path} does not say ${ASKED}`);
        return { contents: code.replace(ASKED, `body?.[Symbol.toStringTag] === "FormData" && ${ASKED}`) };
      });
    },
  };
}
