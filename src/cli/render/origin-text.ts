import type { ResolvedValue } from '../../domain/config/resolved/resolved-values.ts';

/** The value with the file that it stands in, which is the configuration's where nothing else is said. */
export function inFile(value: ResolvedValue, configFile: string): ResolvedValue {
  return value.from === 'default' ? value : { file: configFile, ...value };
}

/** Where a value comes from: `default`, `c.yaml:8, ${TAG}`, `c.staging.yaml:3 (overlay)`. */
export function originText({ from, file, line, variables = [] }: ResolvedValue): string {
  const place = from === 'default' ? 'default' : `${file}:${line}${from === 'overlay' ? ' (overlay)' : ''}`;
  return [place, ...variables.map((name) => (name.includes('.') ? `\${{${name}}}` : `\${${name}}`))].join(', ');
}
