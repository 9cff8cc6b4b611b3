/** A step that ends without success, in the words of the output `failure-reason`; undefined where none of them fits. */
export class StepFailure extends Error {
  override readonly name = 'StepFailure';
  readonly reason: FailureReason | undefined;

  constructor(message: string, reason?: FailureReason) {
    super(message);
    this.reason = reason;
  }
}

export type FailureReason = 'run-failed' | 'locked' | 'rejected' | 'config-invalid' | 'plan-changed';

const COMMANDS = ['deploy', 'destroy', 'reap'] as const;
export type Command = (typeof COMMANDS)[number];

export interface Inputs {
  readonly command: Command;
  /** Without a slash at its end. */
  readonly url: string;
  readonly key: string;
  readonly environment: string;
  readonly config: string;
  /** Undefined: nothing is built. */
  readonly source: string | undefined;
  readonly query: URLSearchParams;
  readonly waits: boolean;
  /** The plan that was approved before: no other is carried out. */
  readonly planDigest: string | undefined;
  /** By which the plan is written on the pull request of the job; undefined: it is not. */
  readonly commentToken: string | undefined;
}

const LOOPBACK = new Set(['localhost', '127.0.0.1']);

/** The inputs of action.yml. Throws StepFailure that names the input. */
export function readInputs(env: Readonly<Record<string, string | undefined>>): Inputs {
  const input = (name: string): string => env[`DEPLOY_${name.toUpperCase()}`]?.trim() ?? '';
  const required = (name: string): string => {
    const value = input(name);
    if (value === '') throw new StepFailure(`The input ${name.replace('_', '-')} is missing.`, 'config-invalid');
    return value;
  };
  const key = required('key');
  if (!/^[\x21-\x7e]+$/.test(key)) {
    throw new StepFailure('The input key has characters that no key has.', 'config-invalid');
  }
  const command = parseCommand(input('command'));
  const deploying = { from: input('from'), expires: input('expires') };
  const [meaningless] = Object.entries(deploying).find(([, value]) => value !== '' && command !== 'deploy') ?? [];
  if (meaningless !== undefined)
    throw new StepFailure(`The input ${meaningless} is for deployments, not for ${command}.`, 'config-invalid');
  return {
    url: parseUrl(required('url')),
    key,
    command,
    environment: required('environment'),
    config: required('config'),
    source: input('source') || undefined,
    query: withInputs(parseOptions(input('options')), deploying),
    waits: input('wait') !== 'false',
    planDigest: parseDigest(input('plan_digest'), command, input('wait')),
    commentToken: input('comment') === 'true' ? required('github_token') : undefined,
  };
}

function parseDigest(text: string, command: Command, wait: string): string | undefined {
  if (text === '') return undefined;
  if (!/^[0-9a-f]{64}$/.test(text)) {
    throw new StepFailure(
      'The input plan-digest must be the 64 hexadecimal digits of a plan’s digest.',
      'config-invalid',
    );
  }
  if (command === 'deploy' && wait !== 'false') return text;
  throw new StepFailure('The input plan-digest is for deployments that are waited for.', 'config-invalid');
}

function parseCommand(text: string): Command {
  const command = COMMANDS.find((one) => one === (text || 'deploy'));
  if (command) return command;
  throw new StepFailure(`The input command is ${text}; allowed: ${COMMANDS.join(', ')}.`, 'config-invalid');
}

function withInputs(query: URLSearchParams, inputs: Readonly<Record<string, string>>): URLSearchParams {
  for (const [name, value] of Object.entries(inputs)) if (value !== '') query.set(name, value);
  return query;
}

function parseUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isSafe = url && (url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.has(url.hostname)));
  if (!isSafe || url.search !== '' || url.username !== '') {
    throw new StepFailure('The input url must be an https address without a key in it.', 'config-invalid');
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '').replace(/\/api$/, '')}`;
}

/** `force-all force-step=run_migrations` → `forceAll=true&forceStep=run_migrations`; the app knows which there are. */
function parseOptions(text: string): URLSearchParams {
  const query = new URLSearchParams();
  for (const word of text.split(/\s+/).filter((one) => one !== '')) {
    const [name = '', value = 'true'] = word.replace(/^--/, '').split(/=(.*)/s);
    query.append(
      name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase()),
      value,
    );
  }
  return query;
}
