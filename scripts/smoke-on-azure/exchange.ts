/** One request with its answer, without anything that must stay secret. */
export interface Exchange {
  readonly method: string;
  readonly host: string;
  /** With the parameter api-version and no other. */
  readonly path: string;
  readonly status: number;
  readonly request?: unknown;
  readonly answer?: unknown;
}

interface RawExchange {
  readonly method: string;
  readonly host: string;
  readonly target: string;
  readonly status: number;
  readonly request: string;
  readonly answer: string;
}

const MASK = '***';
/** Members whose values are, or may be, secrets; also keys of caches and passwords of registries (`value`, by their parent). */
const SECRET_MEMBER =
  /password|secret|token|connectionstring|sharedkey|accesskey|^(primary|secondary)key$|^value$|signature|credential/i;
/** Hosts and paths whose bodies are secrets as a whole: sign-ins, vaults, lists of keys, blobs. */
const SECRET_HOST = /^login\.|\.vault\.|\.blob\.|^169\.254\./;
const SECRET_PATH = /\/(list[a-z]*(keys|secrets|credentials|authtoken)|oauth2\/)/i;

/**
 * What may be kept of an exchange. Headers are not: the token is among them. Values of secret members keep their names and kinds, so that
 * shapes can be compared.
 */
export function withoutSecrets({ method, host, target, status, request, answer }: RawExchange): Exchange {
  const url = new URL(target, 'https://host');
  const version = url.searchParams.get('api-version');
  const path = `${url.pathname}${version === null ? '' : `?api-version=${version}`}`;
  const common = { method, host, path, status };
  if (SECRET_HOST.test(host) || SECRET_PATH.test(path)) return common;
  const [sent, received] = [parsed(request), parsed(answer)].map((body) => masked(body));
  return {
    ...common,
    ...(sent !== undefined && { request: sent }),
    ...(received !== undefined && { answer: received }),
  };
}

function masked(value: unknown, isSecret = false): unknown {
  if (Array.isArray(value)) return value.map((one) => masked(one, isSecret));
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(([name, one]): [string, unknown] => [
      name,
      masked(one, isSecret || (SECRET_MEMBER.test(name) && !Array.isArray(one))),
    ]);
    return Object.fromEntries(entries);
  }
  if (isSecret && typeof value === 'string') return MASK;
  // Addresses that carry their own right.
  return typeof value === 'string' ? value.replace(/([?&](?:sig|code|token)=)[^&\s"]+/gi, `$1${MASK}`) : value;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
