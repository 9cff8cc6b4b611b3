import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import type { ConfigProblem } from '../../domain/config/model.ts';
import { composeFileIn, readComposeProject } from '../../init/compose/read-project.ts';
import { composeDraft } from '../../init/convert/compose-draft.ts';
import { dockerfilesDraft } from '../../init/dockerfiles/dockerfiles-draft.ts';
import { findDockerfiles } from '../../init/dockerfiles/find-dockerfiles.ts';
import type { Draft } from '../../init/draft.ts';
import { type ProjectFiles, readProjectFiles } from '../../init/folder/project-files.ts';
import { type FileKind, recognised } from '../../init/recognised.ts';
import { UserError } from '../../shared/errors.ts';
import { isJsonObject, type Json, scalarText } from '../../shared/json.ts';

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

async function sourcesIn(search: Search): Promise<Surroundings> {
  const { folder } = search;
  const files = await readProjectFiles(folder);
  const configurations = await Promise.all(
    CONFIGURATIONS.map(async (path) => ({ path: join(folder, path), ...(await readKind(join(folder, path))) })),
  );
  const original = configurations.find(({ kind }) => kind === 'original');
  const composeFile = composeFileIn(folder);
  const compose = composeFile === undefined ? undefined : await composeSource(search, composeFile);
  return {
    sources: [
      ...(compose ? [compose] : []),
      ...dockerfileSources(withoutBuiltBy(compose && (await compose.draft()), files), folder),
      ...(original ? [originalSource(original.path, original.text)] : []),
    ],
    own: configurations.find(({ kind }) => kind === 'own')?.path,
  };
}

async function namedSources(search: Search): Promise<Surroundings> {
  const { folder, from } = search;
  const named = await Promise.all(from.map(async (path) => ({ path, ...(await readKind(path)) })));
  const gone = named.find(({ kind }) => kind === 'absent');
  if (gone) throw new UserError(`Cannot read ${gone.path}: ${gone.reason}.`, { code: 'init_unreadable' });
  const [first] = named;
  if (first?.kind === 'original') return { sources: [originalSource(first.path, first.text)], own: undefined };
  if (first?.kind === 'own') return { sources: [], own: first.path };
  const paths = from.map((path) => relative(resolve(folder), resolve(path)));
  if (findDockerfiles(paths).taken.length === paths.length) {
    const files = await readProjectFiles(folder);
    return { sources: dockerfileSources({ ...files, dockerfiles: paths }, folder), own: undefined };
  }
  if (named.every(({ path, kind }) => kind === 'compose' || isCalledCompose(path)))
    return { sources: [await composeSource(search)], own: undefined };
  throw new UserError(`${first?.path} is no Compose file, no Dockerfile and no configuration.`, {
    code: 'init_unreadable',
  });
}

/** What cannot be read as one is told with its places by whoever reads it. */
function isCalledCompose(path: string): boolean {
  return /^(?:docker-)?compose\b.*\.ya?ml$/.test(basename(path));
}

/**
 * @param file what was found; absent: those that were named
 * @throws InvalidConfig with the problems of the files
 */
async function composeSource({ folder, from, profiles }: Search, file?: string): Promise<DraftSource> {
  const files = from.map((path) => resolve(path));
  const [first] = files;
  const title = file ?? from.join(', ');
  const read = readComposeProject({
    folder: first === undefined ? folder : dirname(first),
    ...(files.length > 0 && { files }),
    env: process.env,
    profiles,
    root: folder,
  });
  if (!read.ok) throw composeError(title, read.problems);
  const { project } = read;
  const names = [project.name, basename(resolve(folder))];
  return { kind: 'compose', title, names, draft: async (managed) => composeDraft(project, { managed }) };
}

function composeError(title: string, problems: readonly ConfigProblem[]): UserError {
  const lines = problems.map(
    ({ path, message, line = 1, column = 1, file = title }) =>
      `  ${file}:${line}:${column} ${path ? `${path}: ` : ''}${message}`,
  );
  return new UserError(`${title} cannot be read as a Compose file:\n${lines.join('\n')}`, { code: 'init_unreadable' });
}

/** What a Compose file builds is no application beside it. */
function withoutBuiltBy(draft: Draft | undefined, files: ProjectFiles): ProjectFiles {
  if (!draft) return files;
  const { services, jobs } = draft.config;
  const built = new Set([services, jobs].flatMap(dockerfilesOf));
  return { ...files, dockerfiles: files.paths.filter((path) => !built.has(path)) };
}

function dockerfilesOf(workloads: Json | undefined): readonly string[] {
  if (!isJsonObject(workloads)) return [];
  return Object.values(workloads).flatMap((one) => {
    const build = isJsonObject(one) ? one.build : undefined;
    if (typeof build === 'string') return [join(build, 'Dockerfile')];
    if (!isJsonObject(build)) return [];
    return [join(scalarText(build.context, '.'), scalarText(build.dockerfile, 'Dockerfile'))];
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

interface ReadFile {
  readonly kind: FileKind | 'absent';
  readonly text: string;
  /** Why it is absent, for people. */
  readonly reason?: string;
}

async function readKind(path: string): Promise<ReadFile> {
  try {
    const text = await readFile(path, 'utf8');
    return { kind: recognised(text), text };
  } catch (error) {
    const reason = REASONS[(error as NodeJS.ErrnoException).code ?? ''];
    if (reason === undefined) throw error;
    return { kind: 'absent', text: '', reason };
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'it may not be read',
};
