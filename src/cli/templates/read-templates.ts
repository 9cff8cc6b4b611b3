import { readFile, realpath } from 'node:fs/promises';
import { dirname, extname, isAbsolute, relative, resolve } from 'node:path';
import { type CompiledTemplate, type CompiledTemplates, readTemplate } from '../../domain/templates/arm-template.ts';
import { once } from '../../shared/once.ts';
import { compileBicep } from './bicep.ts';

/** Reads and compiles the templates that a configuration names, each file once. What cannot be read says why. */
export async function readTemplates(
  sources: Readonly<Record<string, { readonly file: string }>>,
  configPath: string,
): Promise<CompiledTemplates> {
  const folder = dirname(resolve(configPath));
  const files = new Map(Object.values(sources).map(({ file }) => [file, once(() => readOne(file, folder))]));
  const read = Object.entries(sources).map(async ([name, { file }]) => {
    const compiled = await files.get(file)?.();
    return [name, compiled ?? { ok: false, problem: 'was not read' }] as const;
  });
  return Object.fromEntries(await Promise.all(read));
}

async function readOne(file: string, folder: string): Promise<CompiledTemplate> {
  const path = resolve(folder, file);
  const place = await placeOf(path, folder);
  if (place !== undefined) return { ok: false, problem: `${file} ${place}` };
  switch (extname(file).toLowerCase()) {
    case '.bicep': {
      const compiled = await compileBicep(path);
      return 'json' in compiled ? named(file, readTemplate(compiled.json)) : named(file, compiled);
    }
    case '.bicepparam':
      return {
        ok: false,
        problem: `${file} is a file of parameters: name the .bicep that it uses, and give its values under parameters`,
      };
    case '.json':
      return named(file, readTemplate(await readFile(path, 'utf8')));
    default:
      return { ok: false, problem: `${file} is no template: its name ends neither in .bicep nor in .json` };
  }
}

function named(file: string, read: CompiledTemplate): CompiledTemplate {
  return read.ok ? read : { ok: false, problem: `${file} ${read.problem}` };
}

/** Why it is not read where it is; undefined: it is there, and in the folder. Links are followed. */
async function placeOf(path: string, folder: string): Promise<string | undefined> {
  try {
    const within = relative(await realpath(folder), await realpath(path));
    const isOutside = within.startsWith('..') || isAbsolute(within);
    return isOutside ? 'is outside of the folder of the configuration' : undefined;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' ? 'is not there' : `cannot be read: ${message}`;
  }
}
