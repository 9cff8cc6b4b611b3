/** An empty text is not given. */
export function given(value: string | null | undefined): string | undefined {
  return value === null || value === undefined || value === '' ? undefined : value;
}

/** Own properties only: a service may be called `constructor`. */
export function ownValue<T>(record: Readonly<Record<string, T>> | null | undefined, key: string): T | undefined {
  return record && Object.hasOwn(record, key) ? record[key] : undefined;
}

/** A section that the file does not ask for is not given. */
export function asked<Section extends object>(section: Section | false | null | undefined): Section | undefined {
  return section || undefined;
}
