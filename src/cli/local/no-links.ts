import { realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { UserError } from '../../shared/errors.ts';

/**
 * Of a path that somebody who is not trusted filled: that it is a file or a folder itself. A link may lead to any file of this
 * machine, and messages about what is wrong in a file quote it. Below the working directory no folder on the way may be one either.
 * What is not there is nobody's link.
 *
 * @throws UserError `link_refused`
 */
export async function requireNoLink(path: string): Promise<void> {
  const full = resolve(path);
  const below = relative(process.cwd(), full);
  const isBelow = below !== '' && !below.startsWith('..') && !isAbsolute(below);
  const [top, rest] = isBelow ? [process.cwd(), below] : [dirname(full), basename(full)];
  const [there, expected] = await Promise.all([realIfThere(full), realIfThere(top)]);
  if (there === undefined || expected === undefined || there === join(expected, rest)) return;
  throw new UserError(
    `${path} is a link, or lies behind one, and is not read for a configuration that is not trusted.`,
    {
      code: 'link_refused',
      hint: 'Put the file itself there.',
    },
  );
}

async function realIfThere(path: string): Promise<string | undefined> {
  try {
    return await realpath(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
