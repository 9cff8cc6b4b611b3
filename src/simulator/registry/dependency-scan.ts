/**
 * What ACR finds wrong with a Dockerfile before anything is built: its scanner for base images reads line by line, knows
 * no flags of FROM and no continuation lines, so that `FROM --platform=…` fails whatever comes behind.
 * https://github.com/Azure/acr-builder/blob/main/scan/dependencies.go (`resolveDockerfileDependencies`); seen in
 * https://github.com/Azure/acr/issues/697.
 *
 * @param target stage at which the build ends
 */
export function scanProblem(text: string, target: string | undefined): string | undefined {
  for (const whole of text.replace(/^\uFEFF/, '').split('\n')) {
    const line = whole.trim();
    const [keyword = '', image, as, alias] = line.split(/\s+/);
    if (keyword.toUpperCase() !== 'FROM' || line.startsWith('#')) continue;
    const isUnderstood =
      image !== undefined && (as === undefined || (as.toUpperCase() === 'AS' && alias !== undefined));
    if (!isUnderstood) return `unable to understand line ${line}`;
    if (target !== undefined && target !== '' && target === alias) return undefined;
  }
  return undefined;
}
