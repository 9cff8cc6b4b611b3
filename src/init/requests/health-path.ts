/** What a health check asks of its own container. */
export interface HealthRequest {
  /** With its query: /health?deep=1 */
  readonly path: string;
  /** Absent: that of http, or one that only the container knows. */
  readonly port?: number;
}

const OWN_HOSTS = String.raw`(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\]|\$\{?HOSTNAME\}?)`;
/** A port may be a variable with a default: `${PORT:-3000}`. */
const PORT = String.raw`(?::(?:\$\{\w+:?-)?(\d{1,5})\}?|:\$\{?\w+\}?)?`;
const REQUEST = new RegExp(
  String.raw`(?:^|[\s"'=])(?:http://)?${OWN_HOSTS}${PORT}(/[^\s"'|;&)]*(?:&[^\s"'|;&)]+)*)?(?=$|[\s"'|;)])`,
);

/**
 * The http request of a command such as `curl -f http://localhost:3000/health || exit 1`, of curl and of wget, which is what images
 * have. Undefined for any other command: what that looks at no request can ask for.
 *
 * @param words as one text, or taken apart
 */
export function healthRequest(words: readonly string[] | string): HealthRequest | undefined {
  const text = typeof words === 'string' ? words : words.join(' ');
  const [client] = /(?<![\w./-])(?:\/[\w/.-]*\/)?(?:curl|wget)(?![\w.-])[\s\S]*/.exec(text) ?? [];
  const found = client === undefined ? null : REQUEST.exec(client);
  if (!found) return undefined;
  const [, port, path = '/'] = found;
  return { path, ...(port !== undefined && { port: Number(port) }) };
}
