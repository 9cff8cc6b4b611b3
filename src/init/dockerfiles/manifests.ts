import { posix } from 'node:path';
import { isJsonObject } from '../../shared/json.ts';
import { commandPort } from '../requests/command-port.ts';

/** What the manifest of a package says of the program in its folder. */
export interface Manifest {
  /** Relative to the folder that was looked through. */
  readonly path: string;
  readonly name?: string;
  /** As a script that starts it says. */
  readonly port?: number;
}

type Reader = (text: string, path: string) => Omit<Manifest, 'path'>;

/** By the pattern of a file's name, in the order in which they are believed. */
const READERS: readonly (readonly [RegExp, Reader])[] = [
  [/^package\.json$/, packageJson],
  [/^pyproject\.toml$/, (text) => named(tomlName(text, ['project', 'tool.poetry']))],
  [/^go\.mod$/, (text) => named(/^module\s+"?([^\s"]+)/m.exec(text)?.[1]?.replace(/\/v\d+$/, ''))],
  [/^Cargo\.toml$/, (text) => named(tomlName(text, ['package']))],
  [/^pom\.xml$/, (text) => named(artifactId(text))],
  [
    /\.(?:cs|fs|vb)proj$/,
    (text, path) => named(/<AssemblyName>([^<]+)</.exec(text)?.[1] ?? posix.basename(path).replace(/\.\w+$/, '')),
  ],
  [/^composer\.json$/, (text) => named(jsonName(text))],
];

/**
 * The manifest in a folder; undefined: there is none that is known.
 *
 * @param paths of all files
 * @param read answers the text of a file; undefined when it is gone
 */
export async function readManifest(
  folder: string,
  paths: readonly string[],
  read: (path: string) => Promise<string | undefined>,
): Promise<Manifest | undefined> {
  const own = paths.filter((path) => posix.join(posix.dirname(path), '.') === posix.join(folder, '.'));
  for (const [pattern, reader] of READERS) {
    const path = own.find((one) => pattern.test(posix.basename(one)));
    const text = path === undefined ? undefined : await read(path);
    if (path !== undefined && text !== undefined) return { path, ...reader(text, path) };
  }
  return undefined;
}

/** The last part of `@scope/name`, `vendor/name` or `github.com/owner/name`. */
function named(name: string | undefined): Omit<Manifest, 'path'> {
  const last = name?.trim().split('/').at(-1);
  return last ? { name: last } : {};
}

function packageJson(text: string): Omit<Manifest, 'path'> {
  const manifest = parsed(text);
  const scripts = isJsonObject(manifest?.scripts) ? manifest.scripts : {};
  const { start } = scripts;
  const port = typeof start === 'string' ? commandPort(start) : undefined;
  return { ...named(jsonName(text)), ...(port !== undefined && { port }) };
}

function jsonName(text: string): string | undefined {
  const name = parsed(text)?.name;
  return typeof name === 'string' ? name : undefined;
}

/** A manifest that is no JSON says nothing: it is a hint, and whoever builds with it hears of that. */
function parsed(text: string) {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** `name = "…"` of a table: no more of TOML is read. */
function tomlName(text: string, tables: readonly string[]): string | undefined {
  let table = '';
  for (const line of text.split('\n')) {
    const [, header] = /^\s*\[\s*([\w.-]+)\s*\]/.exec(line) ?? [];
    if (header !== undefined) table = header;
    const [, name] = /^\s*name\s*=\s*["']([^"']+)["']/.exec(line) ?? [];
    if (name !== undefined && tables.includes(table)) return name;
  }
  return undefined;
}

/** Its own, and not that of its parent or of what it depends on. */
function artifactId(text: string): string | undefined {
  const [head = ''] = text
    .replaceAll(/<parent>[\s\S]*?<\/parent>|<!--[\s\S]*?-->/g, '')
    .split(/<(?:dependencies|build|profiles)\b/);
  return /<artifactId>([^<]+)</.exec(head)?.[1];
}
