import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { BANNER, withRequiredBuiltins } from '../../../scripts/required-builtins.ts';

/** As esbuild minifies them: each way to import one of Node's modules, after code that uses it and before code that does. */
const CODE = `${BANNER}
var early=()=>[typeof send,typeof tls.connect,typeof connect];import{request as send,Agent}from"node:http";import tls,{connect}from"tls";
import*as net from"node:net";import path from"node:path";export const found=[...early(),typeof Agent,typeof net.isIP,path.sep];
`;

describe("Node's modules in a bundle", () => {
  it('are taken from the process before anything runs, and the lines stay where they were', async () => {
    const changed = withRequiredBuiltins(CODE, 4);
    expect(changed).not.toMatch(/import[ {*]/);
    expect(changed.split('\n').map((line) => line.indexOf('export'))).toEqual(
      CODE.split('\n').map((line) => line.indexOf('export')),
    );
    const file = join(await mkdtemp(join(tmpdir(), 'builtins-')), 'changed.mjs');
    await writeFile(file, changed);
    const { found } = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as {
      readonly found: readonly string[];
    };
    expect(found).toEqual(['function', 'function', 'function', 'function', 'function', '/']);
  });

  it('leave the imports of other files and packages, and the text of strings', () => {
    const code = `${BANNER}\nimport{a}from"./a.js";import{app}from"@azure/functions-core";var text='import{b}from"b";';`;
    expect(withRequiredBuiltins(code, 0)).toBe(code.replace(BANNER, '\n'));
  });

  it('keep the require that packages of CommonJS call', () => {
    const code = `${BANNER}\nvar __require=(x=>typeof require<"u"?require:x)(0);`;
    expect(withRequiredBuiltins(code, 0)).toBe(code);
  });

  it('refuse a file in which they are imported in another way', () => {
    const refused = (): string => withRequiredBuiltins(`${BANNER}\nimport fs, * as all from 'fs';`, 1);
    expect(refused).toThrow("1 imports of Node's modules, and 0 are found");
  });
});
