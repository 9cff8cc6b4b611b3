/** Text of what a deployment leaves behind, with what a cloud or a run makes up replaced by what it is. */
export function normal(text: string): string {
  return text
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi, '<id>')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')
    .replaceAll(/\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d/g, '<time>')
    .replaceAll(/\b1\d{12}\b/g, '<time>')
    .replaceAll(/-01[0-9A-HJKMNP-TV-Z]{24}/gi, '-<run>')
    .replaceAll(/\b[a-z]+-[0-9a-f]{8}(?=\.)/g, '<domain>')
    .replaceAll(/--r[0-9a-z]{10}-\d+/g, '--<revision>')
    .replaceAll(/--[0-9a-z]{7}\b/g, '--<revision>')
    .replaceAll(/-migrate-[0-9a-z]{7}\b/g, '-migrate-<execution>')
    .replaceAll(/(revisionSuffix = )r[0-9a-z]{10}-\d+/g, '$1<suffix>')
    .replaceAll(/\b[0-9a-f]{32}(?=@)/g, '<version>')
    .replaceAll(/\b[0-9a-f]{16}$/g, '<hash>')
    .replaceAll(/(domainVerificationId = )[0-9A-F]{64}\b/g, '$1<text>')
    .replaceAll(/(staticIp = )\d+(?:\.\d+){3}\b/g, '$1<address>')
    .replaceAll(/\bch[0-9a-z]+\b/g, '<build>');
}

export interface Leaf {
  /** Keys and indices, each after a dot. */
  readonly path: string;
  readonly value: string;
}

/** Every value of a JSON document that is no object, with its path. */
export function leaves(value: unknown, path = ''): readonly Leaf[] {
  if (value === undefined) return [];
  if (value === null || typeof value !== 'object') return [{ path, value: String(value) }];
  const entries = Object.entries(value);
  if (entries.length === 0) return [{ path, value: Array.isArray(value) ? '[]' : '{}' }];
  return entries.flatMap(([key, part]) => leaves(part, `${path}.${key}`));
}

export function ndjson<T>(text: string): readonly T[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
}
