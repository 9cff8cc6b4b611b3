import { posix } from 'node:path';
import { readDockerfile } from '../../source/dockerfile/dockerfile.ts';
import { imageFinder } from '../../source/image-files.ts';
import type { ProjectFiles } from '../folder/project-files.ts';
import { type FoundDockerfile, findDockerfiles } from './find-dockerfiles.ts';

export interface ChosenContext {
  /** Folder of the build, relative to the one that was looked through: `.` */
  readonly context: string;
  /** Relative to the context. */
  readonly dockerfile: string;
  /** Ids of secrets without which it cannot be built. */
  readonly secretIds: readonly string[];
  /** Why it cannot be built from any folder, as `file:line: message`; empty: it can. */
  readonly problems: readonly string[];
}

/** What applications run on. */
const PLATFORM = 'linux/amd64';

export type ContextChooser = (dockerfile: FoundDockerfile) => Promise<ChosenContext>;

/**
 * From which folder an image is built: the nearest one, from that of its Dockerfile up, in which everything is that the Dockerfile
 * copies. A folder with nothing but Dockerfiles in it is none.
 */
export function contextChooser({ tree, paths }: ProjectFiles): ContextChooser {
  const filesOf = imageFinder(tree);
  const sources = withoutDockerfiles(paths);
  return async ({ path, folder }) => {
    const isEmpty = (one: string): boolean => one !== '' && !sources.some((file) => file.startsWith(`${one}/`));
    const { copies, secretIds } = needsOf((await tree.text(path)) ?? '');
    const candidates = copies ? upwards(folder).filter((one) => !isEmpty(one)) : [folder];
    const tried: ChosenContext[] = [];
    for (const candidate of candidates) {
      const context = candidate === '' ? '.' : candidate;
      const dockerfile = posix.relative(candidate, path);
      const image = { service: path, buildContext: context, dockerfile, platform: PLATFORM, secretIds };
      const { problems } = await filesOf(image);
      if (problems.length === 0) return { context, dockerfile, secretIds, problems };
      tried.push({ context, dockerfile, secretIds, problems });
    }
    // None has it all: the one to which the fewest things are missing.
    return tried.toSorted((a, b) => a.problems.length - b.problems.length)[0] as ChosenContext;
  };
}

function needsOf(text: string): { readonly copies: boolean; readonly secretIds: readonly string[] } {
  const settings = { builder: 'buildkit', platform: PLATFORM, buildArguments: {} } as const;
  const { instructions, seesWholeContext, secretMounts } = readDockerfile(text, settings);
  const secretIds = new Set(secretMounts.flatMap(({ id, isRequired }) => (isRequired ? [id] : [])));
  return { copies: instructions.length > 0 || seesWholeContext, secretIds: [...secretIds] };
}

function withoutDockerfiles(paths: readonly string[]): readonly string[] {
  const { taken, variants } = findDockerfiles(paths);
  const dockerfiles = new Set([...taken, ...variants].map(({ path }) => path));
  return paths.filter((path) => !dockerfiles.has(path) && !/(?:^|\.|\/)dockerignore$/i.test(path));
}

/** `a/b`, `a`, and the top. */
function upwards(folder: string): readonly string[] {
  return folder === '' ? [''] : [folder, ...upwards(folder.includes('/') ? posix.dirname(folder) : '')];
}
