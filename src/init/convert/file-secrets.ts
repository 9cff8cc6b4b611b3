import { basename, resolve } from 'node:path';
import type { ComposeProject } from '../compose/project.ts';
import { memberOf, type Place, type Tree } from '../compose/tree.ts';
import { below } from './build-place.ts';
import type { FileFact, ServiceFacts } from './facts.ts';
import type { SecretPlan } from './secret-plan.ts';
import { composeText, dollars, variablesOf } from './text.ts';
import { looksSecret, maskedText } from './variable-facts.ts';

/** Of the vault, with room for what its transport needs: https://learn.microsoft.com/azure/key-vault/secrets/about-secrets */
const MOST_BYTES = 24 * 1024;

/** What becomes a file of a volume of secrets: the key of a secret, or why it cannot. */
export type FileSecret = { readonly key: string } | { readonly why: string };

/**
 * The secret of a file under `secrets` or `configs`.
 *
 * @param all services that may make a password of it; of a build none: it needs one that is given
 */
export function fileSecret(
  file: FileFact,
  all: readonly ServiceFacts[],
  project: ComposeProject,
  secrets: SecretPlan,
): FileSecret {
  const { kind, source, place, path } = file;
  const definition = project.named(kind, source);
  const from = memberOf(definition, 'file');
  const variable = composeText(memberOf(definition, 'environment'));
  const content = memberOf(definition, 'content');
  const id = `${kind} ${source}`;
  if (kind === 'configs' && content) return literalOr(content, id, source, file, secrets);
  if (kind === 'configs' && from) return textFile(absolute(from), { id, wish: source, place, path }, project, secrets);
  if (kind === 'secrets' && isOwnFile(file, all)) return { key: secrets.generated(`own ${id}`, source, place, path) };
  const where = from
    ? `to what is in ${below(project.root, absolute(from))}`
    : variable
      ? `as ${variable} is set for Compose`
      : 'to what it is there';
  const text = (name: string): string =>
    `is a secret, and no part of the configuration: set the variable ${name} where you deploy, ${where}`;
  return {
    key: secrets.given(id, variable ?? source, { place: definition?.place ?? place, path: `${kind}.${source}`, text }),
  };
}

function absolute(tree: Tree): string {
  return resolve(tree.place.origin.folder, composeText(tree) ?? '');
}

/** Whether servers make their own passwords of it, so that it need only be the same everywhere. */
function isOwnFile({ source }: FileFact, all: readonly ServiceFacts[]): boolean {
  return all.some(({ known, files, service }) => {
    const targets = files.filter((one) => one.kind === 'secrets' && one.source === source).map(({ target }) => target);
    return (known?.passwords ?? []).some((name) =>
      targets.includes(composeText(service.variables.get(`${name}_FILE`)) ?? ''),
    );
  });
}

function literalOr(
  content: Tree,
  id: string,
  source: string,
  { place, path }: FileFact,
  secrets: SecretPlan,
): FileSecret {
  const text = composeText(content) ?? '';
  if (!variablesOf(content).some(looksSecret) && isPlain(text))
    return { key: secrets.literal(id, source, dollars(text)) };
  const told = (name: string): string =>
    `holds a secret, or is no text of at most 24 KiB: set the variable ${name} where you deploy, to what it is here`;
  return { key: secrets.given(id, source, { place, path, text: told }) };
}

interface Named {
  readonly id: string;
  readonly wish: string;
  readonly place: Place;
  readonly path: string;
}

/** A file beside the Compose file, as a text in the configuration, or given from outside. */
export function textFile(
  file: string,
  { id, wish, place, path }: Named,
  { files, root }: ComposeProject,
  secrets: SecretPlan,
): FileSecret {
  const text = files.text(file);
  if (text === undefined && files.kind(file) === undefined) return { why: `there is no file ${below(root, file)}` };
  if (text === undefined || Buffer.byteLength(text) > MOST_BYTES)
    return { why: `${below(root, file)} cannot be read, or has more than 24 KiB: COPY it in a Dockerfile` };
  if (text === '') return { why: `${below(root, file)} is empty` };
  const isNamedSecret = /\.(?:pem|key|p12|pfx|jks|env|crt)$|(?:secret|password|credential|token)/i.test(basename(file));
  if (!isNamedSecret && isPlain(text)) return { key: secrets.literal(id, wish, dollars(text)) };
  const told = (name: string): string =>
    `set the variable ${name} where you deploy, to what is in ${below(root, file)}`;
  return { key: secrets.given(id, wish, { place, path, text: told }) };
}

/** A text that may stand in the configuration, and means there what it says. */
function isPlain(text: string): boolean {
  const isText = !text.includes('\0') && !text.includes('\uFFFD') && text.isWellFormed();
  const isSmall = text !== '' && Buffer.byteLength(text) <= MOST_BYTES;
  const isOther =
    /^(?:env|keyvault):/.test(text) || text.includes('${{') || (/\{\{.*\}\}/.test(text) && text.includes('$'));
  return isText && isSmall && !isOther && maskedText(text) === text && !/-----BEGIN/.test(text);
}
