import { access, open } from 'node:fs/promises';
import { dirname, extname, join, resolve } from 'node:path';
import { buildContextOf } from '../domain/config/build-context.ts';
import { readDocument } from '../domain/config/document/document.ts';
import type { DeploymentConfig } from '../domain/config/model.ts';
import type { OverlayText } from '../domain/config/overlay/overlaid.ts';
import { type ConfigSource, configError, filesToRead, type ParseOptions, parseConfig } from '../domain/config/parse.ts';
import { imageUsers } from '../domain/config/workloads.ts';
import { DEFAULT_ENVIRONMENT } from '../domain/environment-name.ts';
import { compiledOf } from '../domain/templates/template-config.ts';
import { namedValues } from '../domain/terraform/outputs.ts';
import { recognised } from '../init/recognised.ts';
import type { ConfigFile } from '../runs/deployments.ts';
import { UserError } from '../shared/errors.ts';
import { LIMITS } from '../shared/limits.ts';
import { requireNoLink } from './local/no-links.ts';
import { rememberedOrigin } from './local/remembered-origin.ts';
import type { CommonOptions } from './options.ts';
import { shellWords } from './shell-words.ts';
import { readTemplates } from './templates/read-templates.ts';
import { readStates } from './terraform/read-states.ts';

/** Larger files are refused before they are read into memory; the parser has the same limit. */
const MAX_BYTES = LIMITS.configBytes.value;

type LoadOptions = Pick<CommonOptions, 'config' | 'allowUnknownKeys' | 'environment' | 'from' | 'var'> &
  Partial<Pick<CommonOptions, 'remote'>> & {
    /** Who wrote the file is not to read others of this machine, or variables, through it. */
    readonly untrusted?: boolean;
  };

/** Reads and checks the configuration file. Every problem of the file is in the one error it throws. */
export async function loadConfig(options: LoadOptions): Promise<ConfigFile> {
  return (await explainConfig(options)).file;
}

/**
 * The same, with what was written where.
 *
 * @param isNamed whether its error says of which environment it is
 */
