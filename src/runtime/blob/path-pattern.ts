/** A blob trigger's path, such as `configs/{env}.yaml`. */
export interface PathPattern {
  readonly container: string;
  /** What every matching name begins with; may be empty. */
  readonly prefix: string;
  /** The values of the parameters, or undefined when the name does not match. */
  match(blobName: string): Readonly<Record<string, string>> | undefined;
}

/**
 * Parses a path: a container, a slash, and literal text with parameters in braces; doubled braces are literal. A parameter
 * takes as much as it can, slashes included, and case counts (BindingTemplateSource of azure-webjobs-sdk). Without a name it
 * stands for every blob of the container.
 * @throws when the container is missing or a parameter, or a parameter is malformed or named twice.
 */
export function parsePathPattern(path: string): PathPattern {
  const slash = path.indexOf('/');
  const container = slash < 0 ? path : path.slice(0, slash);
  if (!/^[a-z0-9$][a-z0-9-]{2,62}$/.test(container)) throw new Error(`"${container}" is no container`);
  const name = slash < 0 ? '{name}' : path.slice(slash + 1);
  const tokens = name.match(/\{\{|\}\}|\{[^{}]*\}|[^{}]+|[{}]/g) ?? [];
  const names: string[] = [];
  let source = '';
  let prefix = '';
  for (const token of tokens) {
    const parameter = /^\{(.*)\}$/.exec(token)?.[1];
    if (parameter === undefined || token === '{{' || token === '}}') {
      if (token === '{' || token === '}') throw new Error(`"${path}" has a brace without its other half`);
      const literal = token.replace('{{', '{').replace('}}', '}');
      source += literal.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
      if (names.length === 0) prefix += literal;
    } else {
      if (!/^[a-z_]\w*$/i.test(parameter)) throw new Error(`"{${parameter}}" is no parameter`);
      if (names.includes(parameter)) throw new Error(`the parameter ${parameter} is there twice`);
      names.push(parameter);
      source += '(.*)';
    }
  }
  const pattern = new RegExp(`^${source}$`, 's');
  return {
    container,
    prefix,
    match(blobName) {
      const found = pattern.exec(blobName);
      return found ? Object.fromEntries(names.map((one, index) => [one, found[index + 1] ?? ''])) : undefined;
    },
  };
}
