/** A place in a text where another service is named as a host. */
export interface HostUse {
  /** The host as it stands there. */
  readonly host: string;
  readonly port?: number;
  /** Of an address `scheme://…`. */
  readonly scheme?: string;
  /** Whether credentials stand before the host. */
  readonly hasUser: boolean;
  /** Where what has to be replaced begins: the scheme of an address without credentials, else the host. */
  readonly start: number;
  /** Behind the host and its port. */
  readonly end: number;
}

const HOST = '[A-Za-z0-9][A-Za-z0-9._-]*';
const ADDRESS = new RegExp(String.raw`\b([a-z][a-z0-9+.-]*)://((?:[^\s/@,;"'<>]*@)?)(${HOST})(?::(\d{1,5}))?`, 'gi');
const WITH_PORT = new RegExp(String.raw`(?<![\w.\-:$]|(?<!/)/)(${HOST}):(\d{1,5})(?![\w.])`, 'g');
const SETTING = new RegExp(
  String.raw`\b(?:server|host|hostname|data source|addr|address|endpoint|bootstrap\.servers)\s*=\s*(?:tcp:)?(${HOST})(?:[,:](\d{1,5}))?`,
  'gi',
);
/** Variables whose whole value is a host, or a list of them. */
const NAMES_A_HOST =
  /(?:^|[_.:-]|(?<=[a-z]))(?:hosts?|hostnames?|servers?|addr|address|addresses|endpoints?|brokers?|urls?|uri|peers?|backends?|upstreams?|seeds)$/i;
/** Longer texts are no settings. */
const LONGEST = 10_000;

/** @param isHost whether a name is that of a service, and where a port stands behind it whether it may be one of that service */
export function findHosts(
  text: string,
  variable: string,
  isHost: (name: string, port: number | undefined) => boolean,
): readonly HostUse[] {
  if (text.length > LONGEST) return [];
  const found: HostUse[] = [];
  const add = (use: HostUse): void => {
    const isOverlapping = found.some((one) => use.start < one.end && one.start < use.end);
    if (!isOverlapping) found.push(use);
  };
  for (const match of text.matchAll(ADDRESS)) {
    const [whole, scheme = '', user = '', host = '', port] = match;
    const end = match.index + whole.length;
    const start = user === '' ? match.index : end - (host.length + (port === undefined ? 0 : port.length + 1));
    if (isHost(host, undefined))
      add({ host, scheme: scheme.toLowerCase(), hasUser: user !== '', start, end, ...portOf(port) });
  }
  for (const match of text.matchAll(WITH_PORT)) {
    const [whole, host = '', port] = match;
    if (isHost(host, Number(port)))
      add({ host, hasUser: false, start: match.index, end: match.index + whole.length, ...portOf(port) });
  }
  for (const match of text.matchAll(SETTING)) {
    const [whole, host = '', port] = match;
    const start = match.index + whole.length - host.length - (port === undefined ? 0 : port.length + 1);
    if (isHost(host, undefined)) add({ host, hasUser: false, start, end: match.index + whole.length, ...portOf(port) });
  }
  if (NAMES_A_HOST.test(variable))
    for (const match of text.matchAll(new RegExp(String.raw`(?<=^|[,;\s])(${HOST})(?=$|[,;\s])`, 'g'))) {
      const [, host = ''] = match;
      if (isHost(host, undefined)) add({ host, hasUser: false, start: match.index, end: match.index + host.length });
    }
  return found.sort((one, other) => one.start - other.start);
}

function portOf(port: string | undefined): { readonly port?: number } {
  return port === undefined ? {} : { port: Number(port) };
}

/** The text with each use replaced. */
export function withUses(text: string, uses: readonly HostUse[], replace: (use: HostUse) => string): string {
  let at = 0;
  let made = '';
  for (const use of uses) {
    made += text.slice(at, use.start) + replace(use);
    at = use.end;
  }
  return made + text.slice(at);
}
