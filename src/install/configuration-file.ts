import { Document, parseDocument } from 'yaml';
import { sha256 } from '../shared/json.ts';
import { installConfiguration } from './configuration.ts';
import { type InstallOptions, installOptionsSchema } from './options.ts';

const MARK = '# As install wrote it: ';

/** The file that `install` keeps: what it was told, and what follows from that. Its second line tells whether somebody has edited it. */
export function configurationFile(options: InstallOptions): string {
  const document = new Document(installConfiguration(options), { aliasDuplicateObjects: false, compat: 'yaml-1.1' });
  const body = document.toString({ lineWidth: 0 });
  return `# Made by draftgenie-deploy install, which writes it anew as long as nobody edits it; every other command takes it as well.\n${MARK}${sha256(body)}\n${body}`;
}

export type KeptFile =
  /** As `install` wrote it, and what it was told. */
  | { readonly kind: 'kept'; readonly options: InstallOptions }
  /** Somebody's own by now. */
  | { readonly kind: 'edited' }
  | { readonly kind: 'foreign' };

/** What a file is that lies where the one of an installation would be. */
export function keptFile(text: string): KeptFile {
  const [, mark = '', ...body] = text.split('\n');
  if (!mark.startsWith(MARK)) return { kind: 'foreign' };
  if (mark.slice(MARK.length).trim() !== sha256(body.join('\n'))) return { kind: 'edited' };
  const document: unknown = parseDocument(text).toJS();
  const told = installOptionsSchema.safeParse((document as { readonly 'x-install'?: unknown })['x-install']);
  return told.success ? { kind: 'kept', options: told.data } : { kind: 'edited' };
}
