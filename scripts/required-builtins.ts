import { isBuiltin } from 'node:module';

/** What bundles of ES modules begin with: bundled CommonJS packages call require for Node's own modules. */
export const BANNER =
  "import { createRequire as requireFrom } from 'node:module';\nconst require = requireFrom(import.meta.url);";

/** The function of esbuild's that every require in a bundle is made with; it is in one of the files. */
const CALLS_REQUIRE = 'typeof require<"u"';

/** `import http from"node:http";`, `import{request as send}from"http";`, `import tls,{connect}from"tls";`, `import*as net from"net";` */
const IMPORT = /(?<![\w$.])import(?:\*as ([\w$]+) | ([\w$]+) |(?: ([\w$]+),)?\{([^{}"'`]*)\})from"([\w:/]+)";/g;

/**
 * Has a file of a bundle take Node's own modules from the process instead of importing them. Who imports one is given all that it exports, so
 * that Node reads each of them, those too that it would load when they are first used: `node:http` alone brings `fetch`, WebSockets and their
 * 15,000 lines (`getOwn` in https://github.com/nodejs/node/blob/v24.x/lib/internal/bootstrap/realm.js). They are taken at the top, since
 * imports come before everything else, and leave blanks behind, so that source maps stay true. A file that requires nothing makes no require.
 *
 * @param code an ES module as esbuild minifies it, with `BANNER`
 * @param imported how often it imports one of them
 * @throws Error when another number is found
 */
export function withRequiredBuiltins(code: string, imported: number): string {
  const taken: string[] = [];
  const rest = code.replaceAll(
    IMPORT,
    (statement: string, all?: string, only?: string, whole?: string, members?: string, name = '') => {
      if (!isBuiltin(name)) return statement;
      const node = `globalThis.process.getBuiltinModule(${JSON.stringify(name)})`;
      for (const one of [all, only, whole]) if (one !== undefined) taken.push(`${one}=${node}`);
      if (members !== undefined) taken.push(`{${members.replaceAll(/\s+as\s+/g, ':')}}=${node}`);
      if (whole !== undefined) imported += 1;
      return ' '.repeat(statement.length);
    },
  );
  if (taken.length !== imported)
    throw new Error(`${imported} imports of Node's modules, and ${taken.length} are found`);
  const [first, second = ''] = rest.includes(CALLS_REQUIRE) ? BANNER.split('\n') : ['', ''];
  const top = taken.length === 0 ? '' : `var ${taken.join(',')};`;
  return rest.replace(BANNER, () => `${first}\n${second}${top}`);
}
