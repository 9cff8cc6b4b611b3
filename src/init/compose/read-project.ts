import { dirname, join, resolve } from 'node:path';
import { type ComposeFiles, DISK, readableOf } from './files.ts';
import { Filling } from './forms/filling.ts';
import { ModelReader } from './model-reader.ts';
import { Problems } from './problems.ts';
import type { ComposeProject, ComposeService, ReadProject } from './project.ts';
import { checkProject } from './project-checks.ts';
import type { Scope } from './scope.ts';
import { valueIn } from './scope.ts';
import { SourceReader } from './source-reader.ts';
import { itemsOf, type MapTree, memberOf, membersOf, type TextTree, type Tree } from './tree.ts';

export interface ReadOptions {
  /** Absolute, or relative to where the process is. */
  readonly folder: string;
  /** Those to lay over each other, first the lowest; absent: what Compose would take in the folder. */
  readonly files?: readonly string[];
  /** The shell's variables. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Those that are active, beside COMPOSE_PROFILES. */
  readonly profiles?: readonly string[];
  /** The folder of the configuration; absent: that of the project. */
  readonly root?: string;
  /** Absent: those on disk. */
  readonly access?: ComposeFiles;
}

/** In the order in which Compose looks: https://github.com/compose-spec/compose-go/blob/main/cli/options.go */
const NAMES = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml'];
const OVERRIDES = [
  'compose.override.yml',
  'compose.override.yaml',
  'docker-compose.override.yml',
  'docker-compose.override.yaml',
];

/** The path of the Compose file of a folder, by its name; undefined: there is none. */
export function composeFileIn(folder: string, access: ComposeFiles = DISK): string | undefined {
  return NAMES.map((name) => join(folder, name)).find((path) => access.kind(path) === 'file');
}

/**
 * An application by the Compose specification (https://github.com/compose-spec/compose-spec/blob/main/spec.md), or why it is none, with file,
 * line and column. Nothing is started and nothing is asked: what it names is read from the same disk.
 */
export function readComposeProject(options: ReadOptions): ReadProject {
  const { access = DISK, env } = options;
  const folder = resolve(options.folder);
  const root = resolve(options.root ?? folder);
  const problems = new Problems();
  const filling = new Filling(problems);
  const sources = new SourceReader(access, root, filling);
  const shell: Scope = { given: env, defaults: new Map() };
  const envFile = join(folder, '.env');
  const asked = {
    place: { origin: { file: sources.nameOf(envFile), folder, scope: shell }, line: 1, column: 1 },
    path: '',
  };
  const scope: Scope = { ...shell, defaults: sources.defaults(envFile, asked, shell, false) };
  const paths = options.files?.map((file) => resolve(folder, file)) ?? defaultFiles(folder, access);
  const nothing = `there is no ${NAMES.join(', ')} in ${folder}`;
  if (paths.length === 0) problems.add({ ...asked.place, origin: { ...asked.place.origin, file: '.' } }, '', nothing);
  const projectFolder = options.files && paths[0] !== undefined ? dirname(paths[0]) : folder;
  const model = new ModelReader(sources).read({ paths, folder: projectFolder, scope });
  if (!model || !problems.isEmpty) return { ok: false, problems: problems.all };
  const project = projectOf(model, { sources, scope, root, profiles: options.profiles ?? [] });
  return problems.isEmpty ? { ok: true, project } : { ok: false, problems: problems.all };
}

function defaultFiles(folder: string, access: ComposeFiles): readonly string[] {
  const main = composeFileIn(folder, access);
  if (main === undefined) return [];
  const override = OVERRIDES.map((name) => join(folder, name)).find((path) => access.kind(path) === 'file');
  return override === undefined ? [main] : [main, override];
}

interface Around {
  readonly sources: SourceReader;
  readonly scope: Scope;
  readonly root: string;
  readonly profiles: readonly string[];
}

function projectOf(model: MapTree, { sources, scope, root, profiles }: Around): ComposeProject {
  const { filling } = sources;
  const fromShell = (valueIn(scope, 'COMPOSE_PROFILES') ?? '').split(',').map((name) => name.trim());
  const active = new Set([...profiles, ...fromShell].filter((name) => name !== ''));
  const services: ComposeService[] = [];
  const idle: { name: string; place: Tree['place']; why: string }[] = [];
  for (const [name, tree] of membersOf(memberOf(model, 'services'))) {
    const why = whyIdle(tree, active, filling);
    if (why === undefined) services.push(serviceOf(name, tree, sources));
    else idle.push({ name, place: tree.place, why });
  }
  const { services: _, include: __, ...rest } = Object.fromEntries(model.members);
  const top: MapTree = { ...model, members: new Map(Object.entries(rest)) };
  checkProject({ services, idle, top }, filling, { files: sources.files, root });
  if (services.length === 0)
    filling.problems.add(model.place, 'services', `there is no service${idle[0] ? `: ${idle[0].why}` : ''}`);
  return {
    name: filling.text(memberOf(model, 'name'), 'name'),
    root,
    sources: [...sources.read].map((path) => sources.nameOf(path)),
    files: readableOf(sources.files),
    services,
    idle,
    top,
    named: (kind, name) => memberOf(memberOf(top, kind), name),
    notes: filling.notes,
  };
}

/** https://github.com/compose-spec/compose-spec/blob/main/15-profiles.md */
function whyIdle(service: Tree, active: ReadonlySet<string>, filling: Filling): string | undefined {
  const provider = memberOf(service, 'provider');
  if (provider) return 'is made by a program of its provider, and not by Compose';
  const profiles = itemsOf(memberOf(service, 'profiles')).flatMap((item) => filling.text(item, 'profiles') ?? []);
  if (profiles.length === 0 || active.has('*') || profiles.some((name) => active.has(name))) return undefined;
  return `is of the profile ${profiles.join(', ')}, which is not active; --profile ${profiles[0]} takes it along`;
}

function serviceOf(name: string, tree: Tree, sources: SourceReader): ComposeService {
  const { filling } = sources;
  const members = new Map(membersOf(tree));
  const variables = new Map<string, TextTree>();
  for (const [index, file] of itemsOf(members.get('env_file')).entries()) {
    const path = `services.${name}.env_file.${index}`;
    const asked = { place: file.place, path };
    const text = filling.text(memberOf(file, 'path'), path) ?? '';
    const isRequired = filling.text(memberOf(file, 'required'), path) !== 'false';
    const format = filling.text(memberOf(file, 'format'), path) === 'raw' ? 'raw' : 'compose';
    const full = sources.pathOf(text, asked);
    if (full === undefined) continue;
    const found = sources.variables(full, { scope: file.place.origin.scope, asked, format, isRequired });
    if (!found && !isRequired)
      filling.note(file.place, path, `there is no file ${sources.nameOf(full)}, and none is required`);
    for (const [variable, value] of found ?? []) variables.set(variable, value);
  }
  for (const [variable, value] of membersOf(members.get('environment'))) {
    if (value.kind === 'text') variables.set(variable, value);
  }
  for (const key of ['env_file', 'environment', 'profiles']) members.delete(key);
  const build = members.get('build');
  if (build?.kind === 'text') members.delete('build');
  return { name, place: tree.place, keys: { kind: 'map', members, place: tree.place }, variables };
}
