const REFERENCE_PART = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
/** As the scanner's version of https://github.com/distribution/distribution/blob/v2.8.2/reference/regexp.go reads it. */
const REFERENCE = new RegExp(
  String.raw`^(?:[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?(?::\d+)?/)?${REFERENCE_PART}(?:/${REFERENCE_PART})*(?::\w[\w.-]{0,127})?(?:@[A-Za-z][\w+.-]*:[0-9a-fA-F]{32,})?$`,
);

export interface ScanOrder {
  readonly buildArguments: ReadonlyMap<string, string>;
  /** Stage at which the build ends. */
  readonly target?: string | undefined;
}

/**
 * What ACR finds wrong with a Dockerfile before anything is built: its scanner for base images reads line by line, knows
 * no flags of FROM and no continuation lines, so that `FROM --platform=…` fails whatever comes behind, and of variables no more
 * than Go's os.Expand, so that `FROM node:${V:-22}` is an image without a tag.
 * https://github.com/Azure/acr-builder/blob/main/scan/dependencies.go (`resolveDockerfileDependencies`, `NewImageReference`); seen in
 * https://github.com/Azure/acr/issues/697.
 */
export function scanProblem(text: string, { buildArguments, target }: ScanOrder): string | undefined {
  const variables = new Map(buildArguments);
  const origins = new Set<string>();
  const aliases = new Set<string>();
  for (const whole of text.replace(/^\uFEFF/, '').split('\n')) {
    const line = whole.trim();
    const [keyword = '', image, as, alias] = line.split(/\s+/);
    if (keyword.toUpperCase() === 'ARG') {
      const [name = '', value] = (image ?? '').split(/=(.*)/s);
      if (value !== undefined && !variables.has(name)) variables.set(name, withoutQuotes(value));
    }
    if (keyword.toUpperCase() !== 'FROM' || line.startsWith('#')) continue;
    const isUnderstood =
      image !== undefined && (as === undefined || (as.toUpperCase() === 'AS' && alias !== undefined));
    if (!isUnderstood) return `unable to understand line ${line}`;
    const origin = withoutQuotes(image).replace(
      /\$(?:\{([^}]*)\}|(\w+))/g,
      (_, braced?: string, plain?: string) => variables.get(braced ?? plain ?? '') ?? '',
    );
    if (!aliases.has(origin)) origins.add(origin);
    if (alias !== undefined) aliases.add(alias);
    if (target !== undefined && target !== '' && target === alias) break;
  }
  const wrong = [...origins].find((origin) => !REFERENCE.test(origin));
  return wrong === undefined
    ? undefined
    : `Failed to parse image reference, ensure tags have a valid format: ${/[:@]/.test(wrong) ? wrong : `${wrong}:latest`}: invalid reference format`;
}

function withoutQuotes(text: string): string {
  return text.replace(/^['"]+|['"]+$/g, '');
}
