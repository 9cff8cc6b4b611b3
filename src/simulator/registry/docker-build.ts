/** What the docker command says of its arguments. */
export class DockerUsageError extends Error {
  override readonly name = 'DockerUsageError';
}

export interface DockerBuild {
  /** Relative to the working directory. */
  readonly dockerfile: string;
  readonly tags: readonly string[];
  readonly target?: string;
  readonly buildArguments: ReadonlyMap<string, string>;
  /** Id → path of a file in the container of the command. */
  readonly secrets: ReadonlyMap<string, string>;
  readonly noCache: boolean;
}

const VALUES: Readonly<Record<string, string>> = {
  '-t': '--tag',
  '-f': '--file',
  '--tag': '--tag',
  '--file': '--file',
  '--target': '--target',
  '--build-arg': '--build-arg',
  '--secret': '--secret',
  '--platform': '--platform',
  '--progress': '--progress',
};
const SWITCHES = ['--no-cache', '--pull', '--quiet', '-q', '--rm', '--force-rm'];

/** The arguments of `docker build`: https://docs.docker.com/reference/cli/docker/buildx/build/. Throws DockerUsageError. */
export function parseDockerBuild(words: readonly string[]): DockerBuild {
  const given = new Map<string, string[]>();
  const positional: string[] = [];
  let noCache = false;
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    const [flag = '', inline] = word.split(/=(.*)/s);
    const name = VALUES[flag];
    if (!word.startsWith('-')) positional.push(word);
    else if (SWITCHES.includes(word)) noCache ||= word === '--no-cache';
    else if (name === undefined) throw new DockerUsageError(`unknown flag: ${flag}`);
    else {
      const value = inline ?? words[index + 1];
      if (inline === undefined) index += 1;
      if (value === undefined) throw new DockerUsageError(`flag needs an argument: ${flag}`);
      given.set(name, [...(given.get(name) ?? []), value]);
    }
  }
  if (positional.length !== 1) throw new DockerUsageError('"docker build" requires exactly 1 argument.');
  if (positional[0] !== '.') throw new DockerUsageError(`the context ${positional[0]} is not simulated`);
  const target = given.get('--target')?.at(-1);
  return {
    dockerfile: given.get('--file')?.at(-1) ?? 'Dockerfile',
    tags: given.get('--tag') ?? [],
    ...(target !== undefined && { target }),
    buildArguments: new Map((given.get('--build-arg') ?? []).flatMap(assignment)),
    secrets: new Map((given.get('--secret') ?? []).map(secretFile)),
    noCache,
  };
}

/** Without a value it is that of a variable of the command, which is not set. */
function assignment(word: string): readonly (readonly [string, string])[] {
  const at = word.indexOf('=');
  return at < 0 ? [] : [[word.slice(0, at), word.slice(at + 1)]];
}

/** Source: https://docs.docker.com/reference/cli/docker/buildx/build/#secret */
function secretFile(word: string): readonly [string, string] {
  const fields = new Map(word.split(',').flatMap(assignment));
  const path = fields.get('src') ?? fields.get('source');
  const id = fields.get('id');
  if (path === undefined || id === undefined)
    throw new DockerUsageError(`the secret '${word}' is not simulated: id and src are`);
  return [id, path];
}
