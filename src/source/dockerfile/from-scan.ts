import type { LineMessage } from './dockerfile.ts';

/** What `docker/distribution` takes for an image, in the version that the scanner uses. */
const DOMAIN = '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])';
const COMPONENT = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const REFERENCE = new RegExp(
  String.raw`^(?:${DOMAIN}(?:\.${DOMAIN})*(?::[0-9]+)?/)?${COMPONENT}(?:/${COMPONENT})*(?::\w[\w.-]{0,127})?(?:@[A-Za-z][\w+.-]*:[0-9a-fA-F]{32,})?$`,
);

/**
 * The first line of a Dockerfile with which ACR ends a build before it begins: build steps are scanned for their base images line
 * by line, by a reader that knows no flags of FROM, no continued lines, no here-documents, and of variables only `$NAME` and
 * `${NAME}`. Steps with a command are not scanned.
 * Sources: https://github.com/Azure/acr-builder/blob/main/scan/dependencies.go and `runStep` in
 * https://github.com/Azure/acr-builder/blob/main/builder/builder.go; seen in https://github.com/Azure/acr/issues/697 and
 * https://github.com/Azure/acr-builder/issues/449.
 */
export function unreadableFrom(
  text: string,
  {
    buildArguments,
    target,
  }: { readonly buildArguments: Readonly<Record<string, string>>; readonly target?: string | undefined },
): LineMessage | undefined {
  const variables = new Map(Object.entries(buildArguments));
  const aliases = new Set<string>();
  for (const [index, whole] of text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .entries()) {
    const line = whole.trim();
    const [keyword = '', first = '', as, alias] = line.split(/\s+/);
    if (keyword.toUpperCase() === 'ARG') declare(variables, first);
    if (keyword.toUpperCase() !== 'FROM') continue;
    const image = expand(first.replace(/^['"]+|['"]+$/g, ''), variables);
    const hasForm = as === undefined || (as.toLowerCase() === 'as' && alias !== undefined);
    if (!hasForm || !(aliases.has(image) || REFERENCE.test(image))) return { line: index + 1, message: line };
    if (alias === undefined) continue;
    aliases.add(alias);
    if (alias === target) return undefined;
  }
  return undefined;
}

/** The first value wins, and one that is given wins over all. */
function declare(variables: Map<string, string>, word: string): void {
  const [name = '', value] = word.split(/=(.*)/s);
  if (value !== undefined && !variables.has(name)) variables.set(name, value.replace(/^['"]+|['"]+$/g, ''));
}

/** As Go's os.Expand does: what is no name has no value. */
function expand(word: string, variables: ReadonlyMap<string, string>): string {
  return word.replace(
    /\$(?:\{([^}]*)\}|([A-Za-z_]\w*|[*#$@!?\d-]))/g,
    (_, braced: string | undefined, plain: string | undefined) => variables.get(braced ?? plain ?? '') ?? '',
  );
}