export async function explainConfig(
  options: LoadOptions,
  isNamed = options.environment !== DEFAULT_ENVIRONMENT,
): Promise<{ readonly file: ConfigFile; readonly source: ConfigSource }> {
  const { config: path, allowUnknownKeys, environment, untrusted = false } = options;
  const read = untrusted ? readStrangersText : readConfigText;
  const text = await read(path);
  const lookup = variableOf(options);
  const laidOver = await findOverlay(options, { text, read, lookup });
  const given = { allowUnknownKeys, environment, ...laidOver, variables: lookup, read: readDocument(text) };
  // A stranger's file would say which files of this machine are read.
  const [terraform, templates] = untrusted ? [] : await readOthers(text, given, path);
  const result = parseConfig(text, { ...given, terraform, templates });
  if (!result.ok)
    throw recognised(text) === 'compose'
      ? composeFile(path)
      : configError(path, result.problems, isNamed ? environment : undefined);
  const { parsed, source } = result;
  const names = source.filled.flatMap((one) => one.variables);
  const variables = Object.fromEntries(
    names.flatMap((name): [string, string][] => {
      const value = lookup(name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
  const outputs = namedValues(terraform ?? {}, names);
  const file: ConfigFile = {
    ...parsed,
    path,
    text,
    allowUnknownKeys,
    overlay: laidOver.overlay,
    variables,
    ...(Object.keys(outputs).length > 0 && { terraform: outputs }),
    ...(parsed.config.templates && { templates: compiledOf(parsed.config.templates) }),
  };
  return { file, source };
}

/** The states and the templates that it names. */
async function readOthers(text: string, given: ParseOptions, path: string) {
  const { terraform, templates } = filesToRead(text, given);
  return await Promise.all([readStates(terraform, path), readTemplates(templates, path)] as const);
}

/** What is given on the command line, and else the environment of the process, which is nothing for strangers. */
function variableOf({ var: given, untrusted = false }: LoadOptions): (name: string) => string | undefined {
  const known = new Map(Object.entries(given));
  return (name) => (known.has(name) || untrusted ? known.get(name) : process.env[name]);
}

type LaidOver = Pick<ParseOptions, 'from' | 'remembered' | 'overlay'>;

/** A file of the environment's own, or that of the one that it is made from: by the command, or else by the state. */
async function findOverlay(
  { config: path, environment, from, remote, untrusted, ...options }: LoadOptions,
  { text, read, lookup }: { text: string; read: typeof readConfigText; lookup: ReturnType<typeof variableOf> },
): Promise<LaidOver> {
  const own = await readOverlay(path, environment, read);
  if (own && from !== undefined) {
    const message = `${environment} has an overlay of its own, ${own.file}; leave --from out`;
    throw configError(path, [{ path: 'environments', message }]);
  }
  if (own) return { overlay: own };
  if (from !== undefined) return { from, overlay: await readOverlay(path, from, read) };
  // An app looks into its own states, and a stranger's file says where a state would be.
  if (environment === DEFAULT_ENVIRONMENT || remote !== undefined || untrusted) return {};
  const remembered = await rememberedOrigin({ ...options, environment }, text, lookup);
  const theirs = remembered === undefined ? undefined : await readOverlay(path, remembered, read);
  return theirs ? { from: remembered, overlay: theirs } : { remembered };
}

function composeFile(path: string): UserError {
  return new UserError(`${path} is a file of Docker Compose, and no configuration of a deployment.`, {
    code: 'config_is_compose',
    hint: `Make one of it: draftgenie-deploy ${shellWords(['init', '--from', path])}`,
  });
}

/** `config.staging.yaml` beside `config.yaml`; undefined: there is none. */
async function readOverlay(
  path: string,
  environment: string,
  read: (file: string) => Promise<string>,
): Promise<OverlayText | undefined> {
  const extension = extname(path);
  const file = `${path.slice(0, path.length - extension.length)}.${environment}${extension}`;
  return (await exists(file)) ? { file, text: await read(file) } : undefined;
}

async function readStrangersText(path: string): Promise<string> {
  await requireNoLink(path);
  return await readConfigText(path);
}

async function readConfigText(path: string): Promise<string> {
  let file: Awaited<ReturnType<typeof open>>;
  try {
    file = await open(path, 'r');
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file' : String(cause);
    throw new UserError(`Cannot read the configuration ${path}: ${reason}.`, {
      code: 'config_unreadable',
      hint: 'Name the file with --config PATH.',
      cause,
    });
  }
  try {
    const { size } = await file.stat();
    if (size > MAX_BYTES) {
      throw new UserError(`The configuration ${path} has ${size} bytes; at most ${MAX_BYTES} are allowed.`, {
        code: 'config_too_large',
      });
    }
    return new TextDecoder('utf-8', { fatal: true }).decode(await file.readFile());
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    const reason = cause instanceof TypeError ? 'it is not UTF-8 text' : (cause as Error).message;
    throw new UserError(`Cannot read the configuration ${path}: ${reason}.`, { code: 'config_unreadable', cause });
  } finally {
    await file.close();
  }
}

/**
 * The application's source tree: the folder of the configuration file, or the nearest one above it, that holds one of
 * the configured Dockerfiles; else the current directory. So a configuration may lie deep in the tree it deploys.
 */
export async function findSource(configPath: string, config: DeploymentConfig): Promise<string> {
  const dockerfiles = imageUsers(config).flatMap((user) =>
    user.dockerfile === undefined ? [] : [join(buildContextOf(user, config), user.dockerfile)],
  );
  for (let folder = dirname(resolve(configPath)); ; folder = dirname(folder)) {
    for (const dockerfile of dockerfiles) {
      if (await exists(join(folder, dockerfile))) return folder;
    }
    if (folder === dirname(folder)) return process.cwd();
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}
