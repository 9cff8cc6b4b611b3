import { access, readFile, stat } from 'node:fs/promises';
import { basename, join, relative, resolve } from 'node:path';
import { dockerfilesDraft } from '../../init/dockerfiles/dockerfiles-draft.ts';
import { findDockerfiles } from '../../init/dockerfiles/find-dockerfiles.ts';
import type { Draft } from '../../init/draft.ts';
import { type ProjectFiles, readProjectFiles } from '../../init/folder/project-files.ts';
import { type FileKind, recognised } from '../../init/recognised.ts';
import { UserError } from '../../shared/errors.ts';

/** What a configuration can be made of. */
export type FoundSource = DraftSource | OriginalSource;

export interface DraftSource {
  readonly kind: 'compose' | 'dockerfiles';
  /** For people: `compose.yaml`, `3 Dockerfiles`. */
  readonly title: string;
  /** Names for the application, the best first. */
  readonly names: readonly (string | undefined)[];
  /** @param managed services in whose place a managed one is taken; absent: wherever there is one */
  draft(managed?: ReadonlySet<string>): Promise<Draft>;
}

interface OriginalSource {
  readonly kind: 'original';
  readonly title: string;
  readonly text: string;
}

export interface Surroundings {
  /** In the order in which they are taken. */
  readonly sources: readonly FoundSource[];
  /** Path of a configuration of ours. */
  readonly own: string | undefined;
}

export interface Search {
  readonly folder: string;
  /** Files to look at instead of what is in the folder. */
  readonly from: readonly string[];
  readonly profiles: readonly string[];
}

/** Where configurations lie: beside the application, or as the original script had it. */
const CONFIGURATIONS = ['config.yaml', 'config.yml', join('scripts', 'azure', 'config.yaml')];

/** What the folder holds, or what the files are that were named. @throws UserError where these are not what can be read */
export async function findSources(search: Search): Promise<Surroundings> {
  const isFolder = await stat(search.folder).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) throw new UserError(`There is no folder ${search.folder}.`, { code: 'init_unreadable' });
  return search.from.length > 0 ? await namedSources(search) : await sourcesIn(search);
}

async function sourcesIn({ folder }: Search): Promise<Surroundings> {
  const files = await readProjectFiles(folder);
  const configurations = await Promise.all(
    CONFIGURATIONS.map(async (path) => ({ path: join(folder, path), ...(await readKind(join(folder, path))) })),
  );
  const original = configurations.find(({ kind }) => kind === 'original');
  return {
    sources: [...dockerfileSources(files, folder), ...(original ? [originalSource(original.path, original.text)] : [])],
    own: configurations.find(({ kind }) => kind === 'own')?.path,
  };
}

async function namedSources({ folder, from }: Search): Promise<Surroundings> {
  const named = await Promise.all(from.map(async (path) => ({ path, ...(await readKind(path)) })));
  const gone = named.find(({ kind }) => kind === 'absent');
  if (gone) throw new UserError(`Cannot read ${gone.path}: there is no such file.`, { code: 'init_unreadable' });
  const [first] = named;
  if (first?.kind === 'original') return { sources: [originalSource(first.path, first.text)], own: undefined };
  if (first?.kind === 'own') return { sources: [], own: first.path };
  const paths = from.map((path) => relative(resolve(folder), resolve(path)));
  if (findDockerfiles(paths).taken.length === paths.length) {
    const files = await readProjectFiles(folder);
    return { sources: dockerfileSources({ ...files, dockerfiles: paths }, folder), own: undefined };
  }
  throw new UserError(`${first?.path} is no Compose file, no Dockerfile and no configuration.`, {
    code: 'init_unreadable',
  });
}

function originalSource(path: string, text: string): OriginalSource {
  return { kind: 'original', title: path, text };
}

function dockerfileSources(files: ProjectFiles, folder: string): readonly DraftSource[] {
  const { taken } = findDockerfiles(files.dockerfiles ?? files.paths);
  if (taken.length === 0) return [];
  const name = basename(resolve(folder));
  const [only] = taken;
  const title = only && taken.length === 1 ? only.path : `${taken.length} Dockerfiles`;
  return [{ kind: 'dockerfiles', title, names: [name], draft: () => dockerfilesDraft(files, name) }];
}

async function readKind(path: string): Promise<{ readonly kind: FileKind | 'absent'; readonly text: string }> {
  try {
    await access(path);
  } catch {
    return { kind: 'absent', text: '' };
  }
  const text = await readFile(path, 'utf8');
  return { kind: recognised(text), text };
}
